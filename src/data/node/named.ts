import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SymlossError } from '../../core/index.ts';
import type { StoreOptions } from './byte-store.ts';
import { isCifarFolder, readCifar } from './cifar.ts';
import { fashionMnistClasses, isIdxFolder, readIdxFolder } from './idx-folder.ts';
import type { Opened } from './image-dataset.ts';

export interface NamedOptions extends StoreOptions {
  /** Folder to look in first: the data set's own, or one that holds it. */
  readonly folder?: string;
  /** For CIFAR-100: the classes (`fine`, default) or the superclasses (`coarse`). */
  readonly label?: 'fine' | 'coarse';
}

interface NamedData {
  readonly isIn: (names: readonly string[]) => boolean;
  readonly read: (folder: string, options: NamedOptions) => Promise<Opened>;
  /** The folder that the published archive unpacks to. */
  readonly unpacked?: string;
  readonly get: string;
}

const sets = {
  mnist: {
    isIn: isIdxFolder,
    read: (folder, options) =>
      readIdxFolder(folder, { ...options, classes: Array.from({ length: 10 }, (_, i) => `${i}`) }),
    get: 'get the four files train-images-idx3-ubyte.gz, … of MNIST',
  },
  'fashion-mnist': {
    isIn: isIdxFolder,
    read: (folder, options) => readIdxFolder(folder, { ...options, classes: fashionMnistClasses }),
    get: 'install the package dataset-fashion-mnist of Debian, or get its four files from github.com/zalandoresearch/fashion-mnist',
  },
  cifar10: {
    isIn: (names) => names.includes('data_batch_1.bin'),
    read: readCifar,
    unpacked: 'cifar-10-batches-bin',
    get: 'get the binary version from www.cs.toronto.edu/~kriz/cifar.html and unpack it',
  },
  cifar100: {
    isIn: (names) => isCifarFolder(names) && names.includes('train.bin'),
    read: readCifar,
    unpacked: 'cifar-100-binary',
    get: 'get the binary version from www.cs.toronto.edu/~kriz/cifar.html and unpack it',
  },
} satisfies Record<string, NamedData>;

export type DatasetName = keyof typeof sets;

/** Data sets that are found by name. */
export const datasetNames = Object.keys(sets) as readonly DatasetName[];

export function isDatasetName(name: string): name is DatasetName {
  return Object.hasOwn(sets, name);
}

/**
 * A published data set, with its own test part, from the first of these folders that holds it:
 * `options.folder`, `$SYMLOSS_DATA/<name>`, `/usr/share/datasets/<name>`, `./data/<name>`. Nothing is
 * fetched.
 * @throws SymlossError that lists the places and says how to get the data, where none holds it
 */
export async function readNamed(name: DatasetName, options: NamedOptions = {}): Promise<Opened> {
  const set: NamedData = sets[name];
  const places = placesOf(name, options.folder);
  for (const place of places) {
    for (const folder of set.unpacked === undefined
      ? [place]
      : [place, join(place, set.unpacked)]) {
      if (set.isIn(await namesIn(folder))) return set.read(folder, options);
    }
  }
  throw new SymlossError(name, `its files in ${places.join(' or ')}`, 'none there', {
    hint: `${set.get}, and name the folder with --data`,
  });
}

function placesOf(name: string, folder: string | undefined): string[] {
  if (folder !== undefined) return [folder, join(folder, name)];
  const shared = process.env['SYMLOSS_DATA'];
  return [
    ...(shared === undefined || shared === '' ? [] : [join(shared, name)]),
    join('/usr/share/datasets', name),
    join('data', name),
  ];
}

function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []); // not there
}
