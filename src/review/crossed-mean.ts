import { studentTQuantile } from '../core/student-t.ts';

/** A mean over rows and runs. */
export interface CrossedMean {
  readonly mean: number;
  /** Its 95 % confidence interval; absent for a single row. */
  readonly interval?: readonly [low: number, high: number];
}

/**
 * The mean of values of every row in every run, and its 95 % confidence interval, in which both rows and runs count as drawn at
 * random: value = mean + run + row + rest, with independent parts of mean 0. With mean squares MSᵣ of rows, MSₛ of runs and MSₑ of the
 * rest, n rows and s runs, the variance of the mean is (MSᵣ + MSₛ − MSₑ)/(n·s); a part whose variance would be negative counts
 * as none. Student's t has the degrees of freedom of Satterthwaite (Biometrics Bulletin 2, 1946), rounded down, but no fewer than rows or
 * runs alone would give, min(n, s) − 1: a part that is nearly none does not make an interval many times as wide. Of a single
 * run the interval covers the rows only.
 * @param values by run, each [n]
 */
export function crossedMean(values: readonly ArrayLike<number>[]): CrossedMean {
  const s = values.length;
  const n = values[0]?.length ?? 0;
  const ofRun = values.map((own) => sum(own) / n);
  const ofRow = Array.from(
    { length: n },
    (_, i) => values.reduce((total, own) => total + (own[i] as number), 0) / s,
  );
  const mean = sum(ofRun) / s;
  if (n < 2) return { mean };
  const squares = (means: readonly number[]) =>
    means.reduce((total, own) => total + (own - mean) ** 2, 0);
  const [freeRows, freeRuns] = [n - 1, s - 1];
  // parts of the variance of the mean: mean squares divided by n·s
  const rows = squares(ofRow) / freeRows / n;
  if (s === 1) return { mean, interval: around(mean, rows, freeRows) };
  const runs = squares(ofRun) / freeRuns / s;
  let rest = 0;
  for (const [run, own] of values.entries()) {
    for (let i = 0; i < n; i++) {
      rest += ((own[i] as number) - (ofRun[run] as number) - (ofRow[i] as number) + mean) ** 2;
    }
  }
  const freeRest = freeRows * freeRuns;
  rest /= freeRest * n * s;
  if (runs <= rest) return { mean, interval: around(mean, rows, freeRows) };
  if (rows <= rest) return { mean, interval: around(mean, runs, freeRuns) };
  const variance = rows + runs - rest;
  const parts = rows ** 2 / freeRows + runs ** 2 / freeRuns + rest ** 2 / freeRest;
  const freedom = Math.max(Math.min(freeRows, freeRuns), variance ** 2 / parts);
  return { mean, interval: around(mean, variance, freedom) };
}

function around(mean: number, variance: number, freedom: number): readonly [number, number] {
  const half = studentTQuantile(0.95, Math.floor(freedom)) * Math.sqrt(variance);
  return [mean - half, mean + half];
}

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] as number;
  return total;
}
