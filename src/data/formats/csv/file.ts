import { SymlossError } from '../../../core/index.ts';
import { readStart } from '../shared/file-bytes.ts';
import type { ColumnCells, TableChunk, TableFile } from '../shared/table-file.ts';
import type { TableLimits } from '../table/budget.ts';
import type { RecordOptions } from './records.ts';
import { guessDelimiter, recordPlace, records } from './records.ts';
import { checkText } from './text.ts';

/** Enough of a file to guess its delimiter from. */
const headBytes = 1 << 18;
/** A chunk has so many rows or cells, or more, except the last: what is done once per column of a chunk is then little. */
const chunkSize = { rows: 64, cells: 1 << 18 };

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
    this.#gzip = gzip;
    this.#signal = limits.signal;
  }

  /** @throws SymlossError if the file cannot be read, or has no header */
  static async open(path: string, limits: TableLimits = {}): Promise<CsvFile> {
    const { bytes, gzip } = await readStart(path, headBytes, 'a CSV file');
    checkText(path, bytes);
    const delimiter = guessDelimiter(bytes, bytes.length < headBytes);
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
    const options = {
      gzip: this.#gzip,
      signal: this.#signal,
      delimiter: this.delimiter,
      skipEmptyLines: this.columns.length > 1,
      keepBlanks,
    };
    let isHeader = true;
    let isEmpty = true;
    for await (const some of records(this.path, options)) {
      let start = 0;
      for (; isHeader && start < some.length; start++) isHeader = this.#isEmpty(some[start]);
      const rows = start === 0 ? some : some.slice(start);
      if (rows.length === 0) continue;
      isEmpty = false;
      yield rows;
    }
    if (isEmpty) throw new SymlossError(this.path, 'rows below the header', 'the header only');
  }

  /** The rows as texts, without the blanks around cells that are not quoted. @throws as `rows` does */
  async *chunks(): AsyncGenerator<TableChunk> {
    const enough = Math.min(chunkSize.rows, Math.ceil(chunkSize.cells / this.columns.length));
    let held: string[][] = [];
    for await (const rows of this.rows()) {
      held = held.length === 0 ? rows : held.concat(rows);
      if (held.length < enough) continue;
      yield chunkOf(held);
      held = [];
    }
    if (held.length > 0) yield chunkOf(held);
  }

  /** Whether a record is an empty line above the header, where empty lines are records. */
  #isEmpty(record: readonly string[] | undefined): boolean {
    return this.columns.length === 1 && record?.[0]?.trim() === '';
  }

  /** What messages call a row, counted from 1. */
  place(row: number): string {
    return recordPlace(this.path, row);
  }
}

function chunkOf(rows: readonly (readonly string[])[]): TableChunk {
  return {
    rows: rows.length,
    cells(column): ColumnCells {
      return { kind: 'texts', values: rows.map((cells) => cells[column] as string) };
    },
  };
}

async function firstRecord(
  path: string,
  options: Omit<RecordOptions, 'skipEmptyLines'>,
): Promise<string[] | undefined> {
  for await (const [first] of records(path, { ...options, skipEmptyLines: true })) return first;
  return undefined;
}
