import { closest, SymlossError, show } from '../../../core/index.ts';
import { alignClasses } from '../../align.ts';
import { count, list } from '../../text.ts';
import type { Format, Opened, OpenRowsOptions } from '../format.ts';
import { parseNpy } from '../npy/array.ts';
import { npyLabels } from '../npy/labels.ts';
import { npyRows } from '../npy/read.ts';
import type { StoreOptions } from '../shared/byte-store.ts';
import { labelledDataset, unlabelled } from '../shared/dataset.ts';
import type { FeatureRows } from '../shared/rows.ts';
import { rowsOf } from '../shared/rows.ts';
import type { Archive } from './archive.ts';
import { withArchive } from './archive.ts';

export interface NpzOptions extends StoreOptions {
  /** Name of the array of features; default: the first that is there of `features`, `x`, … */
  readonly features?: string;
  /** Name of the array of labels; default: the first that is there of `labels`, `y`, … */
  readonly label?: string;
  /** Name of the array of true labels, where they are known. */
  readonly trueLabel?: string;
}

/** Names that archives use, compared without regard to case. */
const usual = {
  features: ['features', 'x', 'images', 'data', 'x_train', 'train_images', 'train_x'],
  labels: ['labels', 'y', 'label', 'targets', 'y_train', 'train_labels', 'train_y'],
  testFeatures: ['x_test', 'test_images', 'test_x'],
  testLabels: ['y_test', 'test_labels', 'test_y'],
} as const;

/**
 * Reads features and labels from an archive of NumPy arrays (.npz), as `readNpy` does from two files.
 * The arrays are found by their usual names (`features`, `x`, `images`, `x_train`, … with `labels`, `y`,
 * `y_train`, …) or those given; `x_test` and `y_test` (or `test_images`, `test_labels`) are a test part.
 * Archives are unpacked in memory.
 * @throws SymlossError naming the array that is missing, too large or of another shape, or where it
 * holds Python objects
 */
export function readNpz(path: string, options: NpzOptions = {}): Promise<Opened> {
  return withArchive(path, async (archive) => {
    const features = choose(archive, 'array of features', options.features, usual.features);
    const label = choose(archive, 'array of labels', options.label, usual.labels);
    const trueLabel =
      options.trueLabel === undefined
        ? undefined
        : choose(archive, 'array of true labels', options.trueLabel, []);
    const testNames = [find(archive, usual.testFeatures), find(archive, usual.testLabels)];
    const [testFeatures, testLabels] = testNames;
    const hasTest = testFeatures !== undefined && testLabels !== undefined;
    const wanted = [features, label, trueLabel, ...(hasTest ? testNames : [])];
    const files = await archive.read(
      wanted.filter((name) => name !== undefined),
      options,
    );
    const array = (name: string) => parseNpy(`${path}, ${name}`, files.get(name) as Uint8Array);
    const part = (x: string, y: string, t?: string) => {
      const labels = (name: string) => npyLabels(`${path}, ${name}`, files.get(name) as Uint8Array);
      const rows = npyRows(`${path}, ${x}`, array(x));
      const trueLabels = t === undefined ? undefined : labels(t);
      return labelledDataset({ path, rows, labels: labels(y), trueLabels });
    };
    const data = part(features, label, trueLabel);
    if (!hasTest) return { data };
    return { data, test: alignClasses(part(testFeatures, testLabels), data.classes) };
  });
}

/** Rows of an archive, and what they are labelled, where it says that. */
export interface NpzRows {
  readonly rows: FeatureRows;
  /** `[n]` */
  readonly labels?: ArrayLike<number | bigint | string>;
}

/**
 * Reads the features of an archive to predict for, and their labels where it has them under a usual name, or the given one. An
 * array of that name that holds no labels is told in a notice.
 * @throws SymlossError as `readNpz` does, and where it has no test part that is asked for
 */
export function readNpzRows(
  path: string,
  { part = 'train', features, label, ...options }: NpzOptions & Pick<OpenRowsOptions, 'part'> = {},
): Promise<NpzRows> {
  const isTest = part === 'test';
  return withArchive(path, async (archive) => {
    const x = isTest
      ? choose(archive, 'array of features to test on', undefined, usual.testFeatures)
      : choose(archive, 'array of features', features, usual.features);
    const given = isTest || label === undefined ? undefined : [label.toLowerCase()];
    const y = find(archive, given ?? (isTest ? usual.testLabels : usual.labels));
    const files = await archive.read(y === undefined ? [x] : [x, y], options);
    const file = (name: string) => files.get(name) as Uint8Array;
    const rows = npyRows(`${path}, ${x}`, parseNpy(`${path}, ${x}`, file(x)));
    return y === undefined ? { rows } : withLabels(rows, `${path}, ${y}`, file(y));
  });
}

/** Rows with their labels, or a notice why an array holds none. */
function withLabels(rows: FeatureRows, where: string, bytes: Uint8Array): NpzRows {
  const n = rowsOf(rows);
  try {
    const labels = npyLabels(where, bytes);
    if (labels.length === n) return { rows, labels };
    throw new SymlossError(where, `${count(n, 'label')}, one per row`, String(labels.length));
  } catch (error) {
    if (!(error instanceof SymlossError)) throw error;
    return { rows: { ...rows, notices: [...rows.notices, `no labels: ${error.message}`] } };
  }
}

/** The first of these names that is there, in any case. */
function find({ names: there }: Archive, names: readonly string[]): string | undefined {
  for (const name of names) {
    const found = there.find((other) => other.toLowerCase() === name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function choose(
  archive: Archive,
  role: string,
  asked: string | undefined,
  names: readonly string[],
): string {
  const found =
    asked === undefined ? find(archive, names) : archive.names.find((name) => name === asked);
  if (found !== undefined) return found;
  const there = list(archive.names);
  const where = `${archive.path}, ${role}`;
  if (asked === undefined) throw new SymlossError(where, `one of ${names.join(', ')}`, there);
  const similar = closest(asked, archive.names);
  throw new SymlossError(where, `one of ${there}`, show(asked), {
    hint: similar === undefined ? undefined : `did you mean ${show(similar)}?`,
  });
}

/** Arrays of NumPy in one archive. */
export const npz: Format = {
  name: 'npz',
  about: 'an .npz archive',
  kind: 'file',
  extensions: ['npz'],
  detect: ({ start }) => start?.toString('latin1', 0, 4) === 'PK\x03\x04',
  fields: ['label', 'trueLabel'],
  open: (path, { features: _, ...options }) => readNpz(path, options),
  hasParts: true,
  async openRows(path, _, options) {
    const { rows, labels } = await readNpzRows(path, options);
    return { ...unlabelled(rows), ...(labels && { labels: Array.from(labels, String) }) };
  },
};
