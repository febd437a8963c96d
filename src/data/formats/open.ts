import { readdir, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { field, SymlossError, show } from '../../core/index.ts';
import { alignClasses } from '../align.ts';
import { closest } from '../closest.ts';
import type { Dataset } from '../dataset.ts';
import { checkFields } from '../fields.ts';
import type {
  DataField,
  Format,
  ModelInput,
  Opened,
  OpenedRows,
  OpenOptions,
  OpenRowsOptions,
} from './format.ts';
import { formats } from './registry.ts';
import { readStart } from './shared/file-bytes.ts';
import { rowNumbers } from './shared/rows.ts';

/** The fields that every format takes: they say where rows are kept, and what to test on. */
const commonFields: readonly DataField[] = [
  ...(['memoryLimit', 'cache', 'signal'] as const),
  ...(['test', 'testLabelsFile'] as const),
];

const allFields = [...new Set([...formats.flatMap(({ fields }) => fields), ...commonFields])];

/**
 * Reads data of any format that symloss understands, and their test part where they bring one or
 * `options.test` names one. A source is a name (`digits`, `mnist`, `fashion-mnist`, `cifar10`,
 * `cifar10n`, `cifar100`; a file of that name is given as `./mnist`), a CSV, Parquet, .npy, .npz or IDX
 * file, or a folder of IDX files, of CIFAR's binary files, or with one folder of images per class.
 * @returns the test part's classes are numbered as those of the data
 * @throws SymlossError where the source is none of these, an option does not apply to it, or what
 * its reader throws
 */
export async function openDataset(source: string, options: OpenOptions = {}): Promise<Opened> {
  checkFields('openDataset', options, allFields);
  const format = await formatOf(source);
  checkApplies(source, format, options);
  const { test: testSource, testLabelsFile, ...own } = options;
  if (testSource === undefined && testLabelsFile !== undefined) {
    const expected = `data to test on beside it (${field('test')})`;
    throw new SymlossError(field('testLabelsFile'), expected, 'none');
  }
  const opened = await format.open(source, own);
  if (testSource === undefined) return opened;
  const test = await openTest(testSource, opened.data, options);
  return { data: opened.data, test: alignClasses(test, opened.data.classes) };
}

/** The test data take the options that apply to their format, and must fit the training data. */
async function openTest(
  source: string,
  training: Dataset,
  { test: _, testLabelsFile: labelsFile, labelsFile: _ofTraining, ...given }: OpenOptions,
): Promise<Dataset> {
  const format = await formatOf(source);
  const applying: OpenOptions = {
    ...Object.fromEntries(
      Object.entries(given).filter(([name]) => takes(format, name as DataField)),
    ),
    ...(labelsFile !== undefined && { labelsFile }),
  };
  const own = await format.testOptions?.(source, applying, training);
  const opened = await format.open(source, own ?? applying);
  return opened.test ?? opened.data;
}

/**
 * Reads rows of any format without their labels, to predict for: a folder of images is read with the
 * folders below it, however they are called. Of a dataset in parts the rows of `options.part`.
 * @param input what the model takes: encoded images are brought to its shape, columns of a table are
 * found by name
 * @throws SymlossError where the source holds rows of another shape, an option does not apply to
 * it, or what its reader throws
 */
export async function openInputs(
  source: string,
  input: ModelInput,
  options: OpenRowsOptions = {},
): Promise<OpenedRows> {
  const { featureShape: shape } = input;
  const { part, ...given } = options;
  const format = await formatOf(source);
  checkApplies(source, format, given);
  if (part !== undefined && format.openRows !== undefined)
    throw refusal(source, format, 'part', part);
  const rows = await (format.openRows === undefined
    ? openPart(source, format, part, given)
    : format.openRows(source, input, { ...given, ...encodedAs(format, shape) }));
  const { featureShape } = rows;
  if (featureShape.length === shape.length && featureShape.every((d, i) => d === shape[i])) {
    return rows;
  }
  const isImages = shape.length === 3;
  const expected = isImages ? `images of ${shape.join(' × ')}` : `rows of ${shape} numbers`;
  const received = featureShape.length === 3 ? featureShape.join(' × ') : `${featureShape} numbers`;
  throw new SymlossError(source, `${expected}, as the model takes`, received);
}

/** Reads images to predict for, as `openInputs` does. @param shape [c, h, w] of the model */
export function openImageRows(
  source: string,
  shape: readonly number[],
  options: OpenRowsOptions = {},
): Promise<OpenedRows> {
  return openInputs(source, { featureShape: shape }, options);
}

/** Channels and size to bring encoded images to. */
function encodedAs({ fields }: Format, shape: readonly number[]) {
  if (shape.length !== 3 || !fields.includes('channels')) return {};
  const [channels, h, w] = shape as [1 | 3, number, number];
  return { channels, imageSize: [h, w] } as const;
}

async function openPart(
  source: string,
  format: Format,
  part: 'train' | 'test' = 'train',
  options: OpenOptions,
): Promise<OpenedRows> {
  const opened = await format.open(source, options);
  const data = part === 'test' ? opened.test : opened.data;
  if (data === undefined) throw new SymlossError(source, 'a test part', 'none');
  const { features, featureShape, notices } = data;
  return { features, featureShape, notices, kept: rowNumbers(data.labels.length) };
}

/**
 * What a source is: by its name, by a file's extension, else by its content.
 * @throws SymlossError that lists what is understood, where it is nothing of that
 */
async function formatOf(source: string): Promise<Format> {
  const named = formats.find(({ kind, name }) => kind === 'name' && name === source);
  if (named !== undefined) return named;
  const found = await stat(source).catch(() => undefined);
  if (found?.isDirectory()) return detected('folder', source, await readdir(source));
  const extension = extname(source.replace(/\.gz$/i, '')).slice(1).toLowerCase();
  const byExtension = formats.find(({ extensions }) => extensions?.includes(extension));
  if (byExtension !== undefined) return byExtension; // its reader says what is wrong with it
  if (found !== undefined) return detected('file', source, (await readStart(source, 512)).bytes);
  const names = formats.filter(({ kind }) => kind === 'name').map(({ name }) => name);
  const similar = closest(source, names);
  throw new SymlossError(source, understood(), 'no such file', {
    hint: similar === undefined ? undefined : `did you mean ${show(similar)}?`,
  });
}

async function detected(
  kind: 'file' | 'folder',
  path: string,
  content: Buffer | readonly string[],
): Promise<Format> {
  const source = Buffer.isBuffer(content) ? { path, start: content } : { path, names: content };
  for (const format of formats) {
    if (format.kind === kind && (await format.detect(source))) return format;
  }
  const others = kind === 'folder' ? 'a folder of other files' : 'a file of another format';
  const received = content.length === 0 ? 'an empty folder' : others;
  throw new SymlossError(path, understood(), received);
}

function understood(): string {
  const forms = formats.filter(({ kind }) => kind !== 'name').map(({ about }) => about);
  const names = formats.filter(({ kind }) => kind === 'name').map(({ name }) => name);
  return `${forms.join(', ')}, or a name (${names.join(', ')})`;
}

/** @throws SymlossError naming a field that is given and has no meaning for the source */
function checkApplies(source: string, format: Format, options: OpenOptions): void {
  const names = Object.keys(options) as DataField[];
  const wrong = names.find((name) => options[name] !== undefined && !takes(format, name));
  if (wrong !== undefined) throw refusal(source, format, wrong, options[wrong]);
}

function takes({ fields }: Format, name: DataField): boolean {
  return fields.includes(name) || commonFields.includes(name);
}

function refusal(source: string, format: Format, name: string, value: unknown): SymlossError {
  const form = format.kind === 'name' ? source : `${source}, ${format.about}`;
  return new SymlossError(field(name), `nothing: it has no meaning for ${form}`, show(value), {
    hint: 'leave it out',
  });
}
