import type { Shape } from '../core/index.ts';
import {
  checkLabels,
  checkRowIndices,
  formatShape,
  SymlossError,
  show,
  sizeOf,
} from '../core/index.ts';
import type { Annotations } from './annotations/index.ts';
import { checkAnnotations, selectAnnotations } from './annotations/index.ts';
import type { Embedding } from './embedding.ts';
import { gatherInts, gatherRows } from './gather.ts';
import type { NumberStyle } from './numbers.ts';
import { checkSampleWeights, checkSoftLabels } from './soft-labels.ts';

/**
 * Feature values of n rows, row-major [n, ...featureShape]: numbers, where NaN is a missing value,
 * or bytes from 0 to 255.
 */
export type Features = Float32Array | Uint8Array | RowFile;

/**
 * Rows in a file, read when they are needed: row i lies at `offset + i·stride`, `rowSize` bytes. For images and tables too
 * large for memory.
 */
export interface RowFile {
  readonly file: string;
  readonly offset: number;
  readonly stride: number;
  readonly rows: number;
  readonly rowSize: number;
  /** What the bytes are: numbers of float32 as this machine holds them, `[rows, rowSize / 4]`. Default: bytes. */
  readonly dtype?: 'float32';
}

/**
 * What the numbers of a column are:
 * - `numeric`: amounts;
 * - `categorical`: names or codes, of which equal ones mean the same: texts, or numbers as they are;
 * - `text`: texts in a language;
 * - `date`: days since 1970-01-01 in UTC, with the time of day as their fraction;
 * - `embedding`: one number of a vector. The columns of a vector are called `name[0]`, `name[1]`, …
 */
export const columnKinds = ['numeric', 'categorical', 'text', 'date', 'embedding'] as const;
export type ColumnKind = (typeof columnKinds)[number];

/** Cells that say which rows these are. */
export interface IdColumn {
  readonly name: string;
  /** `[n]`, '' where it is missing. */
  readonly values: readonly string[];
}

/** Labelled rows. */
export interface Dataset {
  readonly name: string;
  /** `[n, ...featureShape]`, row-major. */
  readonly features: Features;
  /** Shape of one row's features; `[d]` for tables, `[c, h, w]` for images, channel first. */
  readonly featureShape: Shape;
  /** `[n]`, as given, maybe wrong; from 0 to k − 1. */
  readonly labels: Int32Array;
  /** `[n]`, when known. */
  readonly trueLabels?: Int32Array;
  /** `[n, k]`, row-major: how much of each class a row has, where labels are soft; `labels` are then their largest. */
  readonly softLabels?: Float32Array;
  /** The labels of several annotators, where there are: `labels` and `softLabels` are their consensus. */
  readonly annotations?: Annotations;
  /** `[n]`, weights of the rows, not negative. Default: equal. */
  readonly sampleWeights?: Float32Array;
  /** Name of class 0, …, k − 1. */
  readonly classes: readonly string[];
  /** Feature names, for tables. */
  readonly columns?: readonly string[];
  /** `[d]`, what kind each column is. Default: all are numbers. */
  readonly kinds?: readonly ColumnKind[];
  /**
   * `[d]`, of the columns of texts: the distinct texts that their numbers in `features` stand for, 0 for the first; NaN is a
   * missing cell there, too.
   */
  readonly texts?: readonly (readonly string[] | undefined)[];
  /** How the vectors were made that pretrained models made of texts or images. */
  readonly embeddings?: readonly Embedding[];
  /** `[d]`, of the columns of dates: whether in one such as 03/04/2024 the day came first. */
  readonly dayFirst?: readonly (boolean | undefined)[];
  /** `[d]`, of the columns of texts: whether only their words are counted, no character n-grams. */
  readonly wordsOnly?: readonly boolean[];
  /** `[d]`, of the columns of numbers that were not written as plain decimals: their unit, and what a comma was. */
  readonly numberStyles?: readonly (NumberStyle | undefined)[];
  /** `[d]`, of the columns of numbers and dates: texts that were read as missing cells, the most frequent first, at most 20. */
  readonly missingTexts?: readonly (readonly string[] | undefined)[];
  /** The column that the labels come from, and those that say which row it is, where the data are a table of a file. */
  readonly labelColumn?: string;
  readonly idColumns?: readonly string[];
  /** `[n]`: which rows of the source these are, from 0, where some of it are left out. Default: all, in their order. */
  readonly sourceRows?: Uint32Array;
  /** Columns that say which row it is, and of a folder of images their `path`; read with `keepIds` only. */
  readonly rowIds?: readonly IdColumn[];
  /** `[n]`, numbers of groups: rows of one are in the same part of the data. Default: every row by itself. */
  readonly groups?: Int32Array;
  /** What the reader did, one plain line each, for printing. */
  readonly notices: readonly string[];
}

/** Labelled rows of d numbers, in memory. */
export interface Table extends Dataset {
  readonly features: Float32Array;
}

/** The number of rows, n. */
export function rowCount(dataset: Dataset): number {
  return dataset.labels.length;
}

