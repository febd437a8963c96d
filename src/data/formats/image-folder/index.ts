import { join } from 'node:path';
import { field, SymlossError, show } from '../../../core/index.ts';
import { alignClasses } from '../../align.ts';
import { categoryFinder } from '../../category-spelling.ts';
import type { Dataset } from '../../dataset.ts';
import { list } from '../../text.ts';
import type { Format, Opened, OpenOptions } from '../format.ts';
import { labelledDataset, unlabelled } from '../shared/dataset.ts';
import { decodeFiles } from '../shared/decode-files.ts';
import type { DecodeOptions } from '../shared/decode-images.ts';
import { channelsOf, decodeFields } from '../shared/decode-images.ts';
import { without } from '../shared/encode-labels.ts';
import { imageExtensionNames, isImageName } from '../shared/image-names.ts';
import type { ImageRows } from '../shared/rows.ts';
import {
  checkNotOnlyParts,
  classImages,
  hasClasses,
  imageParts,
  imagePaths,
  isPartName,
} from './files.ts';
import { folderLabel, relabelFolder } from './relabel.ts';

/** Images of a folder and their paths, `[n]`, relative to the folder, with `/` between the parts. */
export interface FolderImages {
  readonly rows: ImageRows;
  readonly paths: readonly string[];
}

/**
 * Reads a folder with one sub-folder of images per class, named as the class; folders `train` and
 * `test` (or `training`, `testing`, `val`, `validation`, in any case) at the top that hold such folders are a part each. Images are the files whose name ends in .jpg, .jpeg,
 * .jfif, .png or .webp, in folders below, too; what they are their content tells. Order: by class, then by
 * path, by code unit. Names that start with a dot do not count.
 * @throws SymlossError naming the image that can't be decoded or has another size, and where fewer
 * than two classes have images
 */
export async function readImageFolder(
  folder: string,
  options: DecodeOptions & Pick<OpenOptions, 'keepIds'> = {},
): Promise<Opened> {
  const { train, test, others } = await imageParts(folder);
  if (train === undefined) {
    await checkNotOnlyParts(folder);
    return { data: await readClasses(folder, options) };
  }
  const read = await readClasses(folder, options, train);
  const beside = `folders beside ${show(train)} that are not read: ${list(others)}`;
  const data = others.length === 0 ? read : { ...read, notices: [...(read.notices ?? []), beside] };
  if (test === undefined) return { data };
  // the test images must fit the training images, whatever colours are among them
  const [channels] = data.featureShape as [1 | 3];
  const tested = await readClasses(folder, { channels, ...options }, test);
  return { data, test: alignClasses(tested, data.classes) };
}

/**
 * Reads all images in a folder and the folders below it, by path in the order of code units.
 * @param below the folder in it that they lie in, with which their paths start. Default: all of it
 */
export async function readFolderImages(
  folder: string,
  options: DecodeOptions = {},
  below = '',
): Promise<FolderImages> {
  const { paths } = await imagePaths(folder, below);
  if (paths.length === 0) {
    throw new SymlossError(join(folder, below), `images (${imageExtensionNames})`, 'none');
  }
  const rows = await decode(folder, paths, options);
  return { rows, paths: without(paths, rows.skipped) };
}

/** @param part the folder of a part, where there are several; paths start with it */
async function readClasses(
  top: string,
  { keepIds, ...options }: DecodeOptions & Pick<OpenOptions, 'keepIds'>,
  part?: string,
): Promise<Dataset> {
  const folder = part === undefined ? top : join(top, part);
  const { classes, paths, labels, notices } = await classImages(folder);
  const rows = await decode(folder, paths, options);
  const dataset = labelledDataset({ path: folder, rows, labels, names: classes, notices });
  if (!keepIds) return dataset;
  const start = part === undefined ? '' : `${part}/`;
  const values = without(paths, rows.skipped).map((path) => `${start}${path}`);
  return { ...dataset, rowIds: [{ name: 'path', values }] };
}

function decode(folder: string, paths: readonly string[], options: DecodeOptions) {
  const files = paths.map((path) => join(folder, path));
  return decodeFiles(folder, files, folder, options);
}

/** The folder of a part. @throws SymlossError where it is not there */
async function partFolder(folder: string, part: 'train' | 'test'): Promise<string> {
  const found = (await imageParts(folder))[part];
  if (found !== undefined) return found;
  const expected = `a folder ${show(part)} with folders of classes`;
  throw new SymlossError(folder, expected, 'none', { hint: `leave out ${field('part', part)}` });
}

/**
 * The folder at the top, below that of a part, in which each image lies: what somebody labelled it, where any of them is
 * called as a class.
 */
function folderLabels(
  paths: readonly string[],
  classes: readonly string[] | undefined,
): string[] | undefined {
  if (classes === undefined) return undefined;
  const find = categoryFinder(classes);
  const isClass = (name: string) => find(name) !== undefined;
  const labels = paths.map((path) => {
    const [top = '', next] = path.split('/').slice(0, -1);
    const names = next !== undefined && isPartName(top) ? [top, next] : [top];
    return names.find(isClass) ?? (names.at(-1) as string);
  });
  return labels.some(isClass) ? labels : undefined;
}

/** Images in folders named by their classes; to predict for, images anywhere in a folder. */
export const imageFolder: Format = {
  name: 'image-folder',
  about: 'a folder of images',
  kind: 'folder',
  detect: async ({ path, names }) => names?.some(isImageName) || (await hasClasses(path)),
  fields: decodeFields,
  relabel: {
    ...{ extensions: ['parquet'], writes: 'source', label: folderLabel, write: relabelFolder },
    async testPart(folder) {
      const { test } = await imageParts(folder);
      return test === undefined ? {} : { test: join(folder, test) };
    },
  },
  async open(folder, options) {
    if (await hasClasses(folder)) return readImageFolder(folder, options);
    throw new SymlossError(folder, 'a sub-folder of images for each class', 'images only', {
      hint: 'sort the images into folders named by their classes',
    });
  },
  hasParts: true,
  async openRows(folder, { classes }, { part, ...options }) {
    const below = part === undefined ? '' : await partFolder(folder, part);
    const { rows, paths } = await readFolderImages(folder, options, below);
    const labels = folderLabels(paths, classes);
    return { ...unlabelled(rows), paths, ...(labels && { labels }) };
  },
  testOptions: (_, options, training) => ({ ...channelsOf(training), ...options }),
};
