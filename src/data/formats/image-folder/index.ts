import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SymlossError } from '../../../core/index.ts';
import { isMissing, readBytes, reasonOf } from '../../../io/index.ts';
import { alignClasses } from '../../align.ts';
import type { Dataset } from '../../dataset.ts';
import { count, list } from '../../text.ts';
import type { Format, Opened, OpenOptions } from '../format.ts';
import { labelledDataset, unlabelled } from '../shared/dataset.ts';
import type { DecodeOptions } from '../shared/decode-images.ts';
import { channelsOf, decodeFields, decodeImages } from '../shared/decode-images.ts';
import { without } from '../shared/encode-labels.ts';
import type { ImageRows } from '../shared/rows.ts';

const candidate = /\.(jpe?g|png|webp)$/i;
/** Folders at the top that hold a test part, the first that is there. */
const testFolders = ['test', 'val', 'valid', 'validation'];

/** Images of a folder and their paths, `[n]`, relative to the folder, with `/` between the parts. */
export interface FolderImages {
  readonly rows: ImageRows;
  readonly paths: readonly string[];
}

/**
 * Reads a folder with one sub-folder of images per class, named as the class; folders `train` and
 * `test` (or `val`) at the top hold a part each. Images are the files whose name ends in .jpg, .jpeg,
 * .png or .webp, in folders below, too; what they are their content tells. Order: by class, then by
 * path, by code unit. Names that start with a dot do not count.
 * @throws SymlossError naming the image that can't be decoded or has another size, and where fewer
 * than two classes have images
 */
export async function readImageFolder(
  folder: string,
  options: DecodeOptions & Pick<OpenOptions, 'keepIds'> = {},
): Promise<Opened> {
  const top = (await entries(folder))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  if (!top.includes('train')) return { data: await readClasses(folder, options) };
  const data = await readClasses(folder, options, 'train');
  const test = testFolders.find((name) => top.includes(name));
  if (test === undefined) return { data };
  // the test images must fit the training images, whatever colours are among them
  const [channels] = data.featureShape as [1 | 3];
  const read = await readClasses(folder, { channels, ...options }, test);
  return { data, test: alignClasses(read, data.classes) };
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

/** Whether a folder has images in folders of their own. */
async function hasClasses(folder: string): Promise<boolean> {
  for (const entry of await entries(folder)) {
    if (!entry.isDirectory()) continue;
    if ((await imagePaths(join(folder, entry.name), '')).paths.length > 0) return true;
  }
  return false;
}

/** @param part the folder of a part, where there are several; paths start with it */
async function readClasses(
  top: string,
  { keepIds, ...options }: DecodeOptions & Pick<OpenOptions, 'keepIds'>,
  part?: string,
): Promise<Dataset> {
  const folder = part === undefined ? top : join(top, part);
  const classes: string[] = [];
  const empty: string[] = [];
  const paths: string[] = [];
  const labels: number[] = [];
  let others = 0;
  for (const entry of await entries(folder)) {
    if (!entry.isDirectory()) continue;
    const found = await imagePaths(folder, entry.name);
    others += found.others;
    if (found.paths.length === 0) {
      empty.push(entry.name);
      continue;
    }
    for (const path of found.paths) {
      paths.push(path);
      labels.push(classes.length);
    }
    classes.push(entry.name);
  }
  if (classes.length < 2) {
    const received = classes.length === 0 ? 'none' : `only ${list(classes)}`;
    throw new SymlossError(
      folder,
      'images in a sub-folder for each of 2 or more classes',
      received,
    );
  }
  const notices: string[] = [];
  if (empty.length > 0) notices.push(`folders without images, no classes: ${list(empty)}`);
  if (others > 0) notices.push(`${count(others, 'file')} left out: not .jpg, .jpeg, .png or .webp`);
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

/** Node reads each byte of a name that is not UTF-8 as the replacement character, and then finds no such file. */
function throwNamed(path: string, fault: SymlossError): never {
  if (!(isMissing(fault.cause) && path.includes('\uFFFD'))) throw fault;
  const { where, expected, kind, cause } = fault;
  throw new SymlossError(where, expected, 'a name that is not UTF-8', { kind, cause });
}

interface Found {
  readonly paths: string[];
  /** Files that are no candidates. */
  others: number;
}

async function imagePaths(folder: string, below: string): Promise<Found> {
  const found: Found = { paths: [], others: 0 };
  await collect(folder, below, found);
  found.paths.sort((a, b) => (a < b ? -1 : 1));
  return found;
}

async function collect(folder: string, below: string, found: Found): Promise<void> {
  for (const entry of await entries(join(folder, below))) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) await collect(folder, path, found);
    else if (candidate.test(entry.name)) found.paths.push(path);
    else found.others++;
  }
}

/** Sorted by code unit, which is the same in every locale. */
async function entries(folder: string): Promise<Dirent[]> {
  let all: Dirent[];
  try {
    all = await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    const fault = new SymlossError(folder, 'a folder that can be read', reasonOf(cause), {
      kind: 'failure',
      cause,
    });
    return throwNamed(folder, fault);
  }
  return all.filter(({ name }) => !name.startsWith('.')).sort((a, b) => (a.name < b.name ? -1 : 1));
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
