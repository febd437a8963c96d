import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { checkOneOf, SymlossError } from '../../../core/index.ts';
import type { CifarOptions } from '../cifar/cifar.ts';
import { isCifarFolder, readCifar } from '../cifar/cifar.ts';
import { fashionMnistClasses, isIdxFolder, readIdxFolder } from '../idx-folder/idx-folder.ts';
import type { StoreOptions } from '../shared/byte-store.ts';
import type { Opened } from '../shared/image-dataset.ts';
import { cifar10nFiles, isCifar10nFolder, readCifar10n } from './cifar10n.ts';

export interface NamedOptions extends StoreOptions {
  /** Folder to look in first: the data set's own, or one that holds it. */
  readonly folder?: string;
  /** For CIFAR-100: the classes (`fine`, default) or the superclasses (`coarse`). For CIFAR-10N: a column. */
  readonly label?: string;
  /** For CIFAR-10N: the column of the true labels. */
  readonly trueLabel?: string;
}

interface NamedData {
  readonly isIn: (names: readonly string[]) => boolean;
  readonly read: (folder: string, options: NamedOptions) => Promise<Opened>;
  /** The folder that the published archive unpacks to. */
  readonly unpacked?: string;
  /** Names of the files, where they tell the data set by themselves: they may lie among other data. */
  readonly files?: string;
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
    read: (folder, options) => readCifar(folder, cifarOptions(options)),
    unpacked: 'cifar-10-batches-bin',
    get: 'get the binary version from www.cs.toronto.edu/~kriz/cifar.html and unpack it',
  },
  cifar10n: {
    isIn: isCifar10nFolder,
    read: readCifar10n,
    files: cifar10nFiles,
    get: 'write CIFAR-10 and the labels from github.com/UCSC-REAL/cifar-10-100n to Parquet as docs/guide.md says',
  },
  cifar100: {
    isIn: (names) => isCifarFolder(names) && names.includes('train.bin'),
    read: (folder, options) => readCifar(folder, cifarOptions(options)),
    unpacked: 'cifar-100-binary',
    get: 'get the binary version from www.cs.toronto.edu/~kriz/cifar.html and unpack it',
  },
} satisfies Record<string, NamedData>;

function cifarOptions({ label, trueLabel: _, ...options }: NamedOptions): CifarOptions {
  if (label === undefined) return options;
  return { ...options, label: checkOneOf('label', label, ['fine', 'coarse']) };
}

export type DatasetName = keyof typeof sets;

/** Data sets that are found by name. */
export const datasetNames = Object.keys(sets) as readonly DatasetName[];

export function isDatasetName(name: string): name is DatasetName {
  return Object.hasOwn(sets, name);
}

/**
 * A published data set, with its own test part, from the first of these folders that holds it:
 * `options.folder`, `$SYMLOSS_DATA/<name>`, `/usr/share/datasets/<name>`, `./data/<name>`; CIFAR-10N,
 * whose files have names of their own, from `$SYMLOSS_DATA` and `./data` as well. Nothing is fetched.
 * @throws SymlossError that lists the places and says how to get the data, where none holds it
 */
export async function readNamed(name: DatasetName, options: NamedOptions = {}): Promise<Opened> {
  const set: NamedData = sets[name];
  const places = placesOf(name, options.folder, set.files !== undefined);
  for (const place of places) {
    for (const folder of set.unpacked === undefined
      ? [place]
      : [place, join(place, set.unpacked)]) {
      if (set.isIn(await namesIn(folder))) return set.read(folder, options);
    }
  }
  const what = set.files ?? 'its files';
  throw new SymlossError(name, `${what} in ${places.join(' or ')}`, 'none there', {
    hint: `${set.get}, and name the folder with --data`,
  });
}

function placesOf(name: string, folder: string | undefined, mayLieLoose: boolean): string[] {
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
