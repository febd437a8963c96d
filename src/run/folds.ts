import type { Rng } from '../core/index.ts';
import { SymlossError } from '../core/index.ts';

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
  const ids = new Map<unknown, number[]>();
  for (let row = 0; row < labels.length; row++) {
    const rows = ids.get(groups[row]);
    if (rows) rows.push(row);
    else ids.set(groups[row], [row]);
  }
  if (ids.size < folds) {
    throw new SymlossError('groups', `at least ${folds} groups, one per fold`, String(ids.size));
  }
  const totals = new Float64Array(k);
  for (let row = 0; row < labels.length; row++) add(totals, labels[row] as number, 1);
  const order = rng
    .shuffle([...ids.values()])
    .map((rows) => ({ rows, counts: countsOf(rows, labels, k) }))
    .map((group) => ({ ...group, spread: deviation(Array.from(group.counts)) }))
    .sort((a, b) => b.rows.length - a.rows.length || b.spread - a.spread);
  const filled = Array.from({ length: folds }, () => ({ counts: new Float64Array(k), rows: 0 }));
  const foldOf = new Int32Array(labels.length);
  for (const { rows, counts } of order) {
    const fold = bestFold(filled, counts, totals);
    const chosen = filled[fold] as (typeof filled)[number];
    for (const row of rows) foldOf[row] = fold;
    for (let c = 0; c < k; c++) add(chosen.counts, c, counts[c] as number);
    chosen.rows += rows.length;
  }
  return foldOf;
}

interface Fold {
  readonly counts: Float64Array;
  readonly rows: number;
}

function bestFold(filled: readonly Fold[], counts: Float64Array, totals: Float64Array): number {
  let best = 0;
  let least = Infinity;
  for (const [candidate, { rows }] of filled.entries()) {
    let unevenness = 0;
    for (let c = 0; c < totals.length; c++) {
      const total = totals[c] as number;
      if (total === 0) continue;
      const shares = filled.map(
        (fold, i) =>
          ((fold.counts[c] as number) + (i === candidate ? (counts[c] as number) : 0)) / total,
      );
      unevenness += deviation(shares);
    }
    // sums of deviations that are equal but for rounding
    const isBetter = unevenness < least - 1e-12;
    const isEqual = Math.abs(unevenness - least) <= 1e-12;
    if (!isBetter && !(isEqual && rows < (filled[best] as Fold).rows)) continue;
    best = candidate;
    least = Math.min(least, unevenness);
  }
  return best;
}

function countsOf(rows: readonly number[], labels: ArrayLike<number>, k: number): Float64Array {
  const counts = new Float64Array(k);
  for (const row of rows) add(counts, labels[row] as number, 1);
  return counts;
}

function add(counts: Float64Array, at: number, value: number): void {
  counts[at] = (counts[at] as number) + value;
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((total, v) => total + v, 0) / values.length;
  const squares = values.reduce((total, v) => total + (v - mean) ** 2, 0);
  return Math.sqrt(squares / values.length);
}
