import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { SymlossError } from '../../../core/index.ts';
import { isMissing, NoRegularFile, openFile, reasonOf } from '../../../io/index.ts';

/** What reading a file's first bytes tells. */
export interface FileStart {
  /** As it lies on disk. */
  readonly size: number;
  readonly gzip: boolean;
  /** The first bytes of the content, unpacked; fewer than asked for where it is shorter. */
  readonly bytes: Buffer;
}

/**
 * @param expected what the file should be, for messages
 * @throws SymlossError if there is no such file, or it cannot be read
 */
export async function readStart(
  path: string,
  length: number,
  expected = 'a file',
): Promise<FileStart> {
  const { size, gzip } = await look(path, expected);
  const parts: Buffer[] = [];
  let read = 0;
  for await (const chunk of fileContent(path, { gzip, end: gzip ? undefined : length })) {
    parts.push(chunk);
    read += chunk.length;
    if (read >= length) break;
  }
  return { size, gzip, bytes: Buffer.concat(parts).subarray(0, length) };
}

export interface ContentOptions {
  readonly gzip: boolean;
  /** The first byte, and the one after the last. Default: all. */
  readonly start?: number;
  readonly end?: number | undefined;
  /** Told of the bytes of the file that were read, whenever it is read from. */
  readonly onRead?: ((bytes: number) => void) | undefined;
  /** Bytes that are read at a time. Default: 1 MiB. */
  readonly pieceSize?: number;
}

/** The content of a file in pieces, unpacked where it is compressed by gzip. */
export async function* fileContent(
  path: string,
  { gzip, start, end, onRead, pieceSize = 1 << 20 }: ContentOptions,
): AsyncGenerator<Buffer> {
  const range = {
    ...(start !== undefined && { start }),
    ...(end !== undefined && { end: end - 1 }),
  };
  const handle = await openRegular(path);
  const file = handle.createReadStream({ highWaterMark: pieceSize, ...range });
  const content: Readable = gzip ? unpacked(file, pieceSize) : file;
  try {
    for await (const chunk of content) {
      onRead?.(file.bytesRead);
      yield chunk as Buffer;
    }
  } catch (cause) {
    throw readError(path, cause);
  } finally {
    content.destroy();
    file.destroy();
    if (!file.closed) await new Promise<void>((resolve) => file.once('close', () => resolve()));
  }
}

/**
 * The content of a file that is not compressed, in pieces that hold until the next one is asked for: they lie in the same
 * memory, since new memory for each of them has to be collected.
 */
export async function* passingContent(
  path: string,
  { pieceSize, onRead }: Pick<ContentOptions, 'onRead'> & { readonly pieceSize: number },
): AsyncGenerator<Buffer> {
  const handle = await openRegular(path);
  try {
    const memory = Buffer.allocUnsafe(pieceSize);
    for (let at = 0; ; ) {
      const { bytesRead } = await handle.read(memory, 0, pieceSize, null).catch((cause) => {
        throw readError(path, cause);
      });
      if (bytesRead === 0) return;
      at += bytesRead;
      onRead?.(at);
      yield memory.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

/**
 * The rows of a file that is not compressed, one at a time: views of its content as far as possible.
 * What is left behind the last whole row is ignored.
 * @param start where they start, in bytes
 */
export async function* fileRows(
  path: string,
  rowSize: number,
  start = 0,
): AsyncGenerator<Uint8Array> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of fileContent(path, { gzip: false, start })) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    let at = 0;
    for (; at + rowSize <= bytes.length; at += rowSize) yield bytes.subarray(at, at + rowSize);
    rest = bytes.subarray(at);
  }
}

function unpacked(file: Readable, chunkSize: number): Readable {
  const gunzip = createGunzip({ chunkSize });
  pipeline(file, gunzip, () => {}); // the reader sees the error
  return gunzip;
}

/** Bytes on disk. @throws SymlossError if there is no such file, or it is a folder, pipe or device */
export async function fileSize(path: string, expected = 'a file'): Promise<number> {
  const handle = await openRegular(path, expected);
  return handle
    .stat()
    .then(({ size }) => size)
    .finally(() => handle.close());
}

async function look(path: string, expected: string): Promise<Omit<FileStart, 'bytes'>> {
  const file = await openRegular(path, expected);
  try {
    const { size } = await file.stat();
    const magic = Buffer.alloc(2);
    await file.read(magic, 0, 2, 0);
    return { size, gzip: magic[0] === 0x1f && magic[1] === 0x8b };
  } catch (cause) {
    throw readError(path, cause);
  } finally {
    await file.close();
  }
}

/** @throws SymlossError if there is no such file, or it is a folder, pipe or device */
export async function openRegular(path: string, expected?: string): Promise<FileHandle> {
  try {
    return await openFile(path);
  } catch (cause) {
    throw readError(path, cause, expected);
  }
}

function readError(path: string, cause: unknown, expected = 'a file'): unknown {
  if (isMissing(cause)) return new SymlossError(path, expected, 'no such file', { cause });
  if (cause instanceof NoRegularFile)
    return new SymlossError(path, expected, reasonOf(cause), { cause });
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (code?.startsWith('Z_')) {
    const [whole, received] =
      code === 'Z_BUF_ERROR' ? ['complete', 'a truncated one'] : ['valid', 'a corrupt one'];
    const hint = 'download it again';
    return new SymlossError(path, `a ${whole} gzip file`, received, { hint, cause });
  }
  if (code === undefined) return cause;
  return new SymlossError(path, 'a readable file', reasonOf(cause), { kind: 'failure', cause });
}
