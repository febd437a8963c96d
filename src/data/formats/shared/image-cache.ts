import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { sizeOf } from '../../../core/index.ts';
import { readJson, writeJson } from '../../../io/index.ts';
import type { RowFile } from '../../dataset.ts';
import type { ByteStore, StoreOptions } from './byte-store.ts';
import { fitsMemory, openStore } from './byte-store.ts';
import { cacheFolders, isOwn, usableFolder } from './cache-folders.ts';
import { removeLeftovers } from './leftovers.ts';
import { readFileRows } from './row-file.ts';
import type { ImageRows } from './rows.ts';

export interface CachePlan {
  /** The files that the rows are read from. */
  readonly sources: readonly string[];
  /** The folder to put the cache folder in. */
  readonly beside: string;
  /** Everything else that decides about the rows. */
  readonly key: unknown;
}

/** Changes with the form of the cached files. */
const version = 1;

/**
 * Rows from the cache where they are, else as `build` makes them; what it puts into the file that it
 * is offered is kept for the next time, under a key of the sources' paths, sizes and times.
 */
export async function cachedRows(
  plan: CachePlan,
  options: StoreOptions,
  build: (file: () => Promise<string>) => Promise<ImageRows>,
): Promise<ImageRows> {
  const folders = cacheFolders(plan.beside, options);
  const name = await fileName(plan, folders);
  for (const folder of name === undefined ? [] : folders) {
    if (await isOwn(folder)) await removeLeftovers(folder);
    const known = await readKnown(join(folder, `${name}.json`), join(folder, `${name}.bytes`));
    if (known !== undefined) return inMemory(known, options);
  }
  let file: string | undefined;
  const built = await build(async () => {
    const folder = await usableFolder(folders);
    file = join(folder, `${name ?? (await keyOf(plan))}.bytes`);
    return file;
  });
  if (file === undefined) return built;
  const { shape, skipped, notices, features } = built;
  const rows = (features as RowFile).rows;
  const description = { version, shape, rows, skipped, notices };
  // without it the next run decodes again, that is all
  await writeJson(file.replace(/bytes$/, 'json'), description).catch(() => {});
  return { ...built, notices: [...notices, `too large for memory: kept in ${file}`] };
}

/**
 * Rows that `fill` appends to a store, in memory or in the cache; those of an earlier run where they
 * are there.
 * @param where what messages about memory start with
 * @param n how many rows there are
 */
export function storedRows(
  where: string,
  n: number,
  shape: ImageRows['shape'],
  plan: CachePlan,
  options: StoreOptions,
  fill: (store: ByteStore) => Promise<void>,
): Promise<ImageRows> {
  return cachedRows(plan, options, async (file) => {
    const store = await openStore(where, n, sizeOf(shape), options, file);
    const onRows = (rows: number) => options.onProgress?.({ source: where, rows, share: rows / n });
    try {
      await fill(counted(store, sizeOf(shape), onRows));
      return { features: await store.finish(), shape, skipped: [], notices: [] };
    } catch (error) {
      await store.discard();
      throw error;
    }
  });
}

/** A store that tells how many whole rows it has. */
function counted(store: ByteStore, rowSize: number, onRows: (rows: number) => void): ByteStore {
  let bytes = 0;
  return {
    async append(some) {
      await store.append(some);
      bytes += some.length;
      onRows(Math.floor(bytes / rowSize));
    },
    finish: () => store.finish(),
    discard: () => store.discard(),
  };
}

/** `undefined` where there is no cache folder yet: then no time is spent on the sources' key. */
async function fileName(plan: CachePlan, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) if (await isOwn(folder)) return keyOf(plan);
  return undefined;
}

async function keyOf({ sources, key, beside }: CachePlan): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([version, key]));
  for (const source of sources) {
    // one that is not there is left out, or said to be missing, when it is read
    const { size, mtimeMs } = await stat(source).catch(() => ({ size: -1, mtimeMs: 0 }));
    hash.update(JSON.stringify([resolve(source), size, mtimeMs]));
  }
  const name = basename(resolve(sources.length === 1 ? (sources[0] as string) : beside));
  return `${name}-${hash.digest('hex').slice(0, 20)}`;
}

async function readKnown(description: string, file: string): Promise<ImageRows | undefined> {
  try {
    const known = (await readJson(description)) as {
      version: number;
      shape: [number, number, number];
      rows: number;
      skipped: number[];
      notices: string[];
    };
    const rowSize = known.shape.reduce((a, b) => a * b, 1);
    const { size } = await stat(file);
    if (known.version !== version || size !== known.rows * rowSize) return undefined;
    const features: RowFile = { file, offset: 0, stride: rowSize, rows: known.rows, rowSize };
    const notices = [...known.notices, `read from ${file}, made by an earlier run`];
    return { features, shape: known.shape, skipped: known.skipped, notices };
  } catch {
    return undefined; // none, or one that an interrupted run left
  }
}

/** The memory limit may have been raised since the file was made. */
async function inMemory(rows: ImageRows, options: StoreOptions): Promise<ImageRows> {
  const file = rows.features as RowFile;
  if (!fitsMemory(file.rows * file.rowSize, options)) return rows;
  const bytes = new Uint8Array(new SharedArrayBuffer(file.rows * file.rowSize));
  const step = Math.max(1, Math.floor(2 ** 26 / file.rowSize));
  for (let start = 0; start < file.rows; start += step) {
    const end = Math.min(file.rows, start + step);
    bytes.set(readFileRows(file, start, end), start * file.rowSize);
  }
  return { ...rows, features: bytes };
}
