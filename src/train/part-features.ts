import { invariant, sizeOf } from '../core/index.ts';
import { openRows } from '../data/formats/index.ts';
import type { Dataset } from '../data/index.ts';
import { applyStandardiser, areNumbers, gatherRows, isRowFile } from '../data/index.ts';
import type { Preprocessing } from '../features/index.ts';
import { encodeRows, isTable } from '../features/index.ts';
import type { FeatureRows } from '../noise/index.ts';
import type { Part } from './job.ts';
import { shareBytes } from './loader/index.ts';

/** The features of some rows, for a part: numbers encoded or standardised in a copy, bytes left where they are. */
export function partFeatures(
  data: Dataset,
  rows: Uint32Array,
  preprocessing: Preprocessing,
): Part['features'] {
  const { features, featureShape } = data;
  if (preprocessing.kind === 'columns' && isRowFile(features)) {
    return { stored: features, rows, texts: data.texts, pipeline: preprocessing };
  }
  if (!(features instanceof Float32Array)) {
    return { source: features instanceof Uint8Array ? shareBytes(features) : features, rows };
  }
  const size = sizeOf(featureShape);
  if (preprocessing.kind === 'columns' && isTable(data)) {
    return encodeRows(data, size, rows, preprocessing);
  }
  invariant(preprocessing.kind === 'standardise', 'columns of what is no table');
  const own = gatherRows(features, size, rows, new Float32Array(rows.length * size));
  return applyStandardiser(own, preprocessing, own, size);
}

/** The raw features of some rows as numbers, read one row at a time. */
export function featureRows(
  { features, featureShape }: Dataset,
  rows: Uint32Array,
): FeatureRows & { close(): void } {
  const size = sizeOf(featureShape);
  const shape = { rows: rows.length, size };
  if (features instanceof Float32Array) {
    const read = (i: number, out: Float32Array): void => {
      gatherRows(features, size, rows.subarray(i, i + 1), out);
    };
    return { ...shape, read, close: () => {} };
  }
  const areFloats = areNumbers(features);
  const reader = openRows(features, areFloats ? 4 * size : size);
  const bytes = new Uint8Array(areFloats ? 4 * size : size);
  const values = areFloats ? new Float32Array(bytes.buffer) : bytes;
  const read = (i: number, out: Float32Array): void => {
    reader.read(rows.subarray(i, i + 1), bytes);
    out.set(values);
  };
  return { ...shape, read, close: () => reader.close() };
}
