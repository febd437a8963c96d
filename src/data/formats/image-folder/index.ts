import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SymlossError, show } from '../../../core/index.ts';
import { readBytes } from '../../../io/index.ts';
import { alignClasses } from '../../align.ts';
import type { Dataset } from '../../dataset.ts';
import { list } from '../../text.ts';
import type { Format, Opened, OpenOptions } from '../format.ts';
import { labelledDataset, unlabelled } from '../shared/dataset.ts';
import type { DecodeOptions } from '../shared/decode-images.ts';
import { channelsOf, decodeFields, decodeImages } from '../shared/decode-images.ts';
import { without } from '../shared/encode-labels.ts';
import type { ImageRows } from '../shared/rows.ts';
import { candidate, classImages, hasClasses, imageParts, imagePaths, throwNamed } from './files.ts';
import { folderLabel, relabelFolder } from './relabel.ts';

/** Images of a folder and their paths, `[n]`, relative to the folder, with `/` between the parts. */
export interface FolderImages {
  readonly rows: ImageRows;
  readonly paths: readonly string[];
}

/**
 * Reads a folder with one sub-folder of images per class, named as the class; folders `train` and
 * `test` (or `training`, `testing`, `val`, `validation`, in any case) at the top that hold such folders are a part each. Images are the files whose name ends in .jpg, .jpeg,
 * .png or .webp, in folders below, too; what they are their content tells. Order: by class, then by
 * path, by code unit. Names that start with a dot do not count.
 * @throws SymlossError naming the image that can't be decoded or has another size, and where fewer
 * than two classes have images
 */
export async function readImageFolder(
  folder: string,
  options: DecodeOptions & Pick<OpenOptions, 'keepIds'> = {},
): Promise<Opened> {
  const { train, test, others } = await imageParts(folder);
  if (train === undefined) return { data: await readClasses(folder, options) };
  const read = await readClasses(folder, options, train);
  const beside = `folders beside ${show(train)} that are not read: ${list(others)}`;
  const data = others.length === 0 ? read : { ...read, notices: [...(read.notices ?? []), beside] };
  if (test === undefined) return { data };
  // the test images must fit the training images, whatever colours are among them
  const [channels] = data.featureShape as [1 | 3];
  const tested = await readClasses(folder, { channels, ...options }, test);
  return { data, test: alignClasses(tested, data.classes) };
}

/** Reads all images in a folder and the folders below it, by path in the order of code units. */
export async function readFolderImages(
  folder: string,
  options: DecodeOptions = {},
): Promise<FolderImages> {
  const { paths } = await imagePaths(folder, '');
  if (paths.length === 0) throw noImages(folder);
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
  const images = files.map((file) => ({
    place: file,
    size: () =>
      stat(file).then(
        ({ size }) => size,
        () => 0, // loading it says why
      ),
    load: (atMost: number) => readBytes(file, { atMost }).catch((fault) => throwNamed(file, fault)),
  }));
  const plan = { sources: files, beside: folder, key: { format: 'folder' } };
  return decodeImages(folder, files.length, () => images, plan, options);
}

function noImages(folder: string): SymlossError {
  return new SymlossError(folder, 'images (.jpg, .jpeg, .png or .webp)', 'none');
}

/** Images in folders named by their classes; to predict for, images anywhere in a folder. */
export const imageFolder: Format = {
  name: 'image-folder',
  about: 'a folder of images',
  kind: 'folder',
  detect: async ({ path, names }) =>
    names?.some((name) => candidate.test(name)) || (await hasClasses(path)),
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
  async openRows(folder, _, options) {
    const { rows, paths } = await readFolderImages(folder, options);
    return { ...unlabelled(rows), paths };
  },
  testOptions: (_, options, training) => ({ ...channelsOf(training), ...options }),
};
