import { constants } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import { open, rename, rm } from 'node:fs/promises';
import { field, invariant, SymlossError } from '../../../core/index.ts';
import { reasonOf } from '../../../io/index.ts';
import type { RowFile } from '../../dataset.ts';
import { defaultMemoryLimit } from '../../memory.ts';
import { closePart, partOf } from './leftovers.ts';

/** Where read rows go. */
export interface StoreOptions {
  /**
   * In bytes: images of more in all stay in a file, images that take more while they are decoded are decoded one after
   * the other, and tables of more are refused. Default: 4 GiB.
   */
  readonly memoryLimit?: number;
  /** Folder of such files; default: `.symloss-cache` beside the data, or one for temporary files. */
  readonly cache?: string;
  /** Ends the reading, which then fails with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told often how far the reading of a table is, the decoding of images, and the embedding of either. */
  readonly onProgress?: (progress: ReadProgress) => void;
}

/** How far data are read. */
export interface ReadProgress {
  /** `scanning`: what columns there are is looked up in all rows, before they are read. Default: `reading`. */
  readonly work?: 'scanning' | 'reading' | 'decoding' | 'embedding';
  /** What is read, or the column that is embedded. */
  readonly source: string;
  readonly rows: number;
  /** From 0 to 1, where it is known how much there is. */
  readonly share?: number;
}

/** Small rows are collected up to this size before they are written. */
const blockSize = 4 * 2 ** 20;

/** Whether so many bytes are to be held in memory; an array of Node's has a largest size, too. */
export function fitsMemory(bytes: number, options: StoreOptions): boolean {
  return bytes <= Math.min(memoryLimitOf(options), constants.MAX_LENGTH);
}

/** In bytes. */
export function memoryLimitOf({ memoryLimit = defaultMemoryLimit }: StoreOptions): number {
  return memoryLimit;
}

/** Rows of bytes on their way to memory that threads share, or to a file. */
export interface ByteStore {
  /** Adds bytes behind the earlier ones; the store keeps no reference to them. @throws the signal's reason */
  append(bytes: Uint8Array): Promise<void>;
  /** What was added, which must be whole rows. */
  finish(): Promise<Uint8Array | RowFile>;
  /** Leaves nothing behind; does no harm after `finish`. */
  discard(): Promise<void>;
}

/**
 * A store for at most `rows` rows.
 * @param file says where to put them if they exceed the memory limit
 * @throws SymlossError if there is too little memory, or no place for the file
 */
export async function openStore(
  where: string,
  rows: number,
  rowSize: number,
  options: StoreOptions,
  file: () => Promise<string>,
): Promise<ByteStore> {
  if (!fitsMemory(rows * rowSize, options)) return FileStore.open(await file(), rowSize, options);
  try {
    return new MemoryStore(rows * rowSize, options);
  } catch (cause) {
    throw new SymlossError(where, `${rows * rowSize} bytes of free memory`, 'less', {
      kind: 'failure',
      hint: `set a lower memory limit (${field('memoryLimit')}), so that the rows stay in a file`,
      cause,
    });
  }
}

/** A store in a file. */
export interface FileByteStore extends ByteStore {
  finish(): Promise<RowFile>;
}

/** A store in a file, whatever the memory limit is. */
export function openFileStore(
  path: string,
  rowSize: number,
  options: StoreOptions,
): Promise<FileByteStore> {
  return FileStore.open(path, rowSize, options);
}

class MemoryStore implements ByteStore {
  readonly #bytes: Uint8Array;
  readonly #signal: AbortSignal | undefined;
  #length = 0;

  constructor(size: number, { signal }: StoreOptions) {
    this.#bytes = new Uint8Array(new SharedArrayBuffer(size));
    this.#signal = signal;
  }

  async append(bytes: Uint8Array): Promise<void> {
    this.#signal?.throwIfAborted();
    invariant(this.#length + bytes.length <= this.#bytes.length, 'more rows than announced');
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  async finish(): Promise<Uint8Array> {
    return this.#bytes.subarray(0, this.#length);
  }

  async discard(): Promise<void> {}
}

/** Writes beside the file's place, and renames in the end. */
class FileStore implements ByteStore {
  readonly #path: string;
  readonly #beside: string;
  readonly #rowSize: number;
  readonly #file: FileHandle;
  readonly #signal: AbortSignal | undefined;
  readonly #block = new Uint8Array(blockSize);
  #waiting = 0;
  #written = 0;
  #isOpen = true;

  private constructor(
    path: string,
    beside: string,
    rowSize: number,
    file: FileHandle,
    signal: AbortSignal | undefined,
  ) {
    this.#signal = signal;
    this.#path = path;
    this.#beside = beside;
    this.#rowSize = rowSize;
    this.#file = file;
  }

  static async open(path: string, rowSize: number, { signal }: StoreOptions): Promise<FileStore> {
    const beside = partOf(path);
    try {
      return new FileStore(path, beside, rowSize, await open(beside, 'wx'), signal);
    } catch (cause) {
      closePart(beside);
      throw notWritable(path, cause);
    }
  }

  async append(bytes: Uint8Array): Promise<void> {
    this.#signal?.throwIfAborted();
    if (this.#waiting + bytes.length > blockSize) await this.#flush();
    if (bytes.length > blockSize) return this.#write(bytes);
    this.#block.set(bytes, this.#waiting);
    this.#waiting += bytes.length;
  }

  async finish(): Promise<RowFile> {
    await this.#flush();
    await this.#close();
    invariant(this.#written % this.#rowSize === 0, 'a part of a row in a store');
    try {
      await rename(this.#beside, this.#path);
    } catch (cause) {
      throw notWritable(this.#path, cause);
    }
    closePart(this.#beside);
    const rows = this.#written / this.#rowSize;
    return { file: this.#path, offset: 0, stride: this.#rowSize, rows, rowSize: this.#rowSize };
  }

  async discard(): Promise<void> {
    await this.#close();
    await rm(this.#beside, { force: true });
    closePart(this.#beside);
  }

  async #flush(): Promise<void> {
    const bytes = this.#block.subarray(0, this.#waiting);
    this.#waiting = 0;
    await this.#write(bytes);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    try {
      for (let done = 0; done < bytes.length; ) {
        done += (await this.#file.write(bytes, done)).bytesWritten;
      }
    } catch (cause) {
      throw notWritable(this.#path, cause);
    }
    this.#written += bytes.length;
  }

  async #close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.#file.close();
  }
}

function notWritable(path: string, cause: unknown): SymlossError {
  return new SymlossError(path, 'a place for data too large for memory', reasonOf(cause), {
    kind: 'failure',
    hint:
      `name a folder with more room (${field('cache')}), ` +
      `or raise the memory limit (${field('memoryLimit')})`,
    cause,
  });
}
