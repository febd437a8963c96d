import { lstat, realpath, stat } from 'node:fs/promises';
import { sep } from 'node:path';
import { either, field, SymlossError, show } from '../core/index.ts';

export interface OutputOptions {
  /** Files that the command reads. Folders, and names of other things, do no harm. */
  readonly inputs: readonly (string | undefined)[];
  /** A folder all of whose files may be read; what is new in it is not. */
  readonly within?: string;
  /** Whether earlier files may be replaced: the user said so, or they are the command's own. Default: false. */
  readonly replace?: boolean | undefined;
  /** What to do about an earlier file. Default: another `out`, or `overwrite`. */
  readonly hint?: string;
}

const otherwise = either(`choose another with ${field('out')}`, `add ${field('overwrite')}`);

/**
 * Checks that a command may write files: never over what it reads, by whatever name or link, and over an earlier file only
 * if it may be replaced.
 * @throws SymlossError naming the first file that may not be written
 */
export async function checkOutputs(
  paths: readonly string[],
  { inputs, within, replace = false, hint = otherwise }: OutputOptions,
): Promise<void> {
  for (const path of paths) {
    const input = await inputAt(path, inputs);
    if (input !== undefined) {
      const expected = `another file than ${show(input)}, which is read`;
      throw new SymlossError(field('out'), expected, show(path));
    }
    if (within !== undefined && (await isWithin(path, within))) {
      const expected = `a file that is not among those in ${show(within)}, which are read`;
      throw new SymlossError(field('out'), expected, show(path));
    }
    const there = await lstat(path).catch(() => undefined);
    if (there === undefined) continue;
    const target = await stat(path).catch(() => there); // a link to nowhere
    if (!target.isFile() && !target.isSymbolicLink()) {
      const received = target.isDirectory() ? 'a folder' : 'a device or pipe';
      throw new SymlossError(path, 'a place to write to', received, {
        hint: 'choose another place',
        kind: 'failure',
      });
    }
    if (!replace) throw earlierFile(path, hint);
  }
}

/** The error for a file that may not be replaced. */
export function earlierFile(path: string, hint = otherwise): SymlossError {
  return new SymlossError(path, 'no such file yet', 'an earlier one', { hint });
}

/** The input that a path leads to, by links too. */
export async function inputAt(
  path: string,
  inputs: OutputOptions['inputs'],
): Promise<string | undefined> {
  const own = await stat(path, { bigint: true }).catch(() => undefined);
  for (const input of own === undefined ? [] : inputs) {
    if (input === undefined) continue;
    const other = await stat(input, { bigint: true }).catch(() => undefined);
    if (own?.dev === other?.dev && own?.ino === other?.ino) return input;
  }
  return undefined;
}

async function isWithin(path: string, folder: string): Promise<boolean> {
  const [inner, outer] = await Promise.all(
    [path, folder].map((name) => realpath(name).catch(() => undefined)),
  );
  if (inner === undefined || outer === undefined) return false;
  return inner.startsWith(outer.endsWith(sep) ? outer : outer + sep);
}
