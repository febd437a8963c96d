import { SymlossError, show } from '../../../core/index.ts';
import { isNumeric } from '../../classes.ts';
import { closest } from '../../closest.ts';
import { list } from '../../text.ts';
import { placesOf } from '../shared/column-names.ts';
import type { TableChunk, TableFile } from '../shared/table-file.ts';
import { textStart } from '../shared/text-content.ts';
import type { TableLimits } from './budget.ts';
import { MemoryBudget } from './budget.ts';
import { CsvChunk } from './chunk.ts';
import type { RecordOptions } from './records.ts';
import { guessDelimiter, recordPlace, records } from './records.ts';

/** Enough of a file to guess its delimiter from. */
const headBytes = 1 << 18;

/**
 * A CSV file with a header line (RFC 4180, and what programs make of it): UTF-8 with or without byte
 * order mark, compressed by gzip or not, lines that end in LF, CRLF or CR, cells between `,` `;` tab
 * or `|`. It is read row by row, and never held in memory.
 */
export class CsvFile implements TableFile {
  readonly path: string;
  readonly delimiter: string;
  /** Column names without the blanks around them; '' where the header has none. */
  readonly columns: readonly string[];
  /** What is held of it. */
  readonly budget: MemoryBudget;
  readonly #places: ReadonlyMap<string, number>;
  readonly #gzip: boolean;
  readonly #signal: AbortSignal | undefined;

  private constructor(
    path: string,
    { gzip, delimiter }: Pick<RecordOptions, 'gzip' | 'delimiter'>,
    columns: readonly string[],
    limits: TableLimits,
  ) {
    this.path = path;
    this.delimiter = delimiter;
    this.columns = columns;
    this.budget = new MemoryBudget(limits);
    this.#places = placesOf(path, columns);
    this.#gzip = gzip;
    this.#signal = limits.signal;
  }

  /** @throws SymlossError if the file cannot be read, has no header, or names a column twice */
  static async open(path: string, limits: TableLimits = {}): Promise<CsvFile> {
    const { bytes, gzip, isWhole } = await textStart(path, headBytes, 'CSV', 'a CSV file');
    const delimiter = guessDelimiter(bytes, isWhole);
    const header = await firstRecord(path, { gzip, delimiter });
    if (header === undefined) {
      throw new SymlossError(path, 'a header line and rows', 'an empty file');
    }
    const columns = header.map((name) => name.trim());
    return new CsvFile(path, { gzip, delimiter }, columns, limits);
  }

  /** The cells of the header as they are, with the blanks around them. */
  async header(): Promise<string[]> {
    const { path, delimiter } = this;
    const options = { gzip: this.#gzip, delimiter, keepBlanks: true };
    return (await firstRecord(path, options)) as string[];
  }

  /**
   * The rows below the header, some at a time, each with as many cells as there are columns. Empty
   * lines are left out, except that in a file of one column they are rows with an empty cell.
   * @param options.keepBlanks leave the blanks around cells that are not quoted as they are
   * @throws SymlossError naming the row that has more or fewer cells, or invalid quotes, and where
   * there are no rows
   */
  async *rows({ keepBlanks = false } = {}): AsyncGenerator<string[][]> {
    const columns = [...this.columns.keys()];
    for await (const chunk of this.#chunks({ keepBlanks })) {
      yield Array.from({ length: chunk.rows }, (_, row) =>
        columns.map((column) => chunk.text(row, column)),
      );
    }
  }

  /** The rows without the blanks around cells that are not quoted. @throws as `rows` does */
  chunks(): AsyncGenerator<TableChunk> {
    return this.#chunks({ keepBlanks: false });
  }

  async *#chunks({ keepBlanks }: { readonly keepBlanks: boolean }): AsyncGenerator<CsvChunk> {
    const width = this.columns.length;
    const options = {
      gzip: this.#gzip,
      signal: this.#signal,
      delimiter: this.delimiter,
      skipEmptyLines: width > 1,
      keepBlanks,
    };
    let isHeader = true;
    let isEmpty = true;
    for await (const some of records(this.path, options)) {
      const all = new CsvChunk(some, width);
      let start = 0;
      // empty lines above the header, where empty lines are records, and the header itself
      for (; isHeader && start < all.rows; start++) {
        isHeader = width === 1 && all.text(start, 0).trim() === '';
      }
      if (start === all.rows) continue;
      isEmpty = false;
      yield start === 0 ? all : new CsvChunk(some, width, start);
    }
    if (isEmpty) throw new SymlossError(this.path, 'rows below the header', 'the header only');
  }

  has(name: string): boolean {
    return this.#places.has(name);
  }

  /**
   * The index of a column.
   * @param role what the message calls it, such as `label column`
   * @throws SymlossError that lists the columns, and suggests one with a similar name
   */
  find(role: string, name: string): number {
    const index = this.#places.get(name);
    if (index !== undefined) return index;
    const named = this.columns.filter((other) => other !== '');
    const similar = closest(name, named);
    const hint = named.every(isNumeric)
      ? 'the first line of the file must name the columns'
      : undefined;
    throw new SymlossError(`${this.path}, ${role}`, `one of ${list(named)}`, show(name), {
      hint: similar === undefined ? hint : `did you mean ${show(similar)}?`,
    });
  }

  /** What messages call a row, counted from 1. */
  place(row: number): string {
    return recordPlace(this.path, row);
  }

  /** What messages call a cell. @param row from 1 */
  cellPlace(row: number, column: number): string {
    return `${this.place(row)}, column ${show(this.columns[column])}`;
  }
}

async function firstRecord(
  path: string,
  options: Omit<RecordOptions, 'skipEmptyLines'>,
): Promise<string[] | undefined> {
  for await (const some of records(path, { ...options, skipEmptyLines: true })) {
    const width = some.rows[0] as number;
    const chunk = new CsvChunk(some, width);
    return Array.from({ length: width }, (_, column) => chunk.text(0, column));
  }
  return undefined;
}
