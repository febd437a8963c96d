import type { Pieces } from '../core/index.ts';
import { field, finish, formatShape, SymlossError, show, sizeOf, stream } from '../core/index.ts';
import type { Dataset, OpenRows, RowFile, Standardiser } from '../data/index.ts';
import {
  areNumbers,
  checkDataset,
  fitStandardiser,
  gatherRows,
  isImages,
  isRowFile,
  memoryRows,
} from '../data/index.ts';
import type { Preprocessing } from '../features/index.ts';
import { fitFeaturesInPieces, isAnyTable, isTable, mostFittedRows } from '../features/index.ts';
import type { LabelNoise } from '../noise/index.ts';
import type { Part, Parts } from './job.ts';
import { featureRows, partFeatures, sharedIfStored } from './part-features.ts';
import type { Probe } from './probe.ts';
import { probeDataset } from './probe.ts';
import type { ResolvedSplit, RowSplit } from './row-split.ts';
import { splitRows } from './row-split.ts';

export interface PrepareOptions {
  /** Noise to add to the labels that are not tested on; the dataset's labels are then the true ones. */
  readonly noise?: LabelNoise | undefined;
  /** Rows of the parts, or shares of the rows; rows to test on may be a dataset of their own. */
  readonly split: Pick<ResolvedSplit, 'given' | 'test' | 'validation'>;
  /** Training rows to measure accuracy on, at most. Default: all. */
  readonly measuredRows?: number | undefined;
  readonly probe?: Probe | undefined;
  readonly seed: number;
  /** Reads rows of bytes and of tables in files. Default: those in memory only. */
  readonly openRows?: OpenRows | undefined;
}

export interface Prepared {
  readonly parts: Parts;
  readonly preprocessing: Preprocessing;
  /** Rows of the dataset in each part, in the order of the part. */
  readonly split: RowSplit;
  /** Share of wrong labels among training and validation rows, where the true ones are known. */
  readonly wrongShare?: number;
}

/** Labels of some rows, with the rows of the dataset that they belong to. */
interface Labelled {
  readonly rows: Uint32Array;
  readonly labels: Int32Array;
  readonly trueLabels?: Int32Array;
}

/**
 * Splits a dataset into training, validation and test part, adds noise to the first two, and learns from the training part
 * how its features become numbers for the network: tables are encoded, arrays of other shapes are standardised by mean and
 * deviation of each feature, images by those of each channel. Numbers are copied to the parts; of bytes, only the row numbers are.
 * @throws SymlossError if noise is to be added to a dataset whose true labels are known apart or
 * whose labels are soft, or the parts do not fit, or rows in a file cannot be read
 */
export function prepare(data: Dataset, options: PrepareOptions): Prepared {
  return finish(prepareInPieces(data, options));
}

/** As `prepare`, in pieces: with many texts it takes seconds. */
export function* prepareInPieces(data: Dataset, options: PrepareOptions): Pieces<Prepared> {
  checkDataset('data', data);
  const { noise, seed, openRows = memoryRows } = options;
  checkNoise(noise, data);
  const split = splitRows(data, options.split, seed);
  // labels without noise are taken from the data as they are: millions of rows need no copies between
  const given = mayDiffer(noise, data)
    ? withNoise(select(data, trainedOn(split)), data, { noise, seed, openRows })
    : undefined;
  const labelled = (rows: Uint32Array) => (given ? among(given, rows) : select(data, rows));
  const train = labelled(split.train);
  const preprocessing = yield* preprocessingOf(data, train.rows, openRows);
  const part = function* (from: Dataset, { rows, ...labels }: Labelled): Pieces<Part> {
    const features = yield* partFeatures(from, rows, preprocessing);
    yield;
    return sharedIfStored({ features, ...labels });
  };
  const { probe } = options;
  const probed = probe && probeDataset(data, probe);
  if (probed) checkFeatures(data, probed, field('probe'));
  const { test } = options.split;
  const [testData, tested] =
    typeof test === 'number' ? [data, select(data, split.test)] : [test, all(matching(data, test))];
  const sample = sampleOf(train.rows.length, options.measuredRows, seed);
  const share = given && wrongShare(given);
  const targets = softTargets(data, train.rows);
  return {
    parts: {
      train: { ...(yield* part(data, train)), ...(targets && { targets }) },
      ...(split.validation.length > 0 && {
        validation: yield* part(data, labelled(split.validation)),
      }),
      ...(tested.rows.length > 0 && { test: yield* part(testData, tested) }),
      ...(sample && { measured: yield* part(data, pickLabelled(train, sample)) }),
      ...(probed && { probe: yield* part(probed, all(probed)) }),
    },
    preprocessing,
    split,
    ...(share !== undefined && { wrongShare: share }),
  };
}

