import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Breaks, SymlossError, show } from '../../../core/index.ts';
import type { RowFile } from '../../dataset.ts';
import type { StoreOptions } from '../shared/byte-store.ts';
import { memoryLimitOf, openFileStore } from '../shared/byte-store.ts';
import { noFolder } from '../shared/cache-folders.ts';
import type { ColumnCells, Lists, TableChunk, TableFile } from '../shared/table-file.ts';
import { temporaryFolder } from '../shared/temporary-folder.ts';
import { isPattern } from '../sources/glob.ts';
import { MemoryBudget } from './budget.ts';
import { Column } from './column.ts';
import { filledText, isMarker } from './missing.ts';
import { cellPlace } from './names.ts';
import { float32Overflow, numberOf } from './numbers.ts';
import type { ReadColumn } from './read-features.ts';

/**
 * Bytes of a cell in memory, which is held a second time when rows are put together, of what else is known of a row, and of
 * a text that is new.
 */
const held = { cell: 8, row: 32, text: 128 };
/** Rows that say what the columns of a table too large for memory are, at most. */
const mostSampled = 200_000;

/** Whether a table, whose rows are counted beforehand, exceeds the memory limit. @param d numbers of a row, as far as known */
export function exceedsMemory({ rowCount }: TableFile, d: number, options: StoreOptions): boolean {
  if (rowCount === undefined) return false;
  return rowCount * (held.cell * d + held.row) > memoryLimitOf(options);
}

/** The first rows of a table, as many as say what its columns are. */
export function firstRows(file: TableFile, d: number, options: StoreOptions): TableFile {
  const fitting = Math.floor(memoryLimitOf(options) / (4 * (held.cell * d + held.row)));
  const most = Math.max(1, Math.min(mostSampled, fitting));
  return {
    ...{ path: file.path, columns: file.columns },
    async *chunks() {
      let rows = 0;
      for await (const chunk of file.chunks()) {
        yield chunk;
        rows += chunk.rows;
        if (rows >= most) return;
      }
    },
    place: (row) => file.place(row),
  };
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
  /** The other columns that were asked for. */
  readonly others: readonly Column[];
}

/**
 * Writes the features of a table to a file, row by row, in one pass. The file lies in the cache folder, else beside the data,
 * and is removed when the process ends.
 * @param columns what the columns are, as the first rows say
 * @param others columns that are kept in memory, with all their texts
 * @throws SymlossError naming a cell that is not what the first rows of its column are, and where distinct texts alone exceed
 * the memory limit
 */
export async function spoolFeatures(
  file: TableFile,
  columns: readonly ReadColumn[],
  others: readonly number[],
  options: StoreOptions,
): Promise<Spooled> {
  const used = columns.flatMap((column) => (column.feature === undefined ? [] : [column]));
  const d = used.reduce((sum, { feature }) => sum + (feature?.width ?? 0), 0);
  const writers = used.map((column) => new CellWriter(file, column));
  const kept = others.map(
    (column) => new Column(file.columns[column] as string, { keepTexts: true }),
  );
  const store = await openFileStore(await spoolPath(file.path, options), 4 * d, options);
  const budget = new MemoryBudget(options);
  const breaks = new Breaks(options.signal);
  let [rows, textBytes] = [0, 0];
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
      const [before, last] = [textBytes, rows];
      textBytes = textBytesOf(kept, writers);
      budget.hold(textBytes - before, () => file.place(last));
    }
    const features: RowFile = { ...(await store.finish()), dtype: 'float32' };
    const each = <T>(of: (writer: CellWriter, place: number) => T): T[] =>
      writers.flatMap((writer) => Array.from({ length: writer.width }, (_, i) => of(writer, i)));
    return {
      features,
      rows,
      missing: Float64Array.from(each((writer, i) => writer.missing[i] as number)),
      texts: each((writer) => writer.texts),
      others: kept,
    };
  } catch (error) {
    await store.discard();
    throw error;
  }
}

