import { meanAndStd } from '../../core/index.ts';

/** What is known of a loss after some folds. */
export interface Tried {
  /** Number of rows of each fold that it predicted. */
  readonly rows: readonly number[];
  /** Accuracy on the labels as given after every epoch, for each of these folds; NaN where it was not measured. */
  readonly curves: readonly (readonly number[])[];
  /** For each of these folds and each of its rows whether the class that was predicted is the label. */
  readonly right: readonly Uint8Array[];
}

/** Epochs before and after one that its accuracy is averaged with: that of one alone goes up and down by chance. */
const around = 1;

/**
 * The epoch with the best accuracy over all rows that were predicted, the same for all folds, the last of equal ones. The best
 * epoch of each fold by itself would flatter losses whose accuracy goes up and down.
 * @returns the epoch from 1, and the accuracy there, averaged with its neighbours
 */
export function commonEpoch({ rows, curves }: Tried): { epoch: number; accuracy: number } {
  const total = rows.reduce((sum, n) => sum + n, 0);
  const epochs = Math.min(...curves.map((curve) => curve.length));
  const pooled = Array.from(
    { length: epochs },
    (_, e) =>
      curves.reduce((sum, curve, f) => sum + (curve[e] as number) * (rows[f] as number), 0) / total,
  );
  const measured = pooled.flatMap((accuracy, e) =>
    Number.isNaN(accuracy) ? [] : [{ accuracy, epoch: e + 1 }],
  );
  let best = { epoch: 0, accuracy: -1 };
  for (const [i, { epoch }] of measured.entries()) {
    const own = measured.slice(Math.max(0, i - around), i + around + 1);
    const accuracy = own.reduce((sum, one) => sum + one.accuracy, 0) / own.length;
    if (accuracy >= best.accuracy) best = { epoch, accuracy };
  }
  return best;
}

/** A mean, and its standard error. */
export interface Difference {
  readonly mean: number;
  readonly standardError: number;
}

/** Difference in accuracy of two losses on the rows that both predicted. */
export function difference(a: Tried, b: Tried): Difference {
  let n = 0;
  let [more, fewer] = [0, 0];
  for (let fold = 0; fold < Math.min(a.right.length, b.right.length); fold++) {
    const [one, other] = [a.right[fold] as Uint8Array, b.right[fold] as Uint8Array];
    n += one.length;
    for (let row = 0; row < one.length; row++) {
      if ((one[row] as number) > (other[row] as number)) more++;
      else if ((one[row] as number) < (other[row] as number)) fewer++;
    }
  }
  const mean = (more - fewer) / n;
  const variance = (more + fewer) / n - mean * mean;
  return { mean, standardError: Math.sqrt(Math.max(variance, 0) / n) };
}

/** Mean of the differences of two losses row by row, with its standard error. */
export function rowDifference(a: Float64Array, b: Float64Array): Difference {
  const { mean, std } = meanAndStd(Array.from(a, (value, i) => value - (b[i] as number)));
  return { mean, standardError: std / Math.sqrt(a.length) };
}

/** The losses from the most accurate on: see `rankedBy`. @param tried in the order of robustness */
export function ranked(tried: readonly Tried[], areWrong: boolean): number[] {
  const accuracies = tried.map((one) => commonEpoch(one).accuracy);
  const standardError = (a: number, b: number) =>
    difference(tried[a] as Tried, tried[b] as Tried).standardError;
  return rankedBy(accuracies, standardError, areWrong);
}

/**
 * The losses from the best on. Those that are within one standard error of the best one are as good: of them the more robust one
 * is first where labels are wrong, and the plainer one where they are not.
 * @param values of the losses in the order of robustness; larger is better
 * @param standardError of the difference of two of them, by their places
 */
export function rankedBy(
  values: readonly number[],
  standardError: (a: number, b: number) => number,
  areWrong: boolean,
): number[] {
  const order = [...values.keys()].sort((a, b) => (values[b] as number) - (values[a] as number));
  const leader = order[0] as number;
  const isTied = (i: number): boolean =>
    i === leader || (values[leader] as number) - (values[i] as number) <= standardError(leader, i);
  const tied = order.filter(isTied).sort((a, b) => (areWrong ? b - a : a - b));
  return [...tied, ...order.filter((i) => !isTied(i))];
}
