import { meanAndStd } from '../../core/index.ts';
import { studentTCentral, studentTQuantile } from '../../core/student-t.ts';

/** Values over seeds. */
export interface Spread {
  /** How many values. */
  readonly n: number;
  readonly mean: number;
  /** With n − 1; absent for one value. */
  readonly std?: number;
}

/** A difference of two losses, seed by seed, `a − b`. */
export interface PairedDifference {
  /** How many seeds both have. */
  readonly n: number;
  readonly mean: number;
  /** 95 % confidence interval of the mean by Student's t; absent for one seed, and where all seeds have the same difference. */
  readonly interval?: readonly [low: number, high: number];
  /** Of the two-sided t test that the mean is 0; absent where `interval` is. */
  readonly pValue?: number;
  /** `pValue` corrected for the number of differences in one table (`holm`). */
  readonly adjustedPValue?: number;
}

/** `undefined` for no values. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  const n = values.length;
  if (n === 0) return undefined;
  const { mean, std } = meanAndStd(values);
  return { n, mean, ...(n > 1 && { std }) };
}

/** A spread below this is one of rounding: the accuracies of two runs differ by more than that, or not at all. */
const leastSpread = 1e-9;

/**
 * The mean of `a − b` over the seeds that both have, and its 95 % confidence interval mean ± t·s/√n
 * (Student's t with n − 1 degrees of freedom), which holds if the differences are about normal.
 * Pairing pays because runs of one seed share split, noise and first weights. Where all seeds have the same difference, as two seeds
 * easily do, they say nothing of its spread, as one seed does.
 * @param a values by seed
 * @returns `undefined` where no seed is in both
 */
export function pairedDifference(
  a: ReadonlyMap<number, number>,
  b: ReadonlyMap<number, number>,
): PairedDifference | undefined {
  const differences = [...a].flatMap(([seed, value]) => {
    const other = b.get(seed);
    return other === undefined ? [] : [value - other];
  });
  const spread = spreadOf(differences);
  if (spread === undefined) return undefined;
  const { n, mean, std } = spread;
  if (std === undefined || std < leastSpread) return { n, mean };
  const error = std / Math.sqrt(n);
  const half = studentTQuantile(0.95, n - 1) * error;
  const pValue = 1 - studentTCentral(Math.abs(mean) / error, n - 1);
  return { n, mean, interval: [mean - half, mean + half], pValue };
}

/** From this adjusted p-value on, a difference may be chance. */
export const significance = 0.05;

/**
 * Adjusted p-values of a family of m tests: of those in ascending order, max over i ≤ j of (m − i + 1)·p_i, at most 1. Calling those below
 * α significant keeps the probability of a single false one at most α, whatever the tests have in common.
 *
 * Source: S. Holm, *A simple sequentially rejective multiple test procedure*, Scandinavian Journal of Statistics 6(2), 1979.
 * @param pValues in [0, 1]
 * @returns in the order given
 */
export function holm(pValues: readonly number[]): number[] {
  const m = pValues.length;
  const order = pValues.map((p, i) => ({ p, i })).sort((a, b) => a.p - b.p);
  const adjusted = new Array<number>(m);
  let least = 0;
  for (const [rank, { p, i }] of order.entries()) {
    least = Math.max(least, Math.min(1, (m - rank) * p));
    adjusted[i] = least;
  }
  return adjusted;
}