/** What distinct texts take in memory, about. */
function textBytesOf(kept: readonly Column[], writers: readonly CellWriter[]): number {
  let sum = 0;
  for (const { bytes, rows } of kept) sum += bytes - held.cell * rows;
  for (const { textBytes } of writers) sum += textBytes;
  return sum;
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

/** Writes the cells of one column as numbers. */
class CellWriter {
  readonly width: number;
  /** Of each of its numbers. */
  readonly missing: Float64Array;
  /** The distinct texts, where the numbers stand for such. */
  readonly texts: string[] | undefined;
  /** About what these take. */
  textBytes = 0;
  readonly #file: TableFile;
  readonly #column: number;
  readonly #at: number;
  readonly #places = new Map<string, number>();

  constructor(file: TableFile, { wanted, reading, feature }: ReadColumn) {
    const { kind } = reading;
    this.#file = file;
    this.#column = wanted.column;
    this.width = feature?.width ?? 0;
    this.#at = feature?.at ?? 0;
    this.missing = new Float64Array(this.width);
    this.texts = kind === 'categorical' && feature?.texts !== undefined ? [] : undefined;
    if (kind === 'numeric' || kind === 'categorical' || kind === 'embedding') return;
    const where = `${file.path}, column ${show(file.columns[wanted.column])}`;
    throw new SymlossError(where, 'numbers or categories in a table too large for memory', kind, {
      hint: 'leave the column out, say that it is categorical, or raise the memory limit',
    });
  }

  /** @param before rows before the chunk */
  write(chunk: TableChunk, before: number, out: Float32Array, d: number): void {
    const numbers = this.texts === undefined ? chunk.numbers?.(this.#column) : undefined;
    const cells: ColumnCells =
      numbers === undefined ? chunk.cells(this.#column) : { kind: 'numbers', values: numbers };
    if (cells.kind === 'lists') {
      this.#writeLists(cells.values, before, out, d);
      return;
    }
    for (let i = 0, to = this.#at; i < chunk.rows; i++, to += d) {
      const cell = cells.values[i] as string | number;
      const value = typeof cell === 'number' ? this.#number(cell) : this.#value(cell);
      if (Number.isNaN(value)) this.missing[0] = (this.missing[0] as number) + 1;
      else if (!(Math.abs(value) < float32Overflow)) this.#refuse(before + i, cell);
      out[to] = value;
    }
  }

  #number(value: number): number {
    return this.texts === undefined || Number.isNaN(value) ? value : this.#value(String(value));
  }

  /** What a text stands for; infinity where it stands for nothing. */
  #value(cell: string): number {
    const text = filledText(cell);
    if (text === undefined) return Number.NaN;
    if (this.texts === undefined) {
      const value = numberOf(text, { comma: 'none' });
      return value ?? (isMarker(text) ? Number.NaN : Number.POSITIVE_INFINITY);
    }
    let place = this.#places.get(text);
    if (place === undefined) {
      place = this.texts.push(text) - 1;
      this.#places.set(text, place);
      this.textBytes += held.text + 4 * text.length;
    }
    return place;
  }

  #writeLists(lists: Lists, before: number, out: Float32Array, d: number): void {
    let i = 0;
    for (const list of lists) {
      if (list !== undefined && list.length !== this.width) {
        this.#refuse(before + i, `a list of ${list.length}`);
      }
      for (let j = 0; j < this.width; j++) {
        const value = list?.[j] ?? Number.NaN;
        if (Number.isNaN(value)) this.missing[j] = (this.missing[j] as number) + 1;
        else if (!(Math.abs(value) < float32Overflow)) this.#refuse(before + i, value);
        out[i * d + this.#at + j] = value;
      }
      i++;
    }
  }

  /** @param row from 0 */
  #refuse(row: number, cell: string | number): never {
    const expected =
      this.width > 1 ? `a list of ${this.width} finite numbers` : 'a finite number (below 3.4e38)';
    const where = cellPlace(this.#file, row, this.#column);
    throw new SymlossError(where, `${expected}, as the first rows have`, show(cell));
  }
}
