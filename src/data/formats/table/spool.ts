import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Breaks, field, SymlossError, show } from '../../../core/index.ts';
import type { RowFile } from '../../dataset.ts';
import type { StoreOptions } from '../shared/byte-store.ts';
import { memoryLimitOf, openFileStore } from '../shared/byte-store.ts';
import { noFolder } from '../shared/cache-folders.ts';
import type { TableChunk, TableFile } from '../shared/table-file.ts';
import { temporaryFolder } from '../shared/temporary-folder.ts';
import { isPattern } from '../sources/glob.ts';
import { MemoryBudget } from './budget.ts';
import { CellWriter, withOdd } from './cell-writer.ts';
import { Column } from './column.ts';
import type { ReadColumn } from './read-features.ts';

/** Bytes of a cell in memory, which is held a second time when rows are put together, and of what else is known of a row. */
const held = { cell: 8, row: 32 };
/** Rows that say what the columns of a table too large for memory are, at most. */
const mostSampled = 200_000;
/** Bytes that these may take, however small the limit is: those of a piece of a file are read together. */
const leastForFirst = 2 ** 24;
/** Rows from which on their share of a file says how many there are, about; and how much of the limit such a number must exceed. */
const estimate = { rows: 1000, margin: 1.5 };

/**
 * Whether a table exceeds the memory limit, by its number of rows, or, where this is not known before they are read, by what
 * share of the file the first ones take. A smaller table may exceed it, too, by its texts.
 * @param d numbers of a row, as far as known
 */
export async function exceedsMemory(
  file: TableFile,
  d: number,
  options: StoreOptions,
): Promise<boolean> {
  const rows = file.rowCount ?? (await estimatedRows(file)) / estimate.margin;
  return rows * (held.cell * d + held.row) > memoryLimitOf(options);
}

/** How many rows a table has, about; 0 where nothing says so. */
async function estimatedRows(file: TableFile): Promise<number> {
  let rows = 0;
  for await (const chunk of file.chunks()) {
    rows += chunk.rows;
    const { shareRead } = file;
    if (shareRead === undefined) return 0;
    if (rows >= estimate.rows) return rows / shareRead;
  }
  return rows;
}

/** The first rows of a table, as many as say what its columns are. */
export class FirstRows implements TableFile {
  readonly path: string;
  readonly columns: readonly string[];
  /** Whether these are all rows, once they were read. */
  areAll = false;
  readonly #file: TableFile;
  readonly #most: number;

  /** @param d numbers of a row, as far as known */
  constructor(file: TableFile, d: number, options: StoreOptions) {
    const fitting = Math.floor(memoryLimitOf(options) / (4 * (held.cell * d + held.row)));
    this.path = file.path;
    this.columns = file.columns;
    this.#file = file;
    this.#most = Math.max(1, Math.min(mostSampled, fitting));
  }

  async *chunks(): AsyncGenerator<TableChunk> {
    let rows = 0;
    for await (const chunk of this.#file.chunks()) {
      if (rows >= this.#most) return;
      yield chunk;
      rows += chunk.rows;
    }
    this.areAll = true;
  }

  place(row: number): string {
    return this.#file.place(row);
  }
}

/** What the first rows may take. */
export function budgetOfFirst(options: StoreOptions): MemoryBudget {
  return new MemoryBudget({ memoryLimit: Math.max(leastForFirst, memoryLimitOf(options)) });
}

/** What was found while rows were written. */
export interface Spooled {
  /** `[rows, d]` float32 */
  readonly features: RowFile;
  readonly rows: number;
  /** `[d]`: how many cells of each are missing. */
  readonly missing: Float64Array;
  /** `[d]`: of columns of texts the distinct ones. */
  readonly texts: readonly (readonly string[] | undefined)[];
  /** The columns with what was read as missing, though it is filled, in all rows. */
  readonly columns: readonly ReadColumn[];
  /** The other columns that were asked for. */
  readonly others: readonly Column[];
}

/**
 * Writes the features of a table to a file, row by row, in one pass. The file lies in the cache folder, else beside the data,
 * and is removed when the process ends.
 * @param columns what the columns are, as the first rows say
 * @param others columns that are kept in memory, with all their texts
 * @throws SymlossError naming a cell that is not what the first rows of its column are, and if texts and labels exceed the
 * memory limit
 */
export async function spoolFeatures(
  file: TableFile,
  columns: readonly ReadColumn[],
  others: readonly number[],
  options: StoreOptions,
): Promise<Spooled> {
  const used = columns.flatMap((column) => (column.feature === undefined ? [] : [column]));
  const d = used.reduce((sum, { feature }) => sum + (feature?.width ?? 0), 0);
  for (const column of used) checkNoTexts(file, column);
  const writers = used.map((column) => new CellWriter(file, column));
  const kept = others.map(
    (column) => new Column(file.columns[column] as string, { keepTexts: true }),
  );
  const store = await openFileStore(await spoolPath(file.path, options), 4 * d, options);
  const budget = new MemoryBudget(options);
  const breaks = new Breaks(options.signal);
  let held = 0;
  let rows = 0;
  try {
    for await (const chunk of file.chunks()) {
      const block = new Float32Array(chunk.rows * d);
      for (const writer of writers) {
        writer.write(chunk, rows, block, d);
        if (breaks.isDue) await breaks.take();
      }
      for (const [i, column] of others.entries()) kept[i]?.add(chunk.cells(column));
      await store.append(new Uint8Array(block.buffer));
      rows += chunk.rows;
      const bytes = [...writers, ...kept].reduce((sum, { bytes }) => sum + bytes, 0);
      const [read, more] = [rows, bytes - held];
      budget.hold(more, () => file.place(read));
      held = bytes;
    }
    for (const writer of writers) writer.finish();
    const features: RowFile = { ...(await store.finish()), dtype: 'float32' };
    const each = <T>(of: (writer: CellWriter, place: number) => T): T[] =>
      writers.flatMap((writer) => Array.from({ length: writer.width }, (_, i) => of(writer, i)));
    return {
      features,
      rows,
      missing: Float64Array.from(each((writer, i) => writer.missing[i] as number)),
      texts: each((writer) => writer.texts),
      columns: withOdd(columns, writers),
      others: kept,
    };
  } catch (error) {
    await store.discard();
    throw error;
  }
}

/** @throws SymlossError for a column of texts: they are mostly different, and have to be in memory */
function checkNoTexts(file: TableFile, { wanted, reading }: ReadColumn): void {
  if (reading.kind !== 'text') return;
  const where = `${file.path}, column ${show(file.columns[wanted.column])}`;
  const expected = 'numbers, dates or categories in a table too large for memory';
  throw new SymlossError(where, expected, 'texts', {
    hint:
      `leave the column out (${field('ignore')}), say that it holds categories ` +
      `(${field('categorical')}), or raise the memory limit (${field('memoryLimit')})`,
  });
}

async function spoolPath(source: string, { cache }: StoreOptions): Promise<string> {
  const places =
    cache === undefined ? [join(folderOf(source), '.symloss-cache'), tmpdir()] : [cache];
  let fault: unknown;
  for (const place of places) {
    try {
      await mkdir(place, { recursive: true, mode: 0o700 });
      return join(await temporaryFolder(place, 'table'), 'rows.bytes');
    } catch (cause) {
      fault = cause;
    }
  }
  throw noFolder(places, fault);
}

/** The folder of a table, which may be a pattern of several in many folders. */
function folderOf(source: string): string {
  let folder = dirname(source);
  while (isPattern(folder) && !existsSync(folder)) folder = dirname(folder);
  return folder;
}
