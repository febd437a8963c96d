import { SymlossError } from '../../../core/index.ts';
import type { StoreOptions } from './byte-store.ts';
import type { ByteTexts } from './byte-texts.ts';

/** A table that is read from its start to its end: CSV, JSON lines, Parquet, or several files of them. */
export interface TableFile {
  /** What messages call it: the path as it was given. */
  readonly path: string;
  /** Column names without the blanks around them; '' where there is none. */
  readonly columns: readonly string[];
  /** Columns that hold no cells of a table, such as structs; a notice names them. */
  readonly otherColumns?: readonly OtherColumn[];
  /** What a comma in a number is, where the cells leave it open. Default: between thousands. */
  readonly comma?: 'thousands' | 'decimal';
  /** The number of rows, where it is known before they are read. */
  readonly rowCount?: number;
  /** `[columns]`: how many numbers the lists of a column have, where that is known before they are read. */
  readonly widths?: readonly (number | undefined)[];
  /** How much of the file its chunks so far took, from 0 to 1, where that is known. */
  readonly shareRead?: number | undefined;
  /** Of a file with `shareRead`: its size, in bytes. */
  readonly size?: number | undefined;
  /**
   * The rows, some at a time. Each call reads from the start.
   * @throws SymlossError naming the row that cannot be read, and where there are no rows
   */
  chunks(): AsyncIterable<TableChunk>;
  /** What messages call a row. @param row from 1, in the order of the chunks */
  place(row: number): string;
}

/** A column that is left out, and what it holds, in words. */
export interface OtherColumn {
  readonly name: string;
  readonly holds: string;
}

/** @throws SymlossError for a table without rows, or without columns of cells */
export function checkSomeCells(file: TableFile): void {
  const { path, rowCount, columns, otherColumns = [] } = file;
  if (rowCount === 0) throw new SymlossError(path, 'rows', 'none');
  if (columns.length > 0) return;
  const held = otherColumns.map(({ name, holds }) => `${name} (${holds})`).join(', ');
  throw new SymlossError(path, 'a column of numbers, texts or dates', held || 'none');
}

/** Some rows of a table, in their order. They hold until the next chunk is asked for. */
export interface TableChunk {
  readonly rows: number;
  /** The cells of a column. It may be asked for once. */
  cells(column: number): ColumnCells;
  /**
   * The cells of a column of texts as numbers, NaN where they are empty, if all are plain decimals such as `-12.5`;
   * otherwise `undefined`. For columns whose texts are not needed: texts take several times as long. The
   * numbers hold until those of another column are asked for.
   */
  numbers?(column: number): Float64Array | undefined;
  /**
   * The cells of a column of texts as the numbers that `texts` has for them, which takes less time than making texts. They
   * hold until those of another column are asked for.
   */
  codes?(column: number, texts: ByteTexts): Int32Array;
}

/**
 * The cells of one column: texts, '' where they are missing; or numbers, NaN where they are missing; or lists of
 * numbers, `undefined` where they are missing.
 */
export type ColumnCells =
  | { readonly kind: 'texts'; readonly values: readonly string[] }
  | { readonly kind: 'numbers'; readonly values: Float64Array }
  | { readonly kind: 'lists'; readonly values: Lists };

/** Lists of numbers, to be gone through once. A list holds until the next is asked for. */
export interface Lists extends Iterable<ArrayLike<number> | undefined> {
  readonly length: number;
}

/** How the files of tables are read. */
export interface TableReading {
  /** Ends the reading, which then fails with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Told of a file that is gone through before its rows can be read. */
  readonly onProgress?: StoreOptions['onProgress'] | undefined;
}