/**
 * A dataset with noise added to all its labels; those that it had are then the true ones. It is as it was for noise that is
 * `none` or `unknown`.
 * @param openRows reads rows of bytes, for noise that depends on them. Default: those in memory only
 * @throws SymlossError as `prepare` does
 */
export function noisyDataset(
  data: Dataset,
  noise: LabelNoise,
  seed: number,
  openRows: OpenRows = memoryRows,
): Dataset {
  checkNoise(noise, data);
  if (noise.kind === 'none' || noise.kind === 'unknown') return data;
  const { labels, trueLabels } = withNoise(all(data), data, { noise, seed, openRows });
  return { ...data, labels, ...(trueLabels && { trueLabels }) };
}

function checkNoise(noise: LabelNoise | undefined, data: Dataset): void {
  if (noise === undefined || noise.kind === 'none' || noise.kind === 'unknown') return;
  const reason =
    data.trueLabels !== undefined
      ? 'the data have labels of their own beside the true ones'
      : data.softLabels !== undefined && 'the labels are soft';
  if (reason === false) return;
  const hint = `leave out the noise, or the ${data.trueLabels ? 'true' : 'soft'} labels`;
  throw new SymlossError(field('noise'), `none, since ${reason}`, noise.spec, { hint });
}

/** Training and validation rows, ascending: those whose labels noise is added to. */
function trainedOn({ train, validation }: RowSplit): Uint32Array {
  const rows = new Uint32Array(train.length + validation.length);
  rows.set(train);
  rows.set(validation, train.length);
  return rows.sort();
}

/** Rows that are among the labelled ones; both ascending. */
function among(known: Labelled, rows: Uint32Array): Labelled {
  let place = 0;
  const places = rows.map((row) => {
    while (known.rows[place] !== row) place++;
    return place;
  });
  return pickLabelled(known, places);
}

function softTargets(
  { softLabels, classes }: Dataset,
  rows: Uint32Array,
): Float32Array | undefined {
  const k = classes.length;
  return softLabels && gatherRows(softLabels, k, rows, new Float32Array(rows.length * k));
}

function all({ labels, trueLabels }: Dataset): Labelled {
  const rows = Uint32Array.from(labels, (_, row) => row);
  return { rows, labels, ...(trueLabels && { trueLabels }) };
}

/** Rows of a dataset with their labels. */
function select({ labels, trueLabels }: Dataset, rows: Uint32Array): Labelled {
  return {
    rows,
    labels: pick(labels, rows),
    ...(trueLabels && { trueLabels: pick(trueLabels, rows) }),
  };
}

/** @param places among the labelled rows, not row numbers of the dataset */
function pickLabelled({ rows, labels, trueLabels }: Labelled, places: Uint32Array): Labelled {
  return {
    rows: pick(rows, places),
    labels: pick(labels, places),
    ...(trueLabels && { trueLabels: pick(trueLabels, places) }),
  };
}

function pick<T extends Int32Array | Uint32Array>(values: T, rows: Uint32Array): T {
  const out = values.slice(0, rows.length) as T;
  for (const [i, row] of rows.entries()) out[i] = values[row] as number;
  return out;
}

/** Noise to add. */
interface Added {
  readonly noise: LabelNoise | undefined;
  readonly seed: number;
  readonly openRows: OpenRows;
}

/** Whether labels may differ from true ones that are known: those of the data, or since noise is added. */
function mayDiffer(noise: LabelNoise | undefined, { trueLabels }: Dataset): boolean {
  return trueLabels !== undefined || (noise !== undefined && noise.kind !== 'unknown');
}

function withNoise(known: Labelled, data: Dataset, { noise, seed, openRows }: Added): Labelled {
  const isKept = noise === undefined || noise.kind === 'unknown' || data.trueLabels !== undefined;
  if (isKept) return known;
  const features = noise.usesFeatures ? featureRows(data, known.rows, openRows) : undefined;
  try {
    const { labels } = noise.corrupt(known.labels, data.classes.length, stream(seed, 'noise'), {
      features,
      classes: data.classes,
    });
    return { ...known, labels, trueLabels: known.labels };
  } finally {
    features?.close();
  }
}

