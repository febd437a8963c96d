import { SymlossError } from '../../../core/index.ts';
import type { TableChunk, TableFile, TableReading } from '../shared/table-file.ts';
import { textStart } from '../shared/text-content.ts';
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
  /** In bytes, as it lies on disk. */
  readonly #size: number;
  /** Bytes of it that were read. */
  #read = 0;
  readonly #gzip: boolean;
  readonly #signal: AbortSignal | undefined;

  private constructor(
    path: string,
    {
      size,
      gzip,
      delimiter,
    }: Pick<RecordOptions, 'gzip' | 'delimiter'> & { readonly size: number },
    columns: readonly string[],
    { signal }: TableReading,
  ) {
    this.path = path;
    this.delimiter = delimiter;
    this.columns = columns;
    this.#size = size;
    this.#gzip = gzip;
    this.#signal = signal;
  }

  /** @throws SymlossError if the file cannot be read, or has no header */
  static async open(path: string, reading: TableReading = {}): Promise<CsvFile> {
    const { bytes, size, gzip, isWhole } = await textStart(path, headBytes, 'CSV', 'a CSV file');
    const delimiter = guessDelimiter(bytes, isWhole);
    const header = await firstRecord(path, { gzip, delimiter });
    if (header === undefined) {
      throw new SymlossError(path, 'a header line and rows', 'an empty file');
    }
    const columns = header.map((name) => name.trim());
    return new CsvFile(path, { size, gzip, delimiter }, columns, reading);
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
      onRead: (bytes: number) => {
        this.#read = bytes;
      },
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

  get shareRead(): number {
    return this.#read / this.#size;
  }

  /** Where cells are not separated by commas, a comma in a number is more likely a decimal one. */
  get comma(): 'thousands' | 'decimal' {
    return this.delimiter === ',' ? 'thousands' : 'decimal';
  }

  /** What messages call a row, counted from 1. */
  place(row: number): string {
    return recordPlace(this.path, row);
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
