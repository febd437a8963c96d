import { meanAndStd } from '../../core/index.ts';
import { studentTQuantile } from '../../core/student-t.ts';

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
  /** 95 % confidence interval of the mean by Student's t; absent for one seed. */
  readonly interval?: readonly [low: number, high: number];
}

/** `undefined` for no values. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  const n = values.length;
  if (n === 0) return undefined;
  const { mean, std } = meanAndStd(values);
  return { n, mean, ...(n > 1 && { std }) };
}

/**
 * The mean of `a − b` over the seeds that both have, and its 95 % confidence interval mean ± t·s/√n
 * (Student's t with n − 1 degrees of freedom), which holds if the differences are about normal.
 * Pairing pays because runs of one seed share split, noise and first weights.
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
  if (std === undefined) return { n, mean };
  const half = (studentTQuantile(0.95, n - 1) * std) / Math.sqrt(n);
  return { n, mean, interval: [mean - half, mean + half] };
}
