import type { Rng } from '../core/index.ts';
import { checkLabels, checkNumber, SymlossError } from '../core/index.ts';

/** Two sets of row indices, each ascending; together they are all rows. */
export interface Split {
  readonly rest: Uint32Array;
  readonly part: Uint32Array;
}

/**
 * Splits rows at random so that the part takes about `fraction` of every class: shares are rounded
 * by largest remainder (ties to the lower class), so the part has round(n · fraction) rows. A class
 * keeps at least one row in the rest; if that leaves too few for the part, classes with a single
 * row give it up, and if that is not enough either, the part stays smaller.
 * @param labels `[n]`, from 0 to k − 1
 * @param k number of classes
 * @param fraction the part's share, in (0, 1)
 * @param rng decides which rows of a class go where
 * @param where what messages start with
 * @throws SymlossError if a label is out of range, or either side would have no row
 */
export function stratifiedSplit(
  labels: ArrayLike<number>,
  k: number,
  fraction: number,
  rng: Rng,
  where = 'stratifiedSplit',
): Split {
  checkNumber(`${where}, fraction`, fraction, {
    min: 0,
    max: 1,
    openMin: true,
    openMax: true,
  });
  checkLabels(`${where}, labels`, labels, k);
  const size = sizeOfPart(where, labels.length, fraction);
  return apart(drawn(labels, k, fraction, size, rng));
}

/** @throws SymlossError where either side would have no row */
function sizeOfPart(where: string, n: number, fraction: number): number {
  const size = Math.round(n * fraction);
  if (size === 0 || size === n) {
    const side = size === 0 ? 'part' : 'rest';
    throw new SymlossError(
      where,
      `at least one row in the ${side}`,
      `${n} row${n === 1 ? '' : 's'} at a fraction of ${fraction}`,
      { hint: 'give more rows or another fraction' },
    );
  }
  return size;
}

/** `[n]`, 1 for each row of the part. Its memory is all that stays of the drawing. */
function drawn(
  labels: ArrayLike<number>,
  k: number,
  fraction: number,
  size: number,
  rng: Rng,
): Uint8Array {
  const rowsOf = rowsByClass(labels, k);
  const counts = rowsOf.map((rows) => rows.length);
  const takes = allot(counts, fraction, size);
  const inPart = new Uint8Array(labels.length);
  rowsOf.forEach((rows, c) => {
    rng.shuffle(rows);
    for (let i = 0; i < (takes[c] as number); i++) inPart[rows[i] as number] = 1;
  });
  return inPart;
}

/** The rows of either side. A filter of typed arrays would take several times the memory of its result. */
function apart(inPart: Uint8Array): Split {
  const size = inPart.reduce((sum, own) => sum + own, 0);
  const part = new Uint32Array(size);
  const rest = new Uint32Array(inPart.length - size);
  let [inRest, found] = [0, 0];
  for (let row = 0; row < inPart.length; row++) {
    if (inPart[row] === 1) part[found++] = row;
    else rest[inRest++] = row;
  }
  return { rest, part };
}

function rowsByClass(labels: ArrayLike<number>, k: number): Uint32Array[] {
  const counts = new Uint32Array(k);
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] as number;
    counts[label] = (counts[label] as number) + 1;
  }
  const rowsOf = Array.from(counts, (count) => new Uint32Array(count));
  const filled = new Uint32Array(k);
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] as number;
    const at = filled[label] as number;
    (rowsOf[label] as Uint32Array)[at] = row;
    filled[label] = at + 1;
  }
  return rowsOf;
}

/** How many rows the part takes of each class. */
function allot(counts: readonly number[], fraction: number, size: number): number[] {
  const spare = counts.map((count) => Math.max(count - 1, 0));
  const takes = counts.map((count, c) =>
    Math.min(Math.floor(count * fraction), spare[c] as number),
  );
  let left = size - takes.reduce((sum, take) => sum + take, 0);
  const byRemainder = counts
    .map((count, c) => ({ c, remainder: count * fraction - Math.floor(count * fraction) }))
    .sort((a, b) => b.remainder - a.remainder || a.c - b.c);
  const handOut = (limits: readonly number[]) => {
    let progress = true;
    while (left > 0 && progress) {
      progress = false;
      for (const { c } of byRemainder) {
        const take = takes[c] as number;
        if (left === 0) break;
        if (take >= (limits[c] as number)) continue;
        takes[c] = take + 1;
        left--;
        progress = true;
      }
    }
  };
  handOut(spare);
  handOut(counts.map((count) => (count === 1 ? 1 : count - 1)));
  return takes;
}
