import { SymlossError, show } from '../../core/index.ts';
import { alignClasses } from '../align.ts';
import type { Dataset } from '../dataset.ts';
import { isImages } from '../dataset.ts';
import { readCifar } from './cifar/cifar.ts';
import type { CsvOptions } from './csv/read.ts';
import { readCsv } from './csv/read.ts';
import { digits } from './digits/digits.ts';
import { readIdxImages } from './idx/idx.ts';
import { readIdxFolder } from './idx-folder/idx-folder.ts';
import { readImageFolder } from './image-folder/image-folder.ts';
import { readLabelsFile, readNpy } from './npy/dataset.ts';
import { readNpz } from './npz/npz.ts';
import { parquetColumns, readParquetImages } from './parquet/images.ts';
import { readNamed } from './published/named.ts';
import type { DecodeOptions } from './shared/decode-images.ts';
import type { Opened } from './shared/image-dataset.ts';
import { imageDataset } from './shared/image-dataset.ts';
import type { SourceKind } from './source-kind.ts';
import { sourceKind } from './source-kind.ts';

export interface OpenOptions extends Partial<CsvOptions>, DecodeOptions {
  /** A file or folder of any format to test on, instead of a test part that the source brings. */
  readonly test?: string;
  /** Where a data set that is given by name is looked for first. */
  readonly folder?: string;
  /** Column of the images in a Parquet file. */
  readonly imageColumn?: string;
  /** File of the labels (.npy, IDX) for a .npy or IDX file. */
  readonly labelsFile?: string;
  /** The same for the test data. */
  readonly testLabelsFile?: string;
}

type OptionName = keyof OpenOptions;

const store = ['memoryLimit', 'cache', 'signal', 'test', 'testLabelsFile'] as const;
const decoding = ['imageSize', 'channels', 'badImages'] as const;

/** The options that each format takes; others are refused rather than passed over. */
const takes: { readonly [K in SourceKind]: readonly OptionName[] } = {
  digits: store,
  mnist: [...store, 'folder'],
  'fashion-mnist': [...store, 'folder'],
  cifar10: [...store, 'folder', 'label'],
  cifar10n: [...store, 'folder', 'label', 'trueLabel'],
  cifar100: [...store, 'folder', 'label'],
  csv: [...store, 'label', 'trueLabel', 'features', 'ignore', 'missing'],
  parquet: [...store, ...decoding, 'label', 'trueLabel', 'imageColumn'],
  npy: [...store, 'labelsFile'],
  npz: [...store, 'label', 'trueLabel'],
  idx: [...store, 'labelsFile'],
  'idx-folder': store,
  'cifar-folder': [...store, 'label'],
  'image-folder': [...store, ...decoding],
  'flat-folder': [],
};

/** Option names as the command line spells them, where that is not by the common rule. */
const spelled: Partial<Record<OptionName, string>> = { folder: 'data' };

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
  const kind = await sourceKind(source);
  checkApplies(source, kind, options);
  const { test: testSource, testLabelsFile, ...own } = options;
  const opened = await readers[kind](source, own);
  if (testSource === undefined) {
    if (testLabelsFile === undefined) return opened;
    throw new SymlossError(optionName('testLabelsFile'), 'a test file beside it', 'none');
  }
  const test = await openTest(testSource, opened.data, options);
  return { data: opened.data, test: alignClasses(test, opened.data.classes) };
}

type Reader = (source: string, options: OpenOptions) => Promise<Opened>;

const only = (data: Dataset): Opened => ({ data });

const readers: { readonly [K in SourceKind]: Reader } = {
  digits: async () => only(await digits()),
  mnist: (_, options) => readNamed('mnist', namedOptions(options)),
  'fashion-mnist': (_, options) => readNamed('fashion-mnist', namedOptions(options)),
  cifar10: (_, options) => readNamed('cifar10', namedOptions(options)),
  cifar10n: (_, options) => readNamed('cifar10n', options),
  cifar100: (_, options) => readNamed('cifar100', namedOptions(options)),
  csv: async (path, { label, ...options }) => {
    if (label !== undefined) return only(await readCsv(path, { label, ...options }));
    throw new SymlossError(optionName('label'), 'the column of the labels', 'nothing', {
      hint: 'add --label <column>',
    });
  },
  parquet: async (path, options) => only(await readParquetImages(path, options)),
  npy: async (path, options) =>
    only(await readNpy(path, { ...options, labelsFile: labelsFile(path, options) })),
  npz: (path, { features: _, ...options }) => readNpz(path, options),
  idx: async (path, options) => {
    const labels = await readLabelsFile(labelsFile(path, options));
    return only(imageDataset({ path, rows: await readIdxImages(path, options), labels }));
  },
  'idx-folder': (folder, options) => readIdxFolder(folder, options),
  'cifar-folder': (folder, options) => readCifar(folder, namedOptions(options)),
  'image-folder': (folder, options) => readImageFolder(folder, options),
  'flat-folder': async (folder) => {
    throw new SymlossError(folder, 'a sub-folder of images for each class', 'images only', {
      hint: 'sort the images into folders named by their classes',
    });
  },
};

