import { SymlossError } from '../core/index.ts';

/** Mean and standard deviation of each of d features. */
export interface Standardiser {
  /** `[d]` */
  readonly mean: Float64Array;
  /** `[d]`, positive. */
  readonly std: Float64Array;
  /** Whether the rows it was fitted on have missing values. */
  readonly missing: boolean;
}

/**
 * Fits mean and standard deviation (divisor: the number of values) of each feature in float64, in
 * two passes. Missing values (NaN) are skipped. A constant feature gets a deviation of 1, so it
 * becomes 0; one with no value in these rows gets mean 0 and deviation 1.
 * @param features `[n, d]` row-major
 * @param d features of a row
 * @param rows the rows to fit on, from 0 to n − 1; those that are trained on
 * @throws SymlossError if there is no row, or d does not divide the features, or a row is out of range
 */
export function fitStandardiser(
  features: Float32Array,
  d: number,
  rows: ArrayLike<number>,
): Standardiser {
  checkWidth('fitStandardiser', features, d);
  const n = features.length / d;
  if (rows.length === 0) throw new SymlossError('fitStandardiser', 'at least one row', 'none');
  const mean = new Float64Array(d);
  const squares = new Float64Array(d);
  const counts = new Uint32Array(d);
  const low = new Float64Array(d).fill(Infinity);
  const high = new Float64Array(d).fill(-Infinity);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    if (!Number.isInteger(row) || row < 0 || row >= n) {
      throw new SymlossError('fitStandardiser', `row indices from 0 to ${n - 1}`, String(row));
    }
    for (let j = 0; j < d; j++) {
      const value = features[row * d + j] as number;
      if (Number.isNaN(value)) continue;
      mean[j] = (mean[j] as number) + value;
      counts[j] = (counts[j] as number) + 1;
      if (value < (low[j] as number)) low[j] = value;
      if (value > (high[j] as number)) high[j] = value;
    }
  }
  for (let j = 0; j < d; j++) mean[j] = (mean[j] as number) / Math.max(counts[j] as number, 1);
  for (let i = 0; i < rows.length; i++) {
    const start = (rows[i] as number) * d;
    for (let j = 0; j < d; j++) {
      const value = features[start + j] as number;
      if (!Number.isNaN(value)) {
        squares[j] = (squares[j] as number) + (value - (mean[j] as number)) ** 2;
      }
    }
  }
  // Equal values, not a zero sum of squares, mean constant: the mean of equal values may be
  // rounded, which leaves a tiny deviation that division would blow up.
  const std = squares.map((sum, j) =>
    (low[j] as number) < (high[j] as number) ? Math.sqrt(sum / (counts[j] as number)) : 1,
  );
  low.forEach((value, j) => {
    if (value === high[j]) mean[j] = value;
  });
  return { mean, std, missing: counts.some((count) => count < rows.length) };
}

/**
 * (value − mean) / std for each feature; a missing value (NaN) becomes 0, which stands for the mean.
 * @param features `[n, d]` row-major
 * @param standardiser fitted on d features
 * @param out where to write; may be `features` itself; default: a new array
 * @throws SymlossError if d does not divide the features, or `out` has another length
 */
export function applyStandardiser(
  features: Float32Array,
  standardiser: Standardiser,
  out: Float32Array = new Float32Array(features.length),
): Float32Array {
  const { mean, std } = standardiser;
  const d = mean.length;
  checkWidth('applyStandardiser', features, d);
  if (out.length !== features.length) {
    const expected = `room for ${features.length} values in out`;
    throw new SymlossError('applyStandardiser', expected, String(out.length));
  }
  for (let start = 0; start < features.length; start += d) {
    for (let j = 0; j < d; j++) {
      const value = features[start + j] as number;
      const scaled = (value - (mean[j] as number)) / (std[j] as number);
      out[start + j] = Number.isNaN(value) ? 0 : scaled;
    }
  }
  return out;
}

function checkWidth(where: string, features: Float32Array, d: number): void {
  if (!Number.isSafeInteger(d) || d < 1 || features.length % d !== 0) {
    throw new SymlossError(where, `rows of ${d} features`, `${features.length} values`);
  }
}
