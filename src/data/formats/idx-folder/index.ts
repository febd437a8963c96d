import { basename, join, resolve } from 'node:path';
import { SymlossError } from '../../../core/index.ts';
import { namesIn } from '../../../io/index.ts';
import { alignClasses } from '../../align.ts';
import type { Dataset } from '../../dataset.ts';
import type { Format, Opened } from '../format.ts';
import { readIdxImages, readIdxLabels } from '../idx/idx.ts';
import type { StoreOptions } from '../shared/byte-store.ts';
import { labelledDataset } from '../shared/dataset.ts';

/** Xiao, Rasul, Vollgraf, *Fashion-MNIST*, 2017. */
export const fashionMnistClasses: readonly string[] = [
  ...['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat'],
  ...['Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'],
];

/** Both spellings of the four names, compressed or not. */
const namePattern = /^(train|t10k)-(images|labels)[-.]idx[13]-ubyte(\.gz)?$/;

/** Whether a folder holds the training images of MNIST, or of a dataset in its form. */
export function isIdxFolder(names: readonly string[]): boolean {
  return find(names, 'train', 'images') !== undefined;
}

/**
 * Reads a folder as MNIST and Fashion-MNIST come: `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`,
 * and `t10k-…` for the test part, if there is one; with `.idx3` for `-idx3`, too, and compressed by
 * gzip or not.
 * @param options.classes names of classes 0, …, k − 1; default: those of Fashion-MNIST in a folder of
 * that name, else the distinct labels
 * @throws SymlossError naming the file that is missing, foreign or damaged
 */
export async function readIdxFolder(
  folder: string,
  options: StoreOptions & { readonly classes?: readonly string[] } = {},
): Promise<Opened> {
  const names = await namesIn(folder);
  const isFashion = /fashion[-_]?mnist/i.test(basename(resolve(folder)));
  const classes = options.classes ?? (isFashion ? fashionMnistClasses : undefined);
  const data = await readPart(folder, names, 'train', classes, options);
  const hasTest = find(names, 't10k', 'images') !== undefined;
  if (!hasTest) return { data };
  const test = await readPart(folder, names, 't10k', classes, options);
  return { data, test: alignClasses(test, data.classes) };
}

async function readPart(
  folder: string,
  names: readonly string[],
  part: 'train' | 't10k',
  classes: readonly string[] | undefined,
  options: StoreOptions,
): Promise<Dataset> {
  const [images, labels] = (['images', 'labels'] as const).map((kind) => {
    const name = find(names, part, kind);
    if (name !== undefined) return join(folder, name);
    const expected = `${part}-${kind}-idx${kind === 'images' ? 3 : 1}-ubyte or the same with .gz`;
    throw new SymlossError(folder, expected, 'no such file');
  }) as [string, string];
  const rows = await readIdxImages(images, options);
  return labelledDataset({
    path: images,
    rows,
    labels: await readIdxLabels(labels),
    names: classes,
  });
}

/** An unpacked file first. */
function find(names: readonly string[], part: string, kind: string): string | undefined {
  return names
    .filter((name) => {
      const match = namePattern.exec(name);
      return match?.[1] === part && match[2] === kind;
    })
    .sort((a, b) => a.length - b.length)[0];
}

/** The files of MNIST, or of a dataset in its form. */
export const idxFolder: Format = {
  name: 'idx-folder',
  about: 'a folder of IDX files',
  kind: 'folder',
  detect: ({ names }) => names !== undefined && isIdxFolder(names),
  fields: [],
  open: readIdxFolder,
};
