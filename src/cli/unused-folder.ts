import { readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { exists } from '../io/index.ts';
import type { GridOutputs } from './grid-outputs.ts';

/**
 * Does work that fills a folder of results. Where it fails before there is a result, a checkpoint or a model, the grid that it wrote and
 * the folders that it made are taken away.
 */
export async function orNoFolder<T>(
  { folder, grid }: Pick<GridOutputs, 'folder' | 'grid'>,
  work: () => Promise<T>,
): Promise<T> {
  const made = await absentFolders(resolve(folder));
  const file = join(folder, grid);
  const isNew = !(await exists(file));
  try {
    return await work();
  } catch (error) {
    const names = await readdir(folder).catch(() => []);
    if (names.every((name) => name === grid && isNew)) await rm(file, { force: true });
    for (const path of made) await rmdir(path).catch(() => {}); // those with something in them stay
    throw error;
  }
}

/** The folders that are made where this one is, itself first. */
async function absentFolders(path: string): Promise<string[]> {
  const parent = dirname(path);
  if (parent === path || (await exists(path))) return [];
  return [path, ...(await absentFolders(parent))];
}
