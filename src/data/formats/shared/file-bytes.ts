import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { SymlossError } from '../../../core/index.ts';

/** What reading a file's first bytes tells. */
export interface FileStart {
  /** As it lies on disk. */
  readonly size: number;
  readonly gzip: boolean;
  /** The first bytes of the content, unpacked; fewer than asked for where it is shorter. */
  readonly bytes: Buffer;
}

/** @throws SymlossError if there is no such file, or it can't be read */
export async function readStart(path: string, length: number): Promise<FileStart> {
  const size = await fileSize(path);
  const gzip = await isGzip(path);
  const parts: Buffer[] = [];
  let read = 0;
  for await (const chunk of fileContent(path, { gzip, end: gzip ? undefined : length })) {
    parts.push(chunk);
    read += chunk.length;
    if (read >= length) break;
  }
  return { size, gzip, bytes: Buffer.concat(parts).subarray(0, length) };
}

/** The content of a file in pieces, unpacked where it is compressed by gzip. */
export async function* fileContent(
  path: string,
  { gzip, start, end }: { gzip: boolean; start?: number; end?: number | undefined },
): AsyncGenerator<Buffer> {
  const range = {
    ...(start !== undefined && { start }),
    ...(end !== undefined && { end: end - 1 }),
  };
  const file = createReadStream(path, { highWaterMark: 1 << 20, ...range });
  const content: Readable = gzip ? unpacked(file) : file;
  try {
    for await (const chunk of content) yield chunk as Buffer;
  } catch (cause) {
    throw readError(path, cause);
  } finally {
    content.destroy();
    file.destroy();
  }
}

function unpacked(file: Readable): Readable {
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  pipeline(file, gunzip, () => {}); // the reader sees the error
  return gunzip;
}

/** Bytes on disk. @throws SymlossError if there is no such file, or it is a folder */
export async function fileSize(path: string): Promise<number> {
  try {
    const found = await stat(path);
    if (found.isFile()) return found.size;
  } catch (cause) {
    throw readError(path, cause);
  }
  throw new SymlossError(path, 'a file', 'a folder or device');
}

async function isGzip(path: string): Promise<boolean> {
  const bytes = Buffer.alloc(2);
  try {
    const file = await open(path, 'r');
    await file.read(bytes, 0, 2, 0).finally(() => file.close());
  } catch (cause) {
    throw readError(path, cause);
  }
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function readError(path: string, cause: unknown): unknown {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ENOENT') return new SymlossError(path, 'a file', 'no such file', { cause });
  if (code === 'Z_BUF_ERROR') {
    return new SymlossError(path, 'a whole gzip file', 'one that is cut short', {
      hint: 'fetch it again',
      cause,
    });
  }
  if (code?.startsWith('Z_')) {
    return new SymlossError(path, 'a sound gzip file', 'a damaged one', {
      hint: 'fetch it again',
      cause,
    });
  }
  if (code === undefined) return cause;
  return new SymlossError(path, 'a readable file', code, { kind: 'failure', cause });
}
