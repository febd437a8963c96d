import { closeSync, readFileSync } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import type { ErrorKind } from '../core/index.ts';
import { SymlossError } from '../core/index.ts';
import { openFile, openFileSync } from './open.ts';
import { isMissing, reasonOf } from './reason.ts';

export interface ReadOptions {
  /** What the file should be, for messages. Default: `a readable file`. */
  readonly expected?: string;
  readonly hint?: string | undefined;
  /** Default: `usage`. */
  readonly kind?: ErrorKind;
  /** A larger file is not read; in bytes. Default: as much as an array holds, 2 GiB or more. */
  readonly atMost?: number;
}

/** The bytes of a regular file. @throws SymlossError if it cannot be read, or is a pipe or device */
export async function readBytes(path: string, options: ReadOptions = {}): Promise<Buffer> {
  try {
    return await read(path, options);
  } catch (cause) {
    throw unreadable(path, cause, options);
  }
}

/** What is in a folder, by name. @throws SymlossError if it cannot be read, or is none */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    throw new SymlossError(
      typeof folder === 'string' ? folder : 'folder',
      'a readable folder',
      reasonOf(cause),
      { cause },
    );
  }
}

/** As `readBytes`, at once. */
export function readBytesSync(path: string, options: Omit<ReadOptions, 'atMost'> = {}): Buffer {
  try {
    const descriptor = openFileSync(path);
    try {
      return readFileSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    throw unreadable(path, cause, options);
  }
}

/** As `readBytes`, `undefined` where there is no such file. */
export async function readIfThere(
  path: string,
  options: ReadOptions = {},
): Promise<Buffer | undefined> {
  try {
    return await read(path, options);
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw unreadable(path, cause, options);
  }
}

/** The value of a JSON file. @throws SymlossError if it cannot be read, or is not JSON */
export async function readJson(path: string, options: ReadOptions = {}): Promise<unknown> {
  const text = (await readBytes(path, { atMost: 2 ** 28, ...options })).toString('utf8');
  try {
    return JSON.parse(text);
  } catch (cause) {
    const { hint, kind } = options;
    const received = `text with a fault (${reasonOf(cause)})`;
    throw new SymlossError(path, 'JSON', received, { hint, kind, cause });
  }
}

/** Whether there is a file or folder of that name. */
export function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function read(path: string, { atMost = Infinity }: ReadOptions): Promise<Buffer> {
  const handle = await openFile(path);
  try {
    const { size } = await handle.stat();
    if (size > atMost) throw new Error(`${size} bytes, more than ${atMost}`);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

function unreadable(path: string, cause: unknown, options: ReadOptions): SymlossError {
  const { expected = 'a readable file', hint, kind } = options;
  return new SymlossError(path, expected, reasonOf(cause), { hint, kind, cause });
}
