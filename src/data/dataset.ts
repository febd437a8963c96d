import type { Shape } from '../core/index.ts';
import { checkLabels, formatShape, SymlossError, show, sizeOf } from '../core/index.ts';
import { collectClasses } from './classes.ts';

/**
 * Feature values of n rows, row-major [n, ...featureShape]: numbers, where NaN is a missing value,
 * or bytes from 0 to 255.
 */
export type Features = Float32Array | Uint8Array | RowFile;

/**
 * Rows of bytes in a file, read when they are needed: row i lies at `offset + i·stride`, `rowSize` bytes.
 * For images too large for memory.
 */
export interface RowFile {
  readonly file: string;
  readonly offset: number;
  readonly stride: number;
  readonly rows: number;
  readonly rowSize: number;
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
  /** `[n]`, weights of the rows, not negative. Default: equal. */
  readonly sampleWeights?: Float32Array;
  /** Name of class 0, …, k − 1. */
  readonly classes: readonly string[];
  /** Feature names, for tables. */
  readonly columns?: readonly string[];
  /** What the reader did, one plain line each, for printing. */
  readonly notices: readonly string[];
}

/** Labelled rows of d numbers, in memory. */
export interface Table extends Dataset {
  readonly features: Float32Array;
}

/** Arrays that `fromArrays` makes a dataset of. */
export interface ArraySource {
  /** n rows of d numbers, or the same row-major in one array; NaN is a missing value. */
  readonly features: readonly (readonly number[])[] | Float32Array;
  /** d; needed where `features` is one array. */
  readonly featureCount?: number;
  readonly labels: ArrayLike<string | number>;
  readonly trueLabels?: ArrayLike<string | number>;
  /** Names of the d features. */
  readonly columns?: readonly string[];
  readonly name?: string;
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
  const labels = new Int32Array(rows.length);
  const trueLabels = dataset.trueLabels && new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    if (!Number.isInteger(row) || row < 0 || row >= n) {
      throw new SymlossError('selectRows', `row indices from 0 to ${n - 1}`, show(row));
    }
    labels[i] = dataset.labels[row] as number;
    if (trueLabels) trueLabels[i] = dataset.trueLabels?.[row] as number;
  }
  const features = selectFeatures(dataset.features, sizeOf(dataset.featureShape), rows);
  return { ...dataset, features, labels, ...(trueLabels && { trueLabels }) };
}

function selectFeatures(features: Features, size: number, rows: ArrayLike<number>): Features {
  if (isRowFile(features)) return selectInFile(features, rows);
  const out =
    features instanceof Uint8Array
      ? new Uint8Array(rows.length * size)
      : new Float32Array(rows.length * size);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    out.set(features.subarray(row * size, (row + 1) * size), i * size);
  }
  return out;
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

/**
 * Checks that the parts of a dataset agree: lengths, labels from 0 to k − 1, at least two classes
 * among the labels, features finite or NaN.
 * @param where what the messages start with
 * @throws SymlossError naming the first fault; rows are counted from 0
 */
export function checkDataset(where: string, dataset: Dataset): void {
  const { features, featureShape, labels, trueLabels, classes, columns } = dataset;
  const n = labels.length;
  const size = sizeOf(featureShape);
  if (n === 0) throw new SymlossError(where, 'at least one row', 'none');
  if (size === 0) {
    throw new SymlossError(where, 'at least one feature', `shape ${formatShape(featureShape)}`);
  }
  if (isRowFile(features)) checkRowFile(where, features, n, size);
  else {
    checkCount(where, `features for ${n} rows of shape ${formatShape(featureShape)}`, n * size, {
      received: features.length,
    });
  }
  if (trueLabels) checkCount(where, 'true labels', n, { received: trueLabels.length });
  if (columns) checkCount(where, 'column names', size, { received: columns.length });
  checkLabels(`${where}, labels`, labels, classes.length);
  if (trueLabels) checkLabels(`${where}, true labels`, trueLabels, classes.length);
  const first = labels[0] as number;
  if (labels.every((label) => label === first)) {
    const only = `only ${show(classes[first])} in ${n} rows`;
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

/**
 * A table from arrays. Class names are the distinct labels of `labels` and `trueLabels` as text,
 * sorted as numbers if all are numbers, as text otherwise.
 * @throws SymlossError if lengths disagree, a value is not a number, or fewer than two classes occur
 * @example
 * fromArrays({ features: [[0, 1], [1, 0]], labels: ['cat', 'dog'] }).classes // ['cat', 'dog']
 */
export function fromArrays(source: ArraySource): Table {
  const where = source.name ?? 'fromArrays';
  const n = source.labels.length;
  const { values, d } = flatten(where, source, n);
  const given = Array.from(source.labels, (label, row) =>
    labelText(`${where}, labels`, label, row),
  );
  const truth =
    source.trueLabels &&
    Array.from(source.trueLabels, (label, row) => labelText(`${where}, true labels`, label, row));
  const { classes, indexOf } = collectClasses(truth ? [given, truth] : [given]);
  const dataset: Table = {
    name: source.name ?? 'arrays',
    features: values,
    featureShape: [d],
    labels: Int32Array.from(given, indexOf),
    ...(truth && { trueLabels: Int32Array.from(truth, indexOf) }),
    classes,
    ...(source.columns && { columns: [...source.columns] }),
    notices: [],
  };
  checkDataset(where, dataset);
  return dataset;
}

function checkRowFile(where: string, file: RowFile, n: number, size: number): void {
  const place = `${where}, ${file.file}`;
  checkCount(place, 'rows, one per label', n, { received: file.rows });
  checkCount(place, 'bytes of a row', size, { received: file.rowSize });
  if (!(file.stride >= size && file.offset >= 0)) {
    const received = `offset ${file.offset} and stride ${file.stride}`;
    throw new SymlossError(place, `an offset and rows ${size} bytes apart or more`, received);
  }
}

function flatten(
  where: string,
  source: ArraySource,
  n: number,
): { values: Float32Array; d: number } {
  const { features, featureCount } = source;
  if (features instanceof Float32Array) {
    if (featureCount === undefined || !Number.isSafeInteger(featureCount) || featureCount < 1) {
      throw new SymlossError(
        `${where}, featureCount`,
        'the number of features of a row, at least 1',
        show(featureCount),
      );
    }
    return { values: features, d: featureCount };
  }
  checkCount(where, 'rows of features, one per label', n, { received: features.length });
  const d = features[0]?.length ?? 0;
  if (featureCount !== undefined) {
    checkCount(`${where}, row 0`, 'features (featureCount)', featureCount, { received: d });
  }
  const values = new Float32Array(n * d);
  features.forEach((row, i) => {
    checkCount(`${where}, row ${i}`, 'features, as in row 0', d, { received: row.length });
    row.forEach((value, j) => {
      if (typeof value !== 'number') {
        throw new SymlossError(`${where}, row ${i}, feature ${j}`, 'a number', show(value));
      }
      values[i * d + j] = value;
    });
  });
  return { values, d };
}

function labelText(where: string, label: string | number, row: number): string {
  const text = typeof label === 'number' && !Number.isFinite(label) ? '' : String(label).trim();
  if (text === '' || label === null || label === undefined) {
    throw new SymlossError(`${where}, row ${row}`, 'a text or a finite number', show(label));
  }
  return text;
}

function checkCount(
  where: string,
  what: string,
  expected: number,
  { received }: { received: number },
): void {
  if (received !== expected) {
    throw new SymlossError(where, `${expected} ${what}`, String(received));
  }
}
