import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SymlossError } from '../../core/index.ts';
import { findSource, tablesAmong } from './find-format.ts';
import { formats } from './registry.ts';
import { isPattern, matchingFiles } from './sources/glob.ts';
import { standardInput } from './sources/standard-input.ts';

/** A path that stands for what standard input is, a file perhaps; Windows has none. */
const standardInputPath = '/dev/stdin';

export interface SourceFilesOptions {
  /** Where a dataset that is given by name lies, as for `openDataset`. */
  readonly folder?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The files that a source is read from: those that match a pattern, those of a dataset by its name, the tables in a folder
 * (of a folder of images, nothing else). Nothing is read, and none of them needs to be there.
 */
export async function sourceFiles(
  source: string,
  { folder, signal }: SourceFilesOptions = {},
): Promise<readonly string[]> {
  if (source === standardInput) return [standardInputPath];
  const named = formats.find(({ kind, name }) => kind === 'name' && name === source);
  if (named !== undefined) return (await named.files?.(folder)) ?? [];
  const found = await stat(source).catch(() => undefined);
  if (found?.isDirectory()) {
    const names = await readdir(source).catch(() => []);
    return tablesAmong(names).map((name) => join(source, name));
  }
  if (found !== undefined || !isPattern(source)) return [source];
  return matchingFiles(source, signal).catch((error) => {
    signal?.throwIfAborted();
    if (error instanceof SymlossError) return []; // who reads it says so
    throw error;
  });
}

/**
 * Checks that a source is there and is something that is read, without reading it.
 * @throws SymlossError as `openDataset` does where it is not
 */
export async function checkSource(
  source: string,
  { folder, signal }: SourceFilesOptions = {},
): Promise<void> {
  if (source === standardInput) return;
  const { format, path } = await findSource(source, signal);
  const isThere =
    format.files === undefined
      ? format.kind === 'name' || isPattern(source) || (await stat(source).catch(() => undefined))
      : (await format.files(folder)).length > 0;
  if (!isThere) await format.open(path, { ...(folder !== undefined && { folder }) }); // which says where it looked
}
