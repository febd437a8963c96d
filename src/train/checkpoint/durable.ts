import type { FileHandle } from 'node:fs/promises';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SymlossError } from '../../core/index.ts';

/** Where a file is written before it takes its name. A process that is killed may leave it behind. */
export const besideOf = (file: string): string => `${file}.part`;

/**
 * Replaces a file so that a crash, a full disk or a power cut leaves the old one or the new one:
 * written beside, flushed to the disk, then renamed.
 * @param openFile stands in for `open`, to test failures
 * @throws SymlossError naming the file and the reason; the old file is then as it was
 */
export async function writeDurably(
  file: string,
  pieces: readonly Uint8Array[],
  openFile: (path: string) => Promise<Pick<FileHandle, 'write' | 'sync' | 'close'>> = (path) =>
    open(path, 'w'),
): Promise<void> {
  const beside = besideOf(file);
  try {
    const handle = await openFile(beside);
    try {
      for (const piece of pieces) await writeAll(handle, piece);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
    await syncFolder(dirname(file));
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => {}); // nothing there to remove
    const reason = cause instanceof Error ? (cause.message.split(', ')[0] ?? '') : String(cause);
    throw new SymlossError(file, 'a place to write a checkpoint to', reason, {
      hint: 'the one before it, if any, is as it was; make room there, then resume the run',
      kind: 'failure',
      cause,
    });
  }
}

/** A write may take a part of the bytes only. */
async function writeAll(handle: Pick<FileHandle, 'write'>, bytes: Uint8Array): Promise<void> {
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
