import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { field, SymlossError } from '../../../core/index.ts';
import { reasonOf } from '../../../io/index.ts';
import type { StoreOptions } from '../shared/byte-store.ts';
import { fitsMemory } from '../shared/byte-store.ts';
import { openRegular } from '../shared/file-bytes.ts';

const unpackHint = `unpack it, and give its .npy files (${field('labelsFile')} for the labels)`;

/** The record at the end of an archive, without its comment. */
const endLength = 22;

/** An archive whose arrays can be read while `use` is at work. @throws SymlossError if it is damaged */
export async function withArchive<T>(
  path: string,
  use: (archive: Archive) => Promise<T>,
): Promise<T> {
  const file = await openRegular(path);
  try {
    return await use(await Archive.open(path, file));
  } finally {
    await file.close();
  }
}

/** The arrays of a .npz file: a ZIP archive with a .npy file for each. */
export class Archive {
  readonly path: string;
  readonly #zip: ZipFile;
  readonly #entries: ReadonlyMap<string, Entry>;

  private constructor(path: string, zip: ZipFile, entries: ReadonlyMap<string, Entry>) {
    this.path = path;
    this.#zip = zip;
    this.#entries = entries;
  }

  static async open(path: string, file: FileHandle): Promise<Archive> {
    const { fromFdPromise } = await import('yauzl');
    try {
      const zip = await fromFdPromise(file.fd, { autoClose: false });
      return new Archive(path, zip, await entriesOf(zip, file));
    } catch (cause) {
      throw damaged(path, cause);
    }
  }

  /** Names of the arrays. */
  get names(): string[] {
    return [...this.#entries.keys()];
  }

  /**
   * Unpacks arrays, and checks that they are as they were packed.
   * @returns the .npy file of each by its name
   * @throws SymlossError if they exceed the memory limit, or are damaged
   */
  async read(
    names: readonly string[],
    options: StoreOptions,
  ): Promise<ReadonlyMap<string, Uint8Array>> {
    const entries = [...new Set(names)].map(
      (name) => [name, this.#entries.get(name) as Entry] as const,
    );
    const size = entries.reduce((sum, [, { uncompressedSize }]) => sum + uncompressedSize, 0);
    if (!fitsMemory(size, options)) {
      throw new SymlossError(this.path, 'arrays within the memory limit', `${size} bytes`, {
        hint: unpackHint,
      });
    }
    const files = new Map<string, Uint8Array>();
    for (const [name, entry] of entries) {
      files.set(name, await this.#unpack(name, entry, options.signal));
    }
    return files;
  }

  async #unpack(name: string, entry: Entry, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const where = `${this.path}, ${name}`;
    try {
      const bytes = Buffer.allocUnsafeSlow(entry.uncompressedSize);
      let filled = 0;
      let checksum = 0;
      for await (const piece of await this.#zip.openReadStreamPromise(entry)) {
        signal?.throwIfAborted();
        checksum = crc32(piece as Buffer, checksum);
        filled += (piece as Buffer).copy(bytes, filled);
      }
      if (checksum !== entry.crc32) throw new Error('other bytes than its CRC-32 says');
      return bytes;
    } catch (cause) {
      if (signal?.aborted) throw cause;
      throw damaged(where, cause);
    }
  }
}

/** @throws Error if the list of files is damaged: without one of them an archive has no test part */
async function entriesOf(zip: ZipFile, file: FileHandle): Promise<ReadonlyMap<string, Entry>> {
  const entries = new Map<string, Entry>();
  let length = 0;
  for await (const entry of zip.eachEntry()) {
    const { fileNameLength, extraFieldLength, fileCommentLength } = entry;
    length += 46 + fileNameLength + extraFieldLength + fileCommentLength;
    const local = await zip.readLocalFileHeaderPromise(entry);
    const isSame =
      local.fileName.equals(entry.fileNameRaw) &&
      local.compressionMethod === entry.compressionMethod;
    if (!isSame) throw new Error(`two descriptions of ${entry.fileName} that differ`);
    const [, name] = /^(.*)\.npy$/.exec(entry.fileName) ?? [];
    if (name === undefined) continue;
    if (entries.has(name)) throw new Error(`two arrays called ${name}`);
    entries.set(name, entry);
  }
  const end = Buffer.alloc(4);
  await file.read(end, 0, 4, zip.fileSize - endLength - zip.comment.length + 12);
  const announced = end.readUInt32LE();
  if (announced !== length && announced !== 0xffffffff) throw new Error('a torn list of its files');
  return entries;
}

function damaged(where: string, cause: unknown): SymlossError {
  const isPacked = (cause as NodeJS.ErrnoException).code?.startsWith('Z_') === true;
  const received = isPacked ? 'one with corrupt data' : reasonOf(cause);
  return new SymlossError(where, 'a valid archive of arrays (.npz)', received, {
    hint: 'save it again',
    cause,
  });
}
