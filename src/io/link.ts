import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { lstat, open } from 'node:fs/promises';
import { SymlossError } from '../core/index.ts';

/**
 * Checks a place that is written to in pieces, or cleared: what lies behind a link may be another program's.
 * @throws SymlossError (failure) where a symbolic link has the name
 */
export async function checkNoLink(path: string, expected: string): Promise<void> {
  const there = await lstat(path).catch(() => undefined);
  if (!there?.isSymbolicLink()) return;
  throw new SymlossError(path, expected, 'a symbolic link', {
    hint: 'take the link away, or choose another place',
    kind: 'failure',
  });
}

const { O_APPEND, O_CREAT, O_RDWR, O_NOFOLLOW = 0 } = constants; // Windows has no such flag

/** Opens a file to read it and to add to its end; makes it if needed. @throws an error also for a symbolic link */
export async function openToAppend(path: string): Promise<FileHandle> {
  return open(path, O_APPEND | O_CREAT | O_RDWR | O_NOFOLLOW);
}
