import { SymlossError } from '../core/index.ts';
import type { RowReader } from './row-reader.ts';
import { memoryRows } from './row-reader.ts';

/**
 * Mean and standard deviation of each of d features, or of each channel of images: c numbers for a
 * row of `size` values, each for the `size / c` values that follow each other.
 */
export interface Standardiser {
  /** `[d]`, or `[c]` for images. */
  readonly mean: Float64Array;
  /** `[d]` or `[c]`, positive. */
  readonly std: Float64Array;
  /** Whether the rows it was fitted on have missing values. */
  readonly missing: boolean;
}

/**
 * Fits mean and standard deviation (divisor: the number of values) of each feature, or of each
 * channel, in float64. Missing values (NaN) are skipped. A constant feature gets a deviation of 1,
 * so it becomes 0; one with no value in these rows gets mean 0 and deviation 1.
 *
 * Numbers take two passes. Bytes are counted, 256 counts for each channel, so they take one, and
 * only the 256 products are rounded.
 * @param features `[n, d]` row-major; numbers, bytes, or a reader of bytes
 * @param d values of a row
 * @param rows the rows to fit on, from 0 to n − 1; those that are trained on
 * @param channels c, a divisor of d. Default: d, each value of a row for itself
 * @throws SymlossError if there is no row, d does not divide the features, c does not divide d, or a
 * row is out of range
 */
export function fitStandardiser(
  features: Float32Array | Uint8Array | RowReader,
  d: number,
  rows: ArrayLike<number>,
  channels: number = d,
): Standardiser {
  const where = 'fitStandardiser';
  if (ArrayBuffer.isView(features)) checkWidth(where, features.length, d);
  else checkWidth(where, features.rowSize, d);
  checkWidth(where, d, channels);
  const n = ArrayBuffer.isView(features) ? features.length / d : features.rows;
  if (rows.length === 0) throw new SymlossError(where, 'at least one row', 'none');
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    if (!Number.isInteger(row) || row < 0 || row >= n) {
      throw new SymlossError(where, `row indices from 0 to ${n - 1}`, String(row));
    }
  }
  if (features instanceof Float32Array) return fitNumbers(features, d, rows, channels);
  const reader = features instanceof Uint8Array ? memoryRows(features, d) : features;
  return fitCounts(countBytes(reader, rows, channels), channels);
}

