import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { field, SymlossError } from '../../../core/index.ts';
import { isCifarFolder, readCifar } from '../cifar/index.ts';
import type { DataField, Format, Opened, OpenOptions } from '../format.ts';
import { fashionMnistClasses, isIdxFolder, readIdxFolder } from '../idx-folder/index.ts';
import { cifar10nFiles, isCifar10nFolder, readCifar10n } from './cifar10n.ts';

interface PublishedSet {
  readonly name: string;
  readonly about: string;
  readonly isIn: (names: readonly string[]) => boolean;
  /** Beside `folder`. */
  readonly fields?: readonly DataField[];
  readonly read: (folder: string, options: OpenOptions) => Promise<Opened>;
  /** The folder that the published archive unpacks to. */
  readonly unpacked?: string;
  /** Names of the files, where they tell the dataset by themselves: they may lie among other data. */
  readonly files?: readonly string[];
  /** How to get it. */
  readonly get: string;
}

const cifarArchive =
  'get the binary version from www.cs.toronto.edu/~kriz/cifar.html and unpack it';

const sets: readonly PublishedSet[] = [
  {
    name: 'mnist',
    about: 'MNIST',
    isIn: isIdxFolder,
    read: (folder, options) =>
      readIdxFolder(folder, { ...options, classes: Array.from({ length: 10 }, (_, i) => `${i}`) }),
    get: 'get the four files train-images-idx3-ubyte.gz, … of MNIST',
  },
  {
    name: 'fashion-mnist',
    about: 'Fashion-MNIST',
    isIn: isIdxFolder,
    read: (folder, options) => readIdxFolder(folder, { ...options, classes: fashionMnistClasses }),
    get: 'install the package dataset-fashion-mnist of Debian, or get its four files from github.com/zalandoresearch/fashion-mnist',
  },
  {
    name: 'cifar10',
    about: 'CIFAR-10',
    isIn: (names) => names.includes('data_batch_1.bin'),
    fields: ['label'],
    read: readCifar,
    unpacked: 'cifar-10-batches-bin',
    get: cifarArchive,
  },
  {
    name: 'cifar10n',
    about: 'CIFAR-10N',
    isIn: isCifar10nFolder,
    fields: ['label', 'trueLabel', 'consensus'],
    read: readCifar10n,
    files: cifar10nFiles,
    get: 'write CIFAR-10 and the labels from github.com/UCSC-REAL/cifar-10-100n to Parquet as docs/images.md says',
  },
  {
    name: 'cifar100',
    about: 'CIFAR-100',
    isIn: (names) => isCifarFolder(names) && names.includes('train.bin'),
    fields: ['label'],
    read: readCifar,
    unpacked: 'cifar-100-binary',
    get: cifarArchive,
  },
];

/** Datasets that are looked for by name. */
export const publishedSets: readonly Format[] = sets.map((set) => ({
  name: set.name,
  about: set.about,
  kind: 'name',
  detect: () => false,
  fields: ['folder', ...(set.fields ?? [])],
  files: (folder) => filesOfSet(set, folder),
  open: (_, options) => openSet(set, options),
}));

/** Names of the datasets that are looked for by name. */
export const datasetNames: readonly string[] = sets.map(({ name }) => name);

export function isDatasetName(name: string): boolean {
  return datasetNames.includes(name);
}

/**
 * A published dataset, with its own test part, from the first of these folders that holds it:
 * `options.folder`, `$SYMLOSS_DATA/<name>`, `/usr/share/datasets/<name>`, `./data/<name>`; CIFAR-10N,
 * whose files have names of their own, from `$SYMLOSS_DATA` and `./data` as well. Nothing is fetched.
 * @throws SymlossError that lists the places and says how to get the data, where none holds it
 */
async function openSet(set: PublishedSet, options: OpenOptions): Promise<Opened> {
  const places = placesOf(set, options.folder);
  const folder = await findIn(set, places);
  if (folder !== undefined) return set.read(folder, options);
  const what = set.files?.join(' and ') ?? 'its files';
  throw new SymlossError(set.name, `${what} in ${places.join(' or ')}`, 'none there', {
    hint: `${set.get}, and say where it is (${field('folder')})`,
  });
}

/** The files in the folder of a published dataset; of one that lies among other data its own. */
async function filesOfSet(set: PublishedSet, given: string | undefined): Promise<string[]> {
  const folder = await findIn(set, placesOf(set, given));
  if (folder === undefined) return [];
  return (set.files ?? (await namesIn(folder))).map((name) => join(folder, name));
}

async function findIn(set: PublishedSet, places: readonly string[]): Promise<string | undefined> {
  for (const place of places) {
    const folders = set.unpacked === undefined ? [place] : [place, join(place, set.unpacked)];
    for (const folder of folders) {
      if (set.isIn(await namesIn(folder))) return folder;
    }
  }
  return undefined;
}

function placesOf({ name, files }: PublishedSet, folder: string | undefined): string[] {
  const mayLieLoose = files !== undefined;
  if (folder !== undefined) return [folder, join(folder, name)];
  const below = (root: string) => [join(root, name), ...(mayLieLoose ? [root] : [])];
  const shared = process.env['SYMLOSS_DATA'];
  return [
    ...(shared === undefined || shared === '' ? [] : below(shared)),
    join('/usr/share/datasets', name),
    ...below('data'),
  ];
}

function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []); // not there
}
