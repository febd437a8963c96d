import type { Pieces } from '../core/index.ts';
import { invariant, sizeOf } from '../core/index.ts';
import type { Dataset, OpenRows } from '../data/index.ts';
import {
  applyStandardiser,
  areNumbers,
  gatherRows,
  isRowFile,
  memoryRows,
  numberColumns,
} from '../data/index.ts';
import type { Preprocessing } from '../features/index.ts';
import { encodeRowsInPieces, isTable } from '../features/index.ts';
import type { FeatureRows } from '../noise/index.ts';
import type { Part } from './job.ts';
import { isStoredRows } from './job.ts';
import { shareBytes, shareNumbers } from './loader/index.ts';

/** The features of some rows, for a part: numbers encoded or standardised in a copy, bytes left where they are. In pieces. */
export function* partFeatures(
  data: Dataset,
  rows: Uint32Array,
  preprocessing: Preprocessing,
): Pieces<Part['features']> {
  const { features, featureShape } = data;
  if (preprocessing.kind === 'columns' && isRowFile(features)) {
    return { stored: features, rows, texts: data.texts, pipeline: preprocessing };
  }
  if (!(features instanceof Float32Array)) {
    return { source: features instanceof Uint8Array ? shareBytes(features) : features, rows };
  }
  const size = sizeOf(featureShape);
  if (preprocessing.kind === 'columns' && isTable(data)) {
    return yield* encodeRowsInPieces(data, size, rows, preprocessing);
  }
  invariant(preprocessing.kind === 'standardise', 'columns of what is no table');
  const own = gatherRows(features, size, rows, new Float32Array(rows.length * size));
  return applyStandardiser(own, preprocessing, own, size);
}

/** A part whose row numbers and labels threads share, if its rows are in a file: they may be many millions. */
export function sharedIfStored(part: Part): Part {
  const { features, labels, trueLabels } = part;
  if (!isStoredRows(features)) return part;
  return {
    ...part,
    features: { ...features, rows: shareNumbers(features.rows) },
    labels: shareNumbers(labels),
    ...(trueLabels && { trueLabels: shareNumbers(trueLabels) }),
  };
}

/**
 * The raw features of some rows as numbers, read one row at a time; of a table its columns of numbers.
 * @param openRows reads rows of bytes. Default: those in memory only
 * @throws SymlossError if a table has none
 */
export function featureRows(
  data: Dataset,
  rows: Uint32Array,
  openRows: OpenRows = memoryRows,
): FeatureRows & { close(): void } {
  const { features, featureShape, kinds } = data;
  const size = sizeOf(featureShape);
  const whole = new Float32Array(size);
  const reader = rawReader(features, size, openRows);
  const used = kinds && numberColumns('data', data);
  return {
    rows: rows.length,
    size: used?.length ?? size,
    read(i, out) {
      const row = rows.subarray(i, i + 1);
      if (used === undefined) return reader.read(row, out);
      reader.read(row, whole);
      for (const [j, place] of used.entries()) out[j] = whole[place] as number;
    },
    close: reader.close,
  };
}

/** Reads a row as numbers, wherever rows lie. */
function rawReader(features: Dataset['features'], size: number, openRows: OpenRows) {
  if (features instanceof Float32Array) {
    const read = (row: Uint32Array, out: Float32Array): void => {
      gatherRows(features, size, row, out);
    };
    return { read, close: () => {} };
  }
  const areFloats = areNumbers(features);
  const reader = openRows(features, areFloats ? 4 * size : size);
  const bytes = new Uint8Array(areFloats ? 4 * size : size);
  const values = areFloats ? new Float32Array(bytes.buffer) : bytes;
  const read = (row: Uint32Array, out: Float32Array): void => {
    reader.read(row, bytes);
    out.set(values);
  };
  return { read, close: () => reader.close() };
}