function fitNumbers(
  features: Float32Array,
  d: number,
  rows: ArrayLike<number>,
  channels: number,
): Standardiser {
  const plane = d / channels;
  const mean = new Float64Array(channels);
  const squares = new Float64Array(channels);
  const counts = new Float64Array(channels);
  const low = new Float64Array(channels).fill(Infinity);
  const high = new Float64Array(channels).fill(-Infinity);
  for (let i = 0; i < rows.length; i++) {
    let at = (rows[i] as number) * d;
    for (let j = 0; j < channels; j++) {
      for (const end = at + plane; at < end; at++) {
        const value = features[at] as number;
        if (Number.isNaN(value)) continue;
        mean[j] = (mean[j] as number) + value;
        counts[j] = (counts[j] as number) + 1;
        if (value < (low[j] as number)) low[j] = value;
        if (value > (high[j] as number)) high[j] = value;
      }
    }
  }
  for (let j = 0; j < channels; j++) {
    mean[j] = (mean[j] as number) / Math.max(counts[j] as number, 1);
  }
  for (let i = 0; i < rows.length; i++) {
    let at = (rows[i] as number) * d;
    for (let j = 0; j < channels; j++) {
      for (const end = at + plane; at < end; at++) {
        const value = features[at] as number;
        if (!Number.isNaN(value)) {
          squares[j] = (squares[j] as number) + (value - (mean[j] as number)) ** 2;
        }
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
  return { mean, std, missing: counts.some((count) => count < rows.length * plane) };
}

/** Rows of images that are counted at once, in bytes. */
const countedBytes = 1 << 20;

/** How often each byte value occurs in each channel of the rows, `[c, 256]`. */
function countBytes(reader: RowReader, rows: ArrayLike<number>, channels: number): Float64Array {
  const { rowSize } = reader;
  const plane = rowSize / channels;
  const totals = new Float64Array(channels * 256);
  const indices = rows instanceof Uint32Array ? rows : Uint32Array.from(rows);
  const perBlock = Math.max(1, Math.floor(countedBytes / rowSize));
  const buffer = new Uint8Array(Math.min(perBlock, indices.length) * rowSize);
  const counts = new Uint32Array(channels * 256); // of one block: the totals may exceed 32 bits
  for (let start = 0; start < indices.length; start += perBlock) {
    const chosen = indices.subarray(start, start + perBlock);
    const block = buffer.subarray(0, chosen.length * rowSize);
    reader.read(chosen, block);
    counts.fill(0);
    for (let at = 0; at < block.length; ) {
      for (let base = 0; base < counts.length; base += 256) {
        for (const end = at + plane; at < end; at++) {
          const cell = base + (block[at] as number);
          counts[cell] = (counts[cell] as number) + 1;
        }
      }
    }
    for (let i = 0; i < totals.length; i++) {
      totals[i] = (totals[i] as number) + (counts[i] as number);
    }
  }
  return totals;
}

/** The first two moments of bytes by their counts; sums are integers below 2^53, thus exact. */
function fitCounts(counts: Float64Array, channels: number): Standardiser {
  const mean = new Float64Array(channels);
  const std = new Float64Array(channels);
  for (let j = 0; j < channels; j++) {
    const own = counts.subarray(j * 256, (j + 1) * 256);
    const n = own.reduce((sum, count) => sum + count, 0);
    const center = own.reduce((sum, count, value) => sum + count * value, 0) / n;
    const squares = own.reduce((sum, count, value) => sum + count * (value - center) ** 2, 0);
    mean[j] = center;
    std[j] = squares === 0 ? 1 : Math.sqrt(squares / n);
  }
  return { mean, std, missing: false };
}

/**
 * (value − mean) / std for each feature; a missing value (NaN) becomes 0, which stands for the mean.
 * @param features `[n, d]` row-major
 * @param standardiser of d features, or of c channels of d / c values each
 * @param out where to write; may be `features` itself; default: a new array
 * @param d values of a row. Default: as many as the standardiser has
 * @throws SymlossError if d does not divide the features, the standardiser's numbers do not divide
 * d, or `out` has another length
 */
export function applyStandardiser(
  features: Float32Array,
  standardiser: Standardiser,
  out: Float32Array = new Float32Array(features.length),
  d: number = standardiser.mean.length,
): Float32Array {
  const { mean, std } = standardiser;
  checkWidth('applyStandardiser', features.length, d);
  checkWidth('applyStandardiser', d, mean.length);
  if (out.length !== features.length) {
    const expected = `room for ${features.length} values in out`;
    throw new SymlossError('applyStandardiser', expected, String(out.length));
  }
  const plane = d / mean.length;
  for (let at = 0; at < features.length; ) {
    for (let j = 0; j < mean.length; j++) {
      for (const end = at + plane; at < end; at++) {
        const value = features[at] as number;
        const scaled = (value - (mean[j] as number)) / (std[j] as number);
        out[at] = Number.isNaN(value) ? 0 : scaled;
      }
    }
  }
  return out;
}

/**
 * The standardised value of every byte, `[c, 256]`: what `applyStandardiser` makes of it.
 * @param standardiser of c channels
 */
export function byteTables({ mean, std }: Standardiser): Float32Array {
  return Float32Array.from({ length: mean.length * 256 }, (_, i) => {
    const channel = Math.floor(i / 256);
    return ((i % 256) - (mean[channel] as number)) / (std[channel] as number);
  });
}

function checkWidth(where: string, length: number, d: number): void {
  if (!Number.isSafeInteger(d) || d < 1 || length % d !== 0) {
    throw new SymlossError(where, `rows of ${d} features`, `${length} values`);
  }
}
