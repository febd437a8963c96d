import { realpathSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { SymlossError, show } from '../core/index.ts';
import { reasonOf } from './reason.ts';

/**
 * Folders that files are read from, as absolute paths: as they were named, and without links. See
 * `rootsOf`.
 */
export type Roots = readonly string[];

/** @param where what messages call them @throws SymlossError unless all of them are folders */
export function rootsOf(where: string, folders: readonly string[]): Roots {
  const roots = folders.flatMap((folder) => {
    try {
      const real = realpathSync(folder);
      if (statSync(real).isDirectory()) return [real, resolve(folder)];
    } catch (cause) {
      throw new SymlossError(where, 'a folder', `${show(folder)}, ${reasonOf(cause)}`, { cause });
    }
    throw new SymlossError(where, 'a folder', `${show(folder)}, a file`);
  });
  return [...new Set(roots)];
}

/** Whether a path stays below one of the folders by what it says, links aside. Nothing is looked up. */
export function staysBelow(roots: Roots, path: string): boolean {
  return roots.some((root) => isWithin(root, resolve(root, path)));
}

/**
 * What a path names, without links. A relative one starts at each of the folders in turn.
 * @returns `undefined` where there is nothing below them, and where a link leads out: nothing tells these apart
 */
export function findBelow(roots: Roots, path: string): string | undefined {
  for (const root of roots) {
    const place = resolve(root, path);
    const real = isWithin(root, place) ? realOf(place) : undefined;
    if (real !== undefined && roots.some((other) => isWithin(other, real))) return real;
  }
  return undefined;
}

/** A link below a folder that leads out of all the folders, if there is one. */
export async function linkOut(roots: Roots, folder: string): Promise<string | undefined> {
  const open = [folder];
  for (let current = open.pop(); current !== undefined; current = open.pop()) {
    const entries = await readdir(current, { withFileTypes: true }).catch(() => []); // no folder
    for (const entry of entries) {
      const path = join(current, entry.name);
      if (entry.isDirectory()) open.push(path);
      if (entry.isSymbolicLink() && findBelow(roots, path) === undefined) return path;
    }
  }
  return undefined;
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined; // nothing there, or no path at all
  }
}
