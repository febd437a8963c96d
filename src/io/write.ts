import { randomBytes } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SymlossError } from '../core/index.ts';
import { reasonOf } from './reason.ts';

type Handle = Pick<FileHandle, 'write' | 'sync' | 'close'>;

export interface WriteOptions {
  /** Wait until the disk has the file, so that it outlives a power cut. Default: false. */
  readonly durable?: boolean;
  /** What is written, for messages. Default: `a place to write to`. */
  readonly expected?: string;
  readonly hint?: string;
  /** Stands in for opening the file, to test failures. */
  readonly openFile?: (path: string) => Promise<Handle>;
}

/**
 * Writes a file whole or not at all: to a new file beside it, then renamed. A process that is killed
 * may leave that file behind, see `removeLeftovers`.
 * @param content a text, bytes, or bytes in several pieces
 * @throws SymlossError (failure) if that fails; a file that was there is then as it was
 */
export async function writeWhole(
  path: string,
  content: string | Uint8Array | readonly Uint8Array[],
  options: WriteOptions = {},
): Promise<void> {
  // a new name, opened exclusively: a link that somebody put there is not followed
  const { durable = false, openFile = (file) => open(file, 'wx') } = options;
  const beside = besideOf(path);
  try {
    const handle = await openFile(beside);
    try {
      for (const piece of piecesOf(content)) await writeAll(handle, piece);
      if (durable) await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, path);
    if (durable) await syncFolder(dirname(path));
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => {}); // nothing there to remove
    throw notWritable(path, cause, options);
  }
}

/** Writes plain data as indented JSON. @throws SymlossError (failure) if that fails */
export function writeJson(path: string, value: unknown): Promise<void> {
  return writeWhole(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** Makes a folder and its parents. @throws SymlossError (failure) if that fails */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (cause) {
    throw notWritable(path, cause, {});
  }
}

/** A new name beside a file, for what will take its place. */
export function besideOf(path: string): string {
  return `${path}.${process.pid}-${randomBytes(6).toString('hex')}.part`;
}

/** Removes what writers of this file left behind that were killed; none may be at work. */
export async function removeLeftovers(path: string): Promise<void> {
  const start = `${basename(path)}.`;
  const names = await readdir(dirname(path)).catch(() => []);
  for (const name of names) {
    const rest = name.startsWith(start) ? name.slice(start.length) : '';
    if (/^\d+-[0-9a-f]{12}\.part$/.test(rest)) await rm(join(dirname(path), name), { force: true });
  }
}

function piecesOf(content: string | Uint8Array | readonly Uint8Array[]): readonly Uint8Array[] {
  if (typeof content === 'string') return [Buffer.from(content)];
  return content instanceof Uint8Array ? [content] : content;
}

/** A write may take a part of the bytes only. */
async function writeAll(handle: Pick<Handle, 'write'>, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await handle.write(bytes, done, bytes.length - done)).bytesWritten;
  }
}

/** A rename outlives a power cut when the folder is flushed too; Windows has no such call. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function notWritable(path: string, cause: unknown, options: WriteOptions): SymlossError {
  const { expected = 'a place to write to', hint = 'choose another place' } = options;
  return new SymlossError(path, expected, reasonOf(cause), { hint, kind: 'failure', cause });
}
