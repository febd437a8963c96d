import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SymlossError } from '../../../core/index.ts';
import { reasonOf } from '../../../io/index.ts';
import { list } from '../../text.ts';
import { throwNamed } from '../shared/decode-files.ts';
import { isImageName, leftOutNotice } from '../shared/image-names.ts';

/** Folders at the top that hold a part, in any case; of the test part the first that is there. */
const trainFolders = ['train', 'training'];
const testFolders = ['test', 'testing', 'val', 'valid', 'validation'];

/** The folders of the parts, where there are any. */
export interface ImageParts {
  readonly train?: string;
  readonly test?: string;
  /** Folders beside them. */
  readonly others: readonly string[];
}

/** Finds the folders of a training and a test part, which hold folders of classes. */
export async function imageParts(folder: string): Promise<ImageParts> {
  const all = await foldersIn(folder);
  const find = async (known: readonly string[]) => {
    for (const name of calledAs(known, all)) if (await hasClasses(join(folder, name))) return name;
    return undefined;
  };
  const train = await find(trainFolders);
  const test = await find(testFolders);
  const others = all.filter((name) => name !== train && name !== test);
  return { ...(train !== undefined && { train }), ...(test !== undefined && { test }), others };
}

/** @throws SymlossError where all folders are called as parts, of a folder without a training part: they are no classes */
export async function checkNotOnlyParts(folder: string): Promise<void> {
  const all = await foldersIn(folder);
  const parts = calledAs([...trainFolders, ...testFolders], all);
  if (parts.length < 2 || parts.length < all.length) return;
  const expected = 'folders named by classes, or "train" with such folders in it';
  throw new SymlossError(folder, expected, `only ${list(parts)}`);
}

/** Whether a folder is called as one that holds a part. */
export function isPartName(name: string): boolean {
  return [...trainFolders, ...testFolders].includes(name.toLowerCase());
}

async function foldersIn(folder: string): Promise<string[]> {
  return (await entries(folder)).filter(({ isFolder }) => isFolder).map(({ name }) => name);
}

/** Those of the folders that are called so, in any case. */
function calledAs(known: readonly string[], folders: readonly string[]): string[] {
  return known.flatMap((part) => folders.find((name) => name.toLowerCase() === part) ?? []);
}

/** Whether a folder has images in folders of their own. */
export async function hasClasses(folder: string): Promise<boolean> {
  for (const { name, isFolder } of await entries(folder)) {
    if (!isFolder) continue;
    for await (const { isImage } of filesBelow(folder, name)) if (isImage) return true;
  }
  return false;
}

/** The labelled images of a folder, in their order. */
export interface ClassImages {
  readonly classes: readonly string[];
  /** [n], relative to the folder of the classes. */
  readonly paths: readonly string[];
  /** [n] */
  readonly labels: readonly number[];
  readonly notices: readonly string[];
}

/** @throws SymlossError where fewer than two classes have images */
export async function classImages(folder: string): Promise<ClassImages> {
  const classes: string[] = [];
  const empty: string[] = [];
  const paths: string[] = [];
  const labels: number[] = [];
  const others: string[] = [];
  for (const entry of await entries(folder)) {
    if (!entry.isFolder) continue;
    const found = await imagePaths(folder, entry.name);
    for (const name of found.others) others.push(name);
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
  if (others.length > 0) notices.push(leftOutNotice(others));
  return { classes, paths, labels, notices };
}

export interface Found {
  readonly paths: string[];
  /** Files that are no images by their names. */
  readonly others: string[];
}

export async function imagePaths(folder: string, below: string): Promise<Found> {
  const found: Found = { paths: [], others: [] };
  for await (const { path, isImage } of filesBelow(folder, below)) {
    (isImage ? found.paths : found.others).push(path);
  }
  found.paths.sort((a, b) => (a < b ? -1 : 1));
  return found;
}

interface FileBelow {
  /** Relative to the folder. */
  readonly path: string;
  /** Whether its name is that of an image. */
  readonly isImage: boolean;
}

/**
 * The files below a folder, one by one.
 * @param below where in the folder, '' for all of it
 * @param above the folders that lead there, the first one by default: a link to one of them would have no end, and hold what is not below
 */
async function* filesBelow(
  folder: string,
  below: string,
  above?: readonly string[],
): AsyncGenerator<FileBelow> {
  const here = join(folder, below);
  const all = await entries(here);
  const real = all.some(({ isFolder }) => isFolder) ? await realpath(here) : here;
  const from = above ?? (below === '' ? [] : [await realpath(folder)]);
  if (from.includes(real)) return;
  for (const { name, isFolder } of all) {
    const path = below === '' ? name : `${below}/${name}`;
    if (isFolder) yield* filesBelow(folder, path, [...from, real]);
    else yield { path, isImage: isImageName(name) };
  }
}

/** What a folder holds. */
export interface Entry {
  readonly name: string;
  /** Whether it is a folder, or a link to one. */
  readonly isFolder: boolean;
}

/** Sorted by code unit, which is the same in every locale. */
export async function entries(folder: string): Promise<Entry[]> {
  try {
    const all = (await readdir(folder, { withFileTypes: true }))
      .filter(({ name }) => !name.startsWith('.'))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    return await Promise.all(
      all.map(async (entry) => ({
        name: entry.name,
        isFolder: entry.isSymbolicLink()
          ? await leadsToFolder(join(folder, entry.name))
          : entry.isDirectory(),
      })),
    );
  } catch (cause) {
    const fault = new SymlossError(folder, 'a folder that can be read', reasonOf(cause), {
      kind: 'failure',
      cause,
    });
    return throwNamed(folder, fault);
  }
}

const leadsToFolder = (link: string): Promise<boolean> =>
  stat(link).then(
    (found) => found.isDirectory(),
    () => false, // it leads nowhere: reading it says so
  );
