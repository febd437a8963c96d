import type { Rng } from '../core/index.ts';
import { checkNumber, SymlossError } from '../core/index.ts';
import type { Split } from './split.ts';

/**
 * A fold for every row, stratified by label: the rows of each class are shuffled and dealt out in
 * turn, going on where the class before ended, so that folds of a class and folds as a whole differ
 * by one row at most. A class of two rows or more has rows outside of every fold.
 * @param labels [n], from 0 to k − 1
 * @param folds from 2 to n
 * @returns [n], from 0 to folds − 1
 */
export function stratifiedFolds(
  labels: ArrayLike<number>,
  k: number,
  folds: number,
  rng: Rng,
): Int32Array {
  const rowsOf = Array.from({ length: k }, (): number[] => []);
  for (let row = 0; row < labels.length; row++) rowsOf[labels[row] as number]?.push(row);
  const foldOf = new Int32Array(labels.length);
  let dealt = 0;
  for (const row of rowsOf.flatMap((rows) => rng.shuffle(rows))) foldOf[row] = dealt++ % folds;
  return foldOf;
}

/**
 * A fold for every row, rows of a group together, as even by label as that allows. Groups are taken
 * from the largest on, those of equal size from the one with the least even labels on, equal ones in
 * random order; each goes to the fold after which the classes are spread most evenly over the folds,
 * of equals to the smallest and then the lowest (as `StratifiedGroupKFold` of scikit-learn, which
 * does not look at sizes first).
 * @param groups [n], rows with the same id stay together
 * @throws SymlossError if there are fewer groups than folds
 */
export function groupedFolds(
  labels: ArrayLike<number>,
  k: number,
  groups: ArrayLike<unknown>,
  folds: number,
  rng: Rng,
): Int32Array {
  const order = groupsInOrder(labels, k, groups, rng);
  if (order.length < folds) {
    const expected = `at least ${folds} groups, one per fold`;
    throw new SymlossError('groups', expected, String(order.length));
  }
  return dealt(order, labels, k, new Array(folds).fill(1));
}

/**
 * Splits rows at random so that the part has about `fraction` of every class, and rows of a group are
 * on the same side. Each side has a group at least.
 * @param labels `[n]`, from 0 to k − 1
 * @param k number of classes
 * @param groups `[n]`, rows with the same id stay together
 * @param fraction the part's share, in (0, 1)
 * @param rng decides the order of groups that are alike
 * @param where what messages start with
 * @throws SymlossError if there are fewer than two groups
 */
export function groupedSplit(
  labels: ArrayLike<number>,
  k: number,
  groups: ArrayLike<unknown>,
  fraction: number,
  rng: Rng,
  where = 'groupedSplit',
): Split {
  checkNumber(`${where}, fraction`, fraction, { min: 0, max: 1, openMin: true, openMax: true });
  const order = groupsInOrder(labels, k, groups, rng);
  if (order.length < 2) {
    throw new SymlossError(where, 'at least 2 groups', String(order.length), {
      hint: 'rows of a group stay together, so that one group cannot be split',
    });
  }
  const sideOf = dealt(order, labels, k, [1 - fraction, fraction]);
  const smallest = (order.at(-1) as Group).rows;
  for (const side of [0, 1]) {
    if (!sideOf.includes(side)) for (const row of smallest) sideOf[row] = side;
  }
  const all = Uint32Array.from(sideOf, (_, row) => row);
  return {
    rest: all.filter((row) => sideOf[row] === 0),
    part: all.filter((row) => sideOf[row] === 1),
  };
}

interface Group {
  readonly rows: readonly number[];
  /** How many rows each of its classes has. */
  readonly counts: ReadonlyMap<number, number>;
}

/** The groups from the largest on, those of equal size from the one with the least even labels on. */
function groupsInOrder(
  labels: ArrayLike<number>,
  k: number,
  groups: ArrayLike<unknown>,
  rng: Rng,
): Group[] {
  const ids = new Map<unknown, number[]>();
  for (let row = 0; row < labels.length; row++) {
    const rows = ids.get(groups[row]);
    if (rows) rows.push(row);
    else ids.set(groups[row], [row]);
  }
  return rng
    .shuffle([...ids.values()])
    .map((rows) => {
      const counts = new Map<number, number>();
      for (const row of rows) {
        const label = labels[row] as number;
        counts.set(label, (counts.get(label) ?? 0) + 1);
      }
      return { rows, counts, spread: spreadOf(counts, rows.length / k, k) };
    })
    .sort((a, b) => b.rows.length - a.rows.length || b.spread - a.spread);
}

/** The standard deviation of the counts of k classes. */
function spreadOf(counts: ReadonlyMap<number, number>, mean: number, k: number): number {
  let squares = (k - counts.size) * mean ** 2;
  for (const count of counts.values()) squares += (count - mean) ** 2;
  return Math.sqrt(squares / k);
}

interface Fold {
  readonly counts: Float64Array;
  /** Its size beside those of the others. */
  readonly share: number;
  rows: number;
}

/** Deals groups in their order; the number of each row's fold. @param shares how large each fold is to be */
function dealt(
  order: readonly Group[],
  labels: ArrayLike<number>,
  k: number,
  shares: readonly number[],
): Int32Array {
  const totals = new Float64Array(k);
  for (let row = 0; row < labels.length; row++) add(totals, labels[row] as number, 1);
  const folds = shares.map((share): Fold => ({ counts: new Float64Array(k), share, rows: 0 }));
  const foldOf = new Int32Array(labels.length);
  for (const { rows, counts } of order) {
    const best = bestFold(folds, counts, totals);
    const chosen = folds[best] as Fold;
    for (const row of rows) foldOf[row] = best;
    for (const [label, count] of counts) add(chosen.counts, label, count);
    chosen.rows += rows.length;
  }
  return foldOf;
}

/** Classes that a group has not are spread alike wherever it goes, so that only its own count. */
function bestFold(
  folds: readonly Fold[],
  counts: ReadonlyMap<number, number>,
  totals: Float64Array,
): number {
  let best = 0;
  let least = Infinity;
  for (const [candidate, { rows, share }] of folds.entries()) {
    let unevenness = 0;
    for (const [label, count] of counts) {
      const total = totals[label] as number;
      const parts = folds.map(
        (fold, i) =>
          ((fold.counts[label] as number) + (i === candidate ? count : 0)) / (total * fold.share),
      );
      unevenness += deviation(parts);
    }
    // sums of deviations that are equal but for rounding
    const isBetter = unevenness < least - 1e-12;
    const isEqual = Math.abs(unevenness - least) <= 1e-12;
    const chosen = folds[best] as Fold;
    if (!isBetter && !(isEqual && rows / share < chosen.rows / chosen.share)) continue;
    best = candidate;
    least = Math.min(least, unevenness);
  }
  return best;
}

function add(counts: Float64Array, at: number, value: number): void {
  counts[at] = (counts[at] as number) + value;
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((total, v) => total + v, 0) / values.length;
  const squares = values.reduce((total, v) => total + (v - mean) ** 2, 0);
  return Math.sqrt(squares / values.length);
}
