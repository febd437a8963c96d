import { SymlossError } from '../../src/core/index.ts';
import type { ContentOptions, FileStart } from '../../src/data/formats/shared/file-bytes.ts';
import { Buffer } from './node-buffer.ts';

/*
 * What the reader of CSV files takes of `src/data/formats/shared/file-bytes.ts`, for files that somebody gave to the page: the
 * build puts this in its place (`vite.lab.config.ts`).
 */

const given = new Map<string, Blob>();

/** Lets a file be read by a name. */
export function giveFile(name: string, file: Blob): void {
  given.set(name, file);
}

/** As in Node. */
export async function readStart(name: string, length: number): Promise<FileStart> {
  const file = fileOf(name);
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const gzip = first === 0x1f && second === 0x8b;
  const parts: Buffer[] = [];
  let read = 0;
  for await (const part of fileContent(name, { gzip })) {
    parts.push(part);
    read += part.length;
    if (read >= length) break;
  }
  return { size: file.size, gzip, bytes: Buffer.concat(parts).subarray(0, length) } as FileStart;
}

/** As in Node, of the whole file. @throws SymlossError for a damaged gzip file */
export async function* fileContent(
  name: string,
  { gzip, onRead }: Pick<ContentOptions, 'gzip' | 'onRead'>,
): AsyncGenerator<Buffer> {
  const file = fileOf(name);
  const content = file.stream();
  const stream = gzip ? content.pipeThrough(new DecompressionStream('gzip')) : content;
  const reader = stream.getReader();
  let read = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw damaged(name, gzip, cause);
      });
      if (done) return;
      read += value.length;
      onRead?.(Math.min(read, file.size));
      yield Buffer.from(value.buffer, value.byteOffset, value.length);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** As in Node; pieces lie in memory of their own. */
export function passingContent(
  name: string,
  { onRead }: Pick<ContentOptions, 'onRead'>,
): AsyncGenerator<Buffer> {
  return fileContent(name, { gzip: false, onRead });
}

function fileOf(name: string): Blob {
  const file = given.get(name);
  if (file === undefined) throw new Error(`internal: no file ${name} was given to the page`);
  return file;
}

function damaged(name: string, gzip: boolean, cause: unknown): SymlossError {
  return gzip
    ? new SymlossError(name, 'a valid gzip file', 'a corrupt one', {
        ...{ hint: 'download it again', cause },
      })
    : new SymlossError(name, 'a readable file', 'one that the browser cannot read any more', {
        ...{ hint: 'choose it again: it may have changed or moved', cause },
      });
}
