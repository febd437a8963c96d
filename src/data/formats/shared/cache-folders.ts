import { access, constants, lstat, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { field, SymlossError } from '../../../core/index.ts';
import { reasonOf } from '../../../io/index.ts';
import type { StoreOptions } from './byte-store.ts';

/**
 * Where files of a cache are looked for, and put into the first that can be written to.
 * @param beside the folder of the data, where there is one
 */
export function cacheFolders(beside: string | undefined, { cache }: StoreOptions): string[] {
  if (cache !== undefined) return [cache];
  const user = process.getuid?.();
  const own = user === undefined ? 'symloss-cache' : `symloss-cache-${user}`;
  const first = beside === undefined ? [] : [join(beside, '.symloss-cache')];
  return [...first, join(tmpdir(), own)];
}

/** A folder that someone else made in the place for temporary files is not to be trusted. */
export async function isOwn(folder: string): Promise<boolean> {
  try {
    const found = await lstat(folder);
    const shared = folder.startsWith(tmpdir());
    return !shared || (found.isDirectory() && found.uid === (process.getuid?.() ?? found.uid));
  } catch {
    return false;
  }
}

/** The first of the folders that can be written to, made where it is not there. @throws SymlossError (failure) for none */
export async function usableFolder(folders: readonly string[]): Promise<string> {
  let fault: unknown;
  for (const folder of folders) {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await access(folder, constants.W_OK);
      if (await isOwn(folder)) return folder;
    } catch (cause) {
      fault = cause;
    }
  }
  throw noFolder(folders, fault);
}

/** The error that none of the folders can be written to. @param cause why. Default: they are someone else's */
export function noFolder(folders: readonly string[], cause: unknown): SymlossError {
  const received = cause === undefined ? 'none of your own' : reasonOf(cause);
  return new SymlossError(folders.join(' or '), 'a folder to write to', received, {
    kind: 'failure',
    hint:
      `name a folder for data too large for memory (${field('cache')}), ` +
      `or raise the memory limit (${field('memoryLimit')})`,
    cause,
  });
}
