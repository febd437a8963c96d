import { gatherRows } from '../../data/gather.ts';
import type { OpenRows } from '../../data/index.ts';
import { fillSparse, StoredReader } from '../../features/encode.ts';
import type { ImageRows, Part } from '../job.ts';
import { isStoredRows } from '../job.ts';

/** Reads the features of a part that are no images, by row. */
export interface NumberReader {
  /** Writes rows to the start of `out`, `[rows.length, size]`, in the given order. @param rows places in the part */
  read(rows: ArrayLike<number>, out: Float32Array): void;
  close(): void;
}

/**
 * Opens what is no images: encoded rows of a table, in memory or in a file, or standardised numbers.
 * @param size numbers of a row
 */
export function openNumbers(
  features: Exclude<Part['features'], ImageRows>,
  size: number,
  openRows: OpenRows,
): NumberReader {
  if (isStoredRows(features)) return new StoredReader(features, openRows);
  const close = (): void => {};
  if (!(features instanceof Float32Array)) {
    return { read: (rows, out) => fillSparse(features, rows, out), close };
  }
  const read = (rows: ArrayLike<number>, out: Float32Array): void => {
    gatherRows(features, size, rows, out.subarray(0, rows.length * size));
  };
  return { read, close };
}
