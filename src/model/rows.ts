import type { AnyTensor } from '../core/index.ts';
import {
  checkRowIndices,
  formatShape,
  SymlossError,
  sameShape,
  show,
  sizeOf,
} from '../core/index.ts';
import type { Numbers } from '../data/array-source.ts';
import type { OpenRows } from '../data/index.ts';
import { areNumbers, gatherRows, isRowFile } from '../data/index.ts';
import type { ModelDescription } from './card.ts';
import type { FeatureRows } from './feature-rows.ts';
import { infinite } from './feature-rows.ts';
import { columnFeeds } from './feeds.ts';
import { encodedSize } from './text-encoding.ts';

/** Rows to predict, read a batch at a time. */
export interface RowSource {
  /** n */
  readonly count: number;
  /** Numbers of a row, about: batches are the smaller, the more there are. */
  readonly size: number;
  /** What the model is fed with for the rows from `start` to `end` − 1. @throws SymlossError for infinite numbers */
  feeds(start: number, end: number): Readonly<Record<string, AnyTensor>>;
  close(): void;
}

/** Rows of numbers that are given as they are. @throws SymlossError if they have another width, or what is no number */
export function givenRows(
  where: string,
  rows: readonly Numbers[] | Float32Array | Uint8Array,
  card: ModelDescription,
): RowSource {
  const { featureShape } = card;
  const size = sizeOf(featureShape);
  if (!ArrayBuffer.isView(rows)) {
    for (const [i, row] of rows.entries()) checkRow(`${where}, row ${i}`, row, size);
    return {
      count: rows.length,
      size,
      feeds(start, end) {
        const data = new Float32Array((end - start) * size);
        for (let i = start; i < end; i++) {
          data.set(rows[i] as Numbers, (i - start) * size);
        }
        checkFinite(where, data, start, card);
        return featuresOf(data, card);
      },
      close: () => {},
    };
  }
  if (rows.length % size !== 0) {
    throw new SymlossError(where, `rows of ${size} features`, `${rows.length} numbers`);
  }
  return {
    count: rows.length / size,
    size,
    feeds(start, end) {
      const data = Float32Array.from(rows.subarray(start * size, end * size));
      if (!(rows instanceof Uint8Array)) checkFinite(where, data, start, card);
      return featuresOf(data, card);
    },
    close: () => {},
  };
}

/**
 * Rows of a dataset. The columns of a table are found by name, where they have names: their order does not matter, and columns
 * that the model does not know are not looked at.
 * @param rows which ones. Default: all
 * @throws SymlossError if its features are not those of the model, or it has no such row
 */
export function datasetRows(
  where: string,
  dataset: FeatureRows,
  card: ModelDescription,
  openRows: OpenRows,
  rows?: ArrayLike<number>,
): RowSource {
  const { features } = dataset;
  const own = sizeOf(dataset.featureShape);
  const all = isRowFile(features) ? features.rows : features.length / own;
  checkCount(where, all, dataset);
  if (rows) checkRowIndices(`${where}, rows`, rows, all);
  const batch = (start: number, end: number) =>
    Uint32Array.from({ length: end - start }, (_, i) => rows?.[start + i] ?? start + i);
  const count = rows?.length ?? all;
  const size = Math.max(own, fedSize(card));
  if (card.columns !== undefined && features instanceof Float32Array) {
    const feed = columnFeeds(where, { ...dataset, features }, card);
    return {
      count,
      size,
      feeds: (start, end) => feed(batch(start, end)),
      close: () => {},
    };
  }
  if (card.columns !== undefined && isRowFile(features) && areNumbers(features)) {
    const reader = openRows(features, features.rowSize);
    return {
      count,
      size,
      feeds(start, end) {
        const some = new Float32Array((end - start) * own);
        reader.read(batch(start, end), new Uint8Array(some.buffer));
        const rowsOfBatch = Uint32Array.from({ length: end - start }, (_, i) => i);
        const { labels: _, ...columns } = dataset;
        return columnFeeds(where, { ...columns, features: some }, card)(rowsOfBatch);
      },
      close: () => reader.close(),
    };
  }
  if (!sameShape(dataset.featureShape, card.featureShape)) {
    const expected = `rows of shape ${formatShape(card.featureShape)}`;
    throw new SymlossError(`${where}, features`, expected, formatShape(dataset.featureShape));
  }
  const shared = { count, size: own };
  if (features instanceof Float32Array) {
    return {
      ...shared,
      feeds(start, end) {
        const data = gatherRows(
          features,
          own,
          batch(start, end),
          new Float32Array((end - start) * own),
        );
        checkFinite(where, data, start, card);
        return featuresOf(data, card);
      },
      close: () => {},
    };
  }
  const reader = openRows(features, own);
  return {
    ...shared,
    feeds(start, end) {
      const bytes = new Uint8Array((end - start) * own);
      reader.read(batch(start, end), bytes);
      return featuresOf(Float32Array.from(bytes), card); // bytes are finite
    },
    close: () => reader.close(),
  };
}

/** Numbers that a row of a numeric core has more of than cells: counts of terms. */
function fedSize({ inputs = [] }: ModelDescription): number {
  return inputs.reduce((sum, { encoding }) => sum + (encoding ? encodedSize(encoding) : 0), 0);
}

function featuresOf(data: Float32Array, { featureShape }: ModelDescription) {
  const n = data.length / sizeOf(featureShape);
  return { features: { dtype: 'float32', shape: [n, ...featureShape], data } } as const;
}

/** @throws SymlossError naming row and feature of the first infinity among rows from `firstRow` on */
function checkFinite(
  where: string,
  features: Float32Array,
  firstRow: number,
  { featureShape, columns }: ModelDescription,
): void {
  const at = features.findIndex((value) => value === Infinity || value === -Infinity);
  if (at < 0) return;
  const size = sizeOf(featureShape);
  const column = columns?.[at % size]?.name;
  throw infinite(where, firstRow + Math.floor(at / size), column ?? at % size, features[at]);
}

function checkRow(where: string, row: Numbers, size: number): void {
  if (row?.length !== size) {
    throw new SymlossError(where, `${size} features`, show(row?.length ?? row));
  }
  const at = row.findIndex((value) => typeof value !== 'number');
  if (at >= 0) throw new SymlossError(`${where}, feature ${at}`, 'a number', show(row[at]));
}

function checkCount(where: string, count: number, { labels }: FeatureRows): void {
  if (labels === undefined || count === labels.length) return;
  const expected = `${labels.length} rows, one per label`;
  throw new SymlossError(`${where}, features`, expected, `${count}`);
}