/** Whether the rows are images, `featureShape` [c, h, w]. */
export function isImages(dataset: Pick<Dataset, 'featureShape'>): boolean {
  return dataset.featureShape.length === 3;
}

/** Whether the features lie in a file instead of memory. */
export function isRowFile(features: Features): features is RowFile {
  return !(features instanceof Float32Array || features instanceof Uint8Array);
}

/** Whether the features are numbers, in memory or in a file; bytes otherwise. */
export function areNumbers(features: Features): boolean {
  return features instanceof Float32Array || (isRowFile(features) && features.dtype === 'float32');
}

/**
 * Features as float32, bytes by their value from 0 to 255; numbers are passed on as they are.
 * @param where what the message starts with
 * @throws SymlossError if they lie in a file
 */
export function toFloats(where: string, features: Features): Float32Array {
  if (features instanceof Float32Array) return features;
  if (features instanceof Uint8Array) return Float32Array.from(features);
  throw new SymlossError(where, 'rows in memory', `rows in the file ${features.file}`, {
    hint: 'raise the memory limit of the reader',
  });
}

/**
 * The given rows as a dataset of their own, in the given order; a row may be named repeatedly. It
 * keeps all k class names, so class numbers stay the same. Rows in a file stay there, which works
 * for evenly spaced rows in ascending order (the first 1,000, every second); other parts of them
 * are to be taken by row index when batches are read.
 * @param rows indices from 0 to n − 1
 * @throws SymlossError if an index is out of range, or rows in a file are not evenly spaced
 */
export function selectRows<D extends Dataset>(dataset: D, rows: ArrayLike<number>): D {
  const n = rowCount(dataset);
  checkRowIndices('selectRows', rows, n);
  const { trueLabels, softLabels, sampleWeights, annotations, groups, sourceRows, rowIds } =
    dataset;
  const ints = (values: Int32Array) => gatherInts(values, rows, new Int32Array(rows.length));
  const floats = (values: Float32Array, size: number) =>
    gatherRows(values, size, rows, new Float32Array(rows.length * size));
  return {
    ...dataset,
    features: selectFeatures(dataset.features, sizeOf(dataset.featureShape), rows),
    labels: ints(dataset.labels),
    ...(trueLabels && { trueLabels: ints(trueLabels) }),
    ...(softLabels && { softLabels: floats(softLabels, dataset.classes.length) }),
    ...(sampleWeights && { sampleWeights: floats(sampleWeights, 1) }),
    ...(groups && { groups: ints(groups) }),
    ...(annotations && { annotations: selectAnnotations(annotations, rows) }),
    sourceRows: Uint32Array.from(rows, (row) => sourceRows?.[row] ?? row),
    ...(rowIds && { rowIds: rowIds.map((own) => selectIds(own, rows)) }),
  };
}

function selectIds({ name, values }: IdColumn, rows: ArrayLike<number>): IdColumn {
  return { name, values: Array.from(rows, (row) => values[row] as string) };
}

function selectFeatures(features: Features, size: number, rows: ArrayLike<number>): Features {
  if (isRowFile(features)) return selectInFile(features, rows);
  return features instanceof Uint8Array
    ? gatherRows(features, size, rows, new Uint8Array(rows.length * size))
    : gatherRows(features, size, rows, new Float32Array(rows.length * size));
}

function selectInFile(features: RowFile, rows: ArrayLike<number>): RowFile {
  const first = rows[0] ?? 0;
  const step = rows.length > 1 ? (rows[1] as number) - first : 1;
  for (let i = 0; i < rows.length; i++) {
    if (step < 1 || rows[i] !== first + i * step) {
      throw new SymlossError(
        'selectRows',
        'evenly spaced rows, since they lie in a file',
        `row ${rows[i]} as number ${i}`,
        { hint: 'take rows by their index when batches are read, or raise the memory limit' },
      );
    }
  }
  const { offset, stride } = features;
  return {
    ...features,
    offset: offset + first * stride,
    stride: stride * step,
    rows: rows.length,
  };
}

const needed = ['features', 'featureShape', 'labels', 'classes'] as const;

/**
 * JavaScript callers have no compiler to tell them.
 * @param fields that it must have
 * @throws SymlossError unless it is a dataset
 */
export function checkIsDataset(
  where: string,
  value: unknown,
  fields: readonly (keyof Dataset)[] = needed,
): void {
  const isObject = typeof value === 'object' && value !== null;
  const absent = isObject ? fields.filter((name) => !(name in value)) : [];
  if (isObject && absent.length === 0) return;
  const received = isObject ? `one without ${absent.join(', ')}` : show(value);
  const hint = 'make one with fromArrays, readCsv or digits';
  throw new SymlossError(where, 'a dataset', received, { hint });
}

/**
 * Checks that the parts of a dataset agree: lengths, columns that differ, labels from 0 to k − 1, at least two classes
 * among the labels unless they are to test on, soft labels that are shares and whose largest are the labels, weights that are not
 * negative, annotations of known classes, features finite or NaN.
 * @param where what the messages start with
 * @throws SymlossError naming the first fault; rows are counted from 0
 */
