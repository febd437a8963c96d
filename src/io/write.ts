import { randomBytes } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { link, lstat, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { jsonText, SymlossError } from '../core/index.ts';
import { earlierFile } from './outputs.ts';
import { isRunning } from './processes.ts';
import { exists } from './read.ts';
import { fullDisk, isMissing, reasonOf } from './reason.ts';

type Handle = Pick<FileHandle, 'write' | 'sync' | 'close'>;

export interface WriteOptions {
  /** Wait until the disk has the file, so that it outlives a power cut. Default: false. */
  readonly durable?: boolean;
  /** Whether earlier files may be replaced, also ones that another process wrote just now. Default: true. */
  readonly replace?: boolean;
  /** What is written, for messages. Default: `a place to write to`. */
  readonly expected?: string;
  readonly hint?: string;
  /** Stands in for opening the file, to test failures. */
  readonly openFile?: (path: string) => Promise<Handle>;
  /** Stands in for linking a file, to test file systems without links. */
  readonly linkFile?: (from: string, to: string) => Promise<void>;
}

type Content = string | Uint8Array | readonly Uint8Array[] | AsyncIterable<string | Uint8Array>;

/** Parts of files that this process is writing. */
const underWay = new Set<string>();

/**
 * Writes a file whole or not at all: to a new file beside it, then renamed. What a process left there that was
 * killed while it wrote the same file is removed.
 * @param content a text, bytes, or either in several pieces
 * @throws SymlossError (failure) if that fails, or if what has the name is no regular file, and what making the pieces
 * throws; a file that was there is then as it was
 */
export function writeWhole(
  path: string,
  content: Content,
  options: WriteOptions = {},
): Promise<void> {
  return writeTogether([[path, content]], options);
}

/**
 * Writes files that belong together, each as `writeWhole` does: all are written before the first one takes its name, so
 * that a full disk leaves all of them as they were. A kill between two renames leaves the first ones new.
 * @throws SymlossError (failure) as `writeWhole`, and where a file is there that may not be replaced; those before it are then
 * removed again
 */
export async function writeTogether(
  files: readonly (readonly [path: string, content: Content])[],
  options: WriteOptions = {},
): Promise<void> {
  // a new name, opened exclusively: a link that somebody put there is not followed
  const { durable = false, replace = true, openFile = (file) => open(file, 'wx') } = options;
  const parts: { readonly path: string; readonly beside: string }[] = [];
  const placed: string[] = [];
  let at = '';
  try {
    for (const [path, content] of files) {
      at = path;
      await checkPlace(path);
      const beside = besideOf(path);
      underWay.add(beside);
      const handle = await openFile(beside).catch((cause) => {
        underWay.delete(beside); // what is there is not ours
        throw cause;
      });
      parts.push({ path, beside });
      try {
        for await (const piece of piecesOf(content)) await writeAll(handle, piece);
        if (durable) await handle.sync();
      } finally {
        await handle.close();
      }
    }
    for (const { path, beside } of parts) {
      at = path;
      await (replace ? rename(beside, path) : placeNew(beside, path, options.linkFile));
      placed.push(path);
      if (durable) await syncFolder(dirname(path));
    }
  } catch (cause) {
    const ours = [...parts.map(({ beside }) => beside), ...(replace ? [] : placed)];
    for (const file of ours) await rm(file, { force: true }).catch(() => {}); // not there
    throw cause instanceof MakingFault ? cause.cause : notWritable(at, cause, options);
  } finally {
    for (const { beside } of parts) underWay.delete(beside);
  }
  for (const { path } of parts) await removeLeftovers(path, isLeft);
}

/**
 * Gives a written file its name unless that is taken. Two processes that write the same file see each other by this only.
 * @throws SymlossError where the name is taken
 */
async function placeNew(
  beside: string,
  path: string,
  linkFile: (from: string, to: string) => Promise<void> = link,
): Promise<void> {
  try {
    await linkFile(beside, path);
  } catch {
    // taken, or a file system without links
    if ((await lstat(path).catch(() => undefined)) !== undefined) throw earlierFile(path);
    return rename(beside, path);
  }
  await rm(beside, { force: true });
}

/** @throws Error where a folder, a device or a pipe has the name: a rename would put a file in its place */
async function checkPlace(path: string): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (there === undefined || there.isFile()) return;
  throw new Error(there.isDirectory() ? 'a folder' : 'a device or pipe');
}

/** Writes plain data as indented JSON. @throws SymlossError (failure) if that fails */
export function writeJson(path: string, value: unknown): Promise<void> {
  return writeWhole(path, jsonText(value));
}

/** Makes a folder and its parents. @throws SymlossError (failure) if that fails */
export async function makeFolder(path: string): Promise<void> {
  try {
    await makeFolders(resolve(path));
  } catch (cause) {
    throw notWritable(path, cause, {});
  }
}

/** One by one: Node's own way never ends where a file system, such as /proc, says that an existing parent is missing. */
async function makeFolders(path: string, isAgain = false): Promise<void> {
  try {
    await mkdir(path);
  } catch (cause) {
    if ((await stat(path).catch(() => undefined))?.isDirectory()) return;
    const parent = dirname(path);
    if (!isMissing(cause) || parent === path) throw cause;
    if (await exists(parent)) {
      if (isAgain) throw cause;
      return makeFolders(path, true); // somebody made the parent just now
    }
    await makeFolders(parent);
    await makeFolders(path);
  }
}

/** A new name beside a file, for what will take its place. */
export function besideOf(path: string): string {
  return `${path}.${process.pid}-${randomBytes(6).toString('hex')}.part`;
}

/**
 * Removes what writers of this file left behind that were killed.
 * @param isLeft which of the parts, by path and process. Default: all, where none may be at work
 */
export async function removeLeftovers(
  path: string,
  isLeft: (part: string, pid: number) => boolean = () => true,
): Promise<void> {
  const start = `${basename(path)}.`;
  const names = await readdir(dirname(path)).catch(() => []);
  for (const name of names) {
    const rest = name.startsWith(start) ? name.slice(start.length) : '';
    const [, pid] = /^(\d+)-[0-9a-f]{12}\.part$/.exec(rest) ?? [];
    const part = join(dirname(path), name);
    if (pid === undefined || !isLeft(part, Number(pid))) continue;
    await rm(part, { force: true }).catch(() => {}); // a folder, or that of another user
  }
}

/** Whether nobody on this machine is writing a part. */
export function isLeft(part: string, pid: number): boolean {
  return pid === process.pid ? !underWay.has(part) : !isRunning(pid);
}

/** What making a content throws, which is no fault of the place. */
class MakingFault extends Error {}

/** @throws MakingFault */
async function* piecesOf(content: Content): AsyncGenerator<Uint8Array> {
  const isOne = typeof content === 'string' || content instanceof Uint8Array;
  const pieces = isOne ? [content] : content;
  try {
    for await (const piece of pieces) yield typeof piece === 'string' ? Buffer.from(piece) : piece;
  } catch (cause) {
    throw new MakingFault('making what is written failed', { cause });
  }
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
  if (cause instanceof SymlossError) return cause;
  const reason = reasonOf(cause);
  const other = reason === fullDisk ? 'make room, or choose another place' : 'choose another place';
  const { expected = 'a place to write to', hint = other } = options;
  return new SymlossError(path, expected, reason, { hint, kind: 'failure', cause });
}
