import { checkLabels, formatShape, SymlossError, sameShape, show, sizeOf } from '../core/index.ts';
import type { Dataset, OpenRows } from '../data/index.ts';
import { gatherRows, isRowFile } from '../data/index.ts';
import type { ModelDescription } from './card.ts';

/** Rows of raw features: n lists of numbers, or the same row-major in one array. */
export type RawRows = readonly (readonly number[])[] | Float32Array | Uint8Array;

/** Rows of features, such as a dataset's; the labels are only counted. */
export type FeatureRows = Pick<Dataset, 'features' | 'featureShape' | 'columns'> &
  Partial<Pick<Dataset, 'labels'>>;

/** Rows to predict, read a batch at a time. */
export interface RowSource {
  /** n */
  readonly count: number;
  /** Numbers of a row. */
  readonly size: number;
  /** Bytes are finite: they need no check. */
  readonly isBytes: boolean;
  /** Writes the features of the rows from `start` to `end` − 1 into `out`, [end − start, size]. */
  read(start: number, end: number, out: Float32Array): void;
  close(): void;
}

/** Rows given as they are. @throws SymlossError if they have another width, or what is no number */
export function givenRows(
  where: string,
  rows: RawRows,
  { featureShape }: ModelDescription,
): RowSource {
  const size = sizeOf(featureShape);
  if (!ArrayBuffer.isView(rows)) {
    for (const [i, row] of rows.entries()) checkRow(`${where}, row ${i}`, row, size);
    return {
      count: rows.length,
      size,
      isBytes: false,
      read(start, end, out) {
        for (let i = start; i < end; i++) out.set(rows[i] as readonly number[], (i - start) * size);
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
    isBytes: rows instanceof Uint8Array,
    read: (start, end, out) => out.set(rows.subarray(start * size, end * size)),
    close: () => {},
  };
}

/**
 * Rows of a dataset.
 * @param rows which ones. Default: all
 * @throws SymlossError if its features are not those of the model
 */
export function datasetRows(
  where: string,
  dataset: FeatureRows,
  card: ModelDescription,
  openRows: OpenRows,
  rows?: ArrayLike<number>,
): RowSource {
  checkFeatures(where, dataset, card);
  const size = sizeOf(card.featureShape);
  const batch = (start: number, end: number) =>
    Uint32Array.from({ length: end - start }, (_, i) => rows?.[start + i] ?? start + i);
  const { features } = dataset;
  const all = isRowFile(features) ? features.rows : features.length / size;
  const shared = { count: rows?.length ?? all, size };
  if (features instanceof Float32Array) {
    return {
      ...shared,
      isBytes: false,
      read: (start, end, out) => void gatherRows(features, size, batch(start, end), out),
      close: () => {},
    };
  }
  const reader = openRows(features, size);
  return {
    ...shared,
    isBytes: true,
    read(start, end, out) {
      const bytes = new Uint8Array((end - start) * size);
      reader.read(batch(start, end), bytes);
      out.set(bytes);
    },
    close: () => reader.close(),
  };
}

/** The labels to measure against, renumbered to the model's classes. */
export function labelsFor(
  where: string,
  dataset: Dataset,
  classes: readonly string[],
): { readonly labels: Int32Array; readonly against: 'trueLabels' | 'labels' } {
  const against = dataset.trueLabels === undefined ? 'labels' : 'trueLabels';
  const given = dataset.trueLabels ?? dataset.labels;
  if (given.length === 0) throw new SymlossError(where, 'at least one row', 'none');
  checkLabels(`${where}, ${against}`, given, dataset.classes.length);
  const numbers = new Map(classes.map((name, i) => [name, i]));
  const labels = given.map((label, row) => {
    const name = dataset.classes[label] as string;
    const number = numbers.get(name);
    if (number !== undefined) return number;
    throw new SymlossError(
      `${where}, ${against}, row ${row}`,
      `one of the ${classes.length} classes of the model`,
      show(name),
    );
  });
  return { labels, against };
}

/** @throws SymlossError naming row and feature of the first infinity among rows from `firstRow` on */
export function checkFinite(
  where: string,
  features: Float32Array,
  firstRow: number,
  { featureShape, columns }: ModelDescription,
): void {
  const at = features.findIndex((value) => value === Infinity || value === -Infinity);
  if (at < 0) return;
  const size = sizeOf(featureShape);
  const column = columns?.[at % size];
  const place = column === undefined ? `feature ${at % size}` : `column ${show(column)}`;
  throw new SymlossError(
    `${where}, row ${firstRow + Math.floor(at / size)}, ${place}`,
    'a finite number of float32, or NaN where it is missing',
    show(features[at]),
  );
}

function checkRow(where: string, row: readonly number[], size: number): void {
  if (row.length !== size) throw new SymlossError(where, `${size} features`, String(row.length));
  const at = row.findIndex((value) => typeof value !== 'number');
  if (at >= 0) throw new SymlossError(`${where}, feature ${at}`, 'a number', show(row[at]));
}

function checkFeatures(
  where: string,
  dataset: FeatureRows,
  { featureShape, columns }: ModelDescription,
): void {
  if (!sameShape(dataset.featureShape, featureShape)) {
    throw new SymlossError(
      `${where}, features`,
      `rows of shape ${formatShape(featureShape)}`,
      formatShape(dataset.featureShape),
    );
  }
  const { features, labels } = dataset;
  const size = sizeOf(featureShape);
  const count = ArrayBuffer.isView(features) ? features.length / size : features.rows;
  if (labels !== undefined && count !== labels.length) {
    throw new SymlossError(
      `${where}, features`,
      `${labels.length} rows, one per label`,
      `${count}`,
    );
  }
  const other = columns?.findIndex((name, i) => name !== (dataset.columns?.[i] ?? name)) ?? -1;
  if (other < 0) return;
  throw new SymlossError(
    `${where}, column ${other}`,
    show(columns?.[other]),
    show(dataset.columns?.[other]),
    { hint: 'give the columns in the order that the model was trained on' },
  );
}