function* preprocessingOf(
  data: Dataset,
  rows: Uint32Array,
  openRows: OpenRows,
): Pieces<Preprocessing> {
  const d = sizeOf(data.featureShape);
  if (isTable(data)) return { kind: 'columns', ...(yield* fitFeaturesInPieces(data, d, rows)) };
  if (!isAnyTable(data)) return { kind: 'standardise', ...standardiserOf(data, rows, openRows) };
  const sample = sampleInFile(data.features as RowFile, rows, openRows);
  return {
    kind: 'columns',
    ...(yield* fitFeaturesInPieces({ ...data, features: sample.features }, d, sample.rows)),
  };
}

/** Evenly spaced training rows of a table in a file, in memory. */
function sampleInFile(
  file: RowFile,
  rows: Uint32Array,
  openRows: OpenRows,
): { readonly features: Float32Array; readonly rows: Uint32Array } {
  const n = Math.min(rows.length, mostFittedRows);
  const chosen = Uint32Array.from(
    { length: n },
    (_, i) => rows[Math.floor((i * rows.length) / n)] as number,
  );
  const features = new Float32Array((n * file.rowSize) / 4);
  const reader = openRows(file, file.rowSize);
  try {
    reader.read(chosen, new Uint8Array(features.buffer));
  } finally {
    reader.close();
  }
  return { features, rows: Uint32Array.from({ length: n }, (_, i) => i) };
}

/** Mean and deviation of the training rows, per channel of images. */
function standardiserOf(
  { features, featureShape }: Dataset,
  rows: Uint32Array,
  openRows: OpenRows,
): Standardiser {
  const size = sizeOf(featureShape);
  const channels = isImages({ featureShape }) ? featureShape[0] : size;
  if (!isRowFile(features)) return fitStandardiser(features, size, rows, channels);
  const reader = openRows(features, size);
  try {
    return fitStandardiser(reader, size, rows, channels);
  } finally {
    reader.close();
  }
}

/** Ascending places of the training rows to measure on; `undefined` for all. */
function sampleOf(n: number, most: number | undefined, seed: number): Uint32Array | undefined {
  if (most === undefined || most >= n) return undefined;
  return stream(seed, 'measure').permutation(n).slice(0, most).sort();
}

const readAlike =
  'openDataset(…, { test }) and fromRecords(…, { like }) read data as others were read';

/** A test dataset of its own must speak of the same features and classes. */
function matching(data: Dataset, test: Dataset): Dataset {
  const where = 'test data';
  checkDataset(where, test, 'test');
  if (!same(data.classes, test.classes)) {
    const expected = `classes ${data.classes.join(', ')}`;
    throw new SymlossError(where, expected, test.classes.join(', '), { hint: readAlike });
  }
  checkFeatures(data, test, where);
  return test;
}

/** @throws SymlossError unless the features of another dataset are those of the data */
function checkFeatures(data: Dataset, other: Dataset, where: string): void {
  if (!same(data.featureShape, other.featureShape)) {
    const [expected, received] = [data, other].map(({ featureShape }) => formatShape(featureShape));
    throw new SymlossError(where, `rows of shape ${expected}, as the training data`, `${received}`);
  }
  for (const [what, own, others] of [
    ['name', data.columns, other.columns],
    ['kind', data.kinds, other.kinds],
  ] as const) {
    if (same(own, others)) continue;
    const j = own?.findIndex((value, i) => value !== others?.[i]) ?? 0;
    const place = `${where}, ${what} of column ${j}`;
    const [expected, received] = [own, others].map((all) => show(all?.[j] ?? 'none'));
    throw new SymlossError(place, `${expected}, as in the training data`, `${received}`, {
      hint: readAlike,
    });
  }
  const kind = ({ features }: Dataset) => (areNumbers(features) ? 'numbers' : 'bytes');
  if (kind(data) !== kind(other)) {
    throw new SymlossError(where, `${kind(data)}, as the training data`, kind(other));
  }
}

function same(a: readonly unknown[] = [], b: readonly unknown[] = []): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

function wrongShare({ labels, trueLabels }: Labelled): number | undefined {
  if (trueLabels === undefined) return undefined;
  let wrong = 0;
  for (let row = 0; row < labels.length; row++) if (labels[row] !== trueLabels[row]) wrong++;
  return wrong / labels.length;
}