export function checkDataset(where: string, dataset: Dataset, use?: 'test'): void {
  const { features, featureShape, labels, trueLabels, classes, columns } = dataset;
  const { softLabels, sampleWeights, annotations, groups } = dataset;
  const n = labels.length;
  const size = sizeOf(featureShape);
  if (n === 0) throw new SymlossError(where, 'at least one row', 'none');
  if (size === 0) {
    throw new SymlossError(where, 'at least one feature', `shape ${formatShape(featureShape)}`);
  }
  if (isRowFile(features)) checkRowFile(where, features, n, size);
  else {
    const what = `features for ${n} rows of shape ${formatShape(featureShape)}`;
    checkCount(where, what, n * size, features.length);
  }
  if (trueLabels) checkCount(where, 'true labels', n, trueLabels.length);
  if (groups) checkCount(where, 'groups', n, groups.length);
  if (columns) {
    checkCount(where, 'column names', size, columns.length);
    checkNames(`${where}, columns`, columns);
  }
  checkColumnTexts(where, dataset, size);
  checkClasses(where, classes);
  checkLabels(`${where}, labels`, labels, classes.length);
  if (trueLabels) checkLabels(`${where}, true labels`, trueLabels, classes.length);
  if (softLabels) checkSoftLabels(`${where}, soft labels`, softLabels, labels, classes.length);
  if (sampleWeights) checkSampleWeights(`${where}, sample weights`, sampleWeights, n);
  if (annotations) checkAnnotations(`${where}, annotations`, annotations, n, classes.length);
  const first = labels[0] as number;
  if (use !== 'test' && labels.every((label) => label === first)) {
    const only = `only ${show(classes[first])} in ${n} ${n === 1 ? 'row' : 'rows'}`;
    throw new SymlossError(`${where}, labels`, 'at least 2 classes', only);
  }
  if (!(features instanceof Float32Array)) return; // bytes are finite
  for (let i = 0; i < features.length; i++) {
    const value = features[i] as number;
    if (value === Infinity || value === -Infinity) {
      const row = Math.floor(i / size);
      const column = columns?.[i % size];
      const place = column === undefined ? `feature ${i % size}` : `column ${show(column)}`;
      throw new SymlossError(`${where}, row ${row}, ${place}`, 'a finite number', show(value));
    }
  }
}

/** @throws SymlossError if kinds and texts do not fit the columns, or a number stands for no text */
function checkColumnTexts(where: string, dataset: Dataset, size: number): void {
  const { features, kinds, texts, dayFirst, wordsOnly, numberStyles, columns } = dataset;
  const { missingTexts } = dataset;
  if (kinds) checkCount(where, 'kinds of columns', size, kinds.length);
  if (dayFirst) checkCount(where, 'orders of dates', size, dayFirst.length);
  if (wordsOnly) checkCount(where, 'entries of wordsOnly', size, wordsOnly.length);
  if (numberStyles) checkCount(where, 'styles of numbers', size, numberStyles.length);
  if (missingTexts) checkCount(where, 'lists of missing texts', size, missingTexts.length);
  if (texts === undefined) return;
  checkCount(where, 'lists of texts, one per column', size, texts.length);
  if (!areNumbers(features)) {
    throw new SymlossError(where, 'numbers, where columns are texts', 'bytes');
  }
  if (!(features instanceof Float32Array)) return; // whoever wrote the file has seen to it
  for (const [j, own] of texts.entries()) {
    if (own === undefined) continue;
    for (let i = j; i < features.length; i += size) {
      const value = features[i] as number;
      if (Number.isNaN(value) || own[value] !== undefined) continue;
      const place = `${where}, row ${(i - j) / size}, column ${show(columns?.[j] ?? j)}`;
      throw new SymlossError(place, `a place among ${own.length} texts`, show(value));
    }
  }
}

/** @throws SymlossError naming the first class that is there twice */
export function checkClasses(where: string, classes: readonly string[]): readonly string[] {
  checkNames(`${where}, classes`, classes);
  return classes;
}

function checkNames(where: string, names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw new SymlossError(where, 'names that differ', `${show(name)} twice`);
    seen.add(name);
  }
}

function checkRowFile(where: string, file: RowFile, n: number, size: number): void {
  const place = `${where}, ${file.file}`;
  checkCount(place, 'rows, one per label', n, file.rows);
  const bytes = file.dtype === 'float32' ? 4 * size : size;
  checkCount(place, 'bytes of a row', bytes, file.rowSize);
  if (!(file.stride >= bytes && file.offset >= 0)) {
    const received = `offset ${file.offset} and stride ${file.stride}`;
    throw new SymlossError(place, `an offset and rows ${bytes} bytes apart or more`, received);
  }
}

export function checkCount(where: string, what: string, expected: number, received: number): void {
  if (received === expected) return;
  throw new SymlossError(where, `${expected} ${what}`, String(received));
}
