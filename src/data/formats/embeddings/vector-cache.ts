import { createHash } from 'node:crypto';
import { readdir, rm, rmdir, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FolderLock } from '../../../io/index.ts';
import { exists, lockFile, lockFolder, readIfThere, writeWhole } from '../../../io/index.ts';
import type { StoreOptions } from '../shared/byte-store.ts';
import { cacheFolders, isOwn, usableFolder } from '../shared/cache-folders.ts';
import { removeLeftovers } from '../shared/leftovers.ts';
import type { Vectors } from './model.ts';

export interface VectorPlace {
  /** The folder of the data, where there is one. */
  readonly beside: string | undefined;
  readonly options: Pick<StoreOptions, 'cache' | 'signal'>;
}

/** Of all vectors in a folder, in bytes: beyond it those go that were not used for the longest time. */
const mostBytes = 4 * 2 ** 30;
/** SHA-256 of the vectors, behind them. */
const hashBytes = 32;
const fileName = /^embeddings-[0-9a-f]{20}\.bytes$/;

/** Vectors, and the file that they were read from. */
export interface KeptVectors extends Vectors {
  readonly from?: string;
}

/**
 * Vectors from the cache where they are, else as `make` makes them, which are then kept, whole or not at all. Where there
 * is no place for them, they are not.
 * @param key SHA-256 of all that decides about them, in hexadecimal digits
 * @param rows n, at least one
 */
export async function cachedVectors(
  key: string,
  rows: number,
  { beside, options }: VectorPlace,
  make: () => Promise<Vectors>,
): Promise<KeptVectors> {
  const folders = cacheFolders(beside, options);
  const name = `embeddings-${key.slice(0, 20)}.bytes`;
  for (const folder of folders) {
    if (!(await isOwn(folder))) continue;
    await removeLeftovers(folder);
    const known = await readVectors(join(folder, name), rows);
    if (known !== undefined) return known;
  }
  const folder = await usableFolder(folders).catch(() => undefined);
  if (folder === undefined) return make();
  const turn = await takeTurn(join(folder, name), rows, options.signal);
  if (turn !== undefined && 'data' in turn) return turn;
  try {
    const made = await make();
    await keepVectors(folder, name, made).catch(() => {}); // the next run makes them again, that is all
    return made;
  } finally {
    await endTurn(turn, join(folder, name));
  }
}

/** The folder that is locked by the process that makes a file. */
const turnOf = (file: string): string => file.replace(/bytes$/, 'making');

const pause = 500; // milliseconds

/**
 * The right to make vectors, or those that another process made meanwhile: the runs of a grid start at the same time.
 * @returns `undefined` where there can be no lock
 * @throws the signal's reason
 */
async function takeTurn(
  file: string,
  rows: number,
  signal: AbortSignal | undefined,
): Promise<FolderLock | KeptVectors | undefined> {
  const turn = turnOf(file);
  for (;;) {
    const lock = await lockFolder(turn).catch(() => undefined);
    const known = await readVectors(file, rows);
    if (known !== undefined) {
      await endTurn(lock, file);
      return known;
    }
    if (lock !== undefined || !(await exists(join(turn, lockFile)))) return lock;
    await delay(pause, undefined, signal && { signal }).catch(() => signal?.throwIfAborted());
  }
}

async function endTurn(lock: FolderLock | undefined, file: string): Promise<void> {
  lock?.release();
  await rmdir(turnOf(file)).catch(() => {}); // the next one has it
}

async function keepVectors(folder: string, name: string, { data }: Vectors): Promise<void> {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  await writeWhole(join(folder, name), [bytes, hashOf(bytes)]);
  await removeOldest(folder, name);
}

function hashOf(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}

/** `undefined` where there are none, or damaged ones. */
async function readVectors(path: string, rows: number): Promise<KeptVectors | undefined> {
  const content = await readIfThere(path).catch(() => undefined);
  const length = (content?.length ?? 0) - hashBytes;
  if (content === undefined || length <= 0 || length % (4 * rows) !== 0) return undefined;
  const bytes = content.subarray(0, length);
  if (!content.subarray(length).equals(hashOf(bytes))) return undefined;
  const now = new Date();
  await utimes(path, now, now).catch(() => {}); // then it counts as older than it is
  const data = new Float32Array(length / 4);
  new Uint8Array(data.buffer).set(bytes); // where numbers begin at a multiple of 4
  return { data, width: length / 4 / rows, from: path };
}

/**
 * Removes vectors that were not used for the longest time.
 * @param kept the name of a file that stays
 * @param most bytes of all of them
 */
export async function removeOldest(folder: string, kept: string, most = mostBytes): Promise<void> {
  const names = (await readdir(folder)).filter((name) => fileName.test(name));
  const files = await Promise.all(
    names.map(async (name) => {
      const { size, mtimeMs } = await stat(join(folder, name));
      return { name, size, time: name === kept ? Number.POSITIVE_INFINITY : mtimeMs };
    }),
  );
  let total = 0;
  for (const { name, size } of files.sort((a, b) => b.time - a.time)) {
    total += size;
    if (total > most && name !== kept) await rm(join(folder, name), { force: true });
  }
}