function labelsFile(path: string, options: OpenOptions): string {
  if (options.labelsFile !== undefined) return options.labelsFile;
  throw new SymlossError(`labels of ${path}`, 'a file of labels', 'nothing', {
    hint: 'add --labels-file <file>, an array of one integer per row',
  });
}

function namedOptions({ label, ...options }: OpenOptions) {
  if (label === undefined) return options;
  if (label === 'fine' || label === 'coarse') return { ...options, label } as const;
  throw new SymlossError(optionName('label'), 'fine or coarse', show(label));
}

/** The test data take the options that apply to their format, and must fit the training data. */
async function openTest(source: string, data: Dataset, options: OpenOptions): Promise<Dataset> {
  const kind = await sourceKind(source);
  const given: Record<string, unknown> = {
    ...options,
    ...(options.testLabelsFile !== undefined && { labelsFile: options.testLabelsFile }),
  };
  if (options.testLabelsFile === undefined) delete given['labelsFile'];
  const applying = takes[kind].filter(
    (name) => given[name] !== undefined && !store.includes(name as 'test'),
  );
  const own: OpenOptions = {
    ...Object.fromEntries(applying.map((name) => [name, given[name]])),
    ...(options.memoryLimit !== undefined && { memoryLimit: options.memoryLimit }),
    ...(options.cache !== undefined && { cache: options.cache }),
    ...(options.signal !== undefined && { signal: options.signal }),
    ...(kind === 'csv' && { features: data.columns ?? [] }),
    ...(kind === 'csv' && { ignore: [] }),
    ...(isImages(data) &&
      takes[kind].includes('channels') && { channels: data.featureShape[0] as 1 | 3 }),
  };
  const isParquet = kind === 'parquet';
  const opened = await readers[kind](source, isParquet ? await testColumns(source, own) : own);
  return opened.test ?? opened.data;
}

/**
 * A test file may have the true labels only: where the column of the labels as given is missing, those
 * are tested on.
 */
async function testColumns(source: string, options: OpenOptions): Promise<OpenOptions> {
  const { label, trueLabel, ...rest } = options;
  if (label === undefined || trueLabel === undefined) return options;
  const columns = await parquetColumns(source);
  if (columns.includes(label)) return columns.includes(trueLabel) ? options : { ...rest, label };
  return columns.includes(trueLabel) ? { ...rest, label: trueLabel } : options;
}

/** @throws SymlossError naming an option that is given and means nothing for the source */
export function checkApplies(
  source: string,
  kind: SourceKind,
  options: { readonly [K in OptionName]?: OpenOptions[K] | undefined },
): void {
  const names = Object.keys(options) as OptionName[];
  const wrong = names.find((name) => options[name] !== undefined && !takes[kind].includes(name));
  if (wrong === undefined) return;
  const form = source === kind ? kind : `${source}, ${kindNames[kind]}`;
  throw new SymlossError(
    optionName(wrong),
    `nothing: it has no meaning for ${form}`,
    show(options[wrong]),
    {
      hint: 'leave it out',
    },
  );
}

const kindNames: { readonly [K in SourceKind]: string } = {
  digits: 'the digits',
  mnist: 'MNIST',
  'fashion-mnist': 'Fashion-MNIST',
  cifar10: 'CIFAR-10',
  cifar10n: 'CIFAR-10N',
  cifar100: 'CIFAR-100',
  csv: 'a table',
  parquet: 'a Parquet file',
  npy: 'an array',
  npz: 'an archive of arrays',
  idx: 'an IDX file',
  'idx-folder': 'a folder of IDX files',
  'cifar-folder': 'a folder of CIFAR files',
  'image-folder': 'a folder of images',
  'flat-folder': 'a folder of images',
};

function optionName(name: OptionName): string {
  const plain = spelled[name] ?? name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return `option --${plain}`;
}
