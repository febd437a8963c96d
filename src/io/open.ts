import type { Stats } from 'node:fs';
import { closeSync, constants, fstatSync, openSync, statSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';

/** A pipe without a writer would be waited for when it is opened; Windows has neither. */
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Opens a regular file to read it. A pipe, a socket, a device or a folder is refused at once: some never
 * answer, and others never end.
 * @throws an error whose `reasonOf` says why not
 */
export async function openFile(path: string): Promise<FileHandle> {
  const handle = await open(path, flags).catch((cause) => notOpened(path, cause));
  try {
    checkRegular(await handle.stat());
  } catch (cause) {
    await handle.close();
    throw cause;
  }
  return handle;
}

/** As `openFile`, at once. @returns its descriptor */
export function openFileSync(path: string): number {
  const descriptor = attempt(path);
  try {
    checkRegular(fstatSync(descriptor));
  } catch (cause) {
    closeSync(descriptor);
    throw cause;
  }
  return descriptor;
}

function attempt(path: string): number {
  try {
    return openSync(path, flags);
  } catch (cause) {
    return notOpened(path, cause);
  }
}

/** A socket cannot be opened, nor can a folder on Windows. */
function notOpened(path: string, cause: unknown): never {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found !== undefined) checkRegular(found);
  throw cause;
}

/** What there is instead of a regular file. */
export class NoRegularFile extends Error {}

function checkRegular(found: Stats): void {
  if (!found.isFile()) throw new NoRegularFile(kindOf(found));
}

function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a folder';
  if (found.isFIFO()) return 'a pipe';
  return found.isSocket() ? 'a socket' : 'a device';
}
