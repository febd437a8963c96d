import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SymlossError } from '../../../core/index.ts';
import { isMissing, reasonOf } from '../../../io/index.ts';
import { count, list } from '../../text.ts';

export const candidate = /\.(jpe?g|png|webp)$/i;
/** Folders at the top that hold a test part, the first that is there. */
const testFolders = ['test', 'val', 'valid', 'validation'];

/** The folders of the parts, where there are any. */
export async function imageParts(folder: string): Promise<{ train?: string; test?: string }> {
  const names = (await entries(folder))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  if (!names.includes('train')) return {};
  const test = testFolders.find((name) => names.includes(name));
  return { train: 'train', ...(test !== undefined && { test }) };
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
  return { classes, paths, labels, notices };
}

/** Node reads each byte of a name that is not UTF-8 as the replacement character, and then finds no such file. */
export function throwNamed(path: string, fault: SymlossError): never {
  if (!(isMissing(fault.cause) && path.includes('\uFFFD'))) throw fault;
  const { where, expected, kind, cause } = fault;
  throw new SymlossError(where, expected, 'a name that is not UTF-8', { kind, cause });
}

export interface Found {
  readonly paths: string[];
  /** Files that are no candidates. */
  others: number;
}

export async function imagePaths(folder: string, below: string): Promise<Found> {
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
export async function entries(folder: string): Promise<Dirent[]> {
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
