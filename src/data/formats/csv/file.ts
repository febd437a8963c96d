import { SymlossError, show } from '../../../core/index.ts';
import type { TableChunk, TableFile, TableReading } from '../shared/table-file.ts';
import { textStart } from '../shared/text-content.ts';
import { CsvChunk } from './chunk.ts';
import type { RecordOptions } from './records.ts';
import { guessDelimiter, recordPlace, records, separatorLine } from './records.ts';
import type { ScannedRecords } from './scan.ts';

/** Enough of a file to guess its delimiter from. */
const headBytes = 1 << 18;

/** Some records of a file, as they lie in its bytes. */
export interface CsvPiece {
  readonly records: ScannedRecords;
  /** The first that is a row: those before it are the header, and empty lines above it. */
  readonly first: number;
  /** Which of them is the header, if it is among them. */
  readonly header: number | undefined;
}

/**
 * A CSV file with a header line (RFC 4180, and what programs make of it): UTF-8 with or without byte
 * order mark, compressed by gzip or not, lines that end in LF, CRLF or CR, cells between `,` `;` tab
 * or `|`, which a first line `sep=;` may name. It is read row by row, and never held in memory.
 */
export class CsvFile implements TableFile {
  readonly path: string;
  readonly delimiter: string;
  /** Column names without the blanks around them; '' where the header has none. */
  readonly columns: readonly string[];
  /** In bytes, as it lies on disk. */
  readonly size: number;
  /** The bytes before the header: a line that names the delimiter, or none. */
  readonly lead: Buffer;
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
      lead,
    }: Pick<RecordOptions, 'gzip' | 'delimiter'> & Pick<CsvFile, 'size' | 'lead'>,
    columns: readonly string[],
    { signal }: TableReading,
  ) {
    this.path = path;
    this.delimiter = delimiter;
    this.columns = columns;
    this.size = size;
    this.lead = lead;
    this.#gzip = gzip;
    this.#signal = signal;
  }

  /** @throws SymlossError if the file cannot be read, or has no header */
  static async open(path: string, reading: TableReading = {}): Promise<CsvFile> {
    const { bytes, size, gzip, isWhole } = await textStart(path, headBytes, 'CSV', 'a CSV file');
    const named = separatorLine(bytes);
    const delimiter = named?.delimiter ?? guessDelimiter(bytes, isWhole);
    const lead = named?.bytes ?? Buffer.alloc(0);
    const header = await firstRecord(path, { gzip, delimiter, skip: lead.length });
    if (header === undefined) {
      throw new SymlossError(path, 'a header line and rows', 'an empty file');
    }
    const columns = header.map((name) => name.trim());
    checkDialect(path, columns, bytes.toString('utf8', lead.length));
    return new CsvFile(path, { size, gzip, delimiter, lead }, columns, reading);
  }

  /**
   * The rows below the header, some at a time, each with as many cells as there are columns. Empty lines are left out,
   * except that in a file of one column they are rows with an empty cell.
   * @throws SymlossError naming the row that has more or fewer cells, or invalid quotes, and where there are no rows
   */
  async *chunks(): AsyncGenerator<TableChunk> {
    for await (const { records, first } of this.pieces()) {
      if (first < records.rows.length) yield new CsvChunk(records, this.columns.length, first);
    }
  }

  /** The same with the bytes around their cells, and with the header. @throws as `chunks` does */
  async *pieces(): AsyncGenerator<CsvPiece> {
    const width = this.columns.length;
    const options = {
      gzip: this.#gzip,
      skip: this.lead.length,
      signal: this.#signal,
      onRead: (bytes: number) => {
        this.#read = bytes;
      },
      delimiter: this.delimiter,
      skipEmptyLines: width > 1,
    };
    let isHeader = true;
    let isEmpty = true;
    for await (const some of records(this.path, options)) {
      const all = new CsvChunk(some, width);
      let first = 0;
      let header: number | undefined;
      // empty lines above the header, where empty lines are records, and the header itself
      for (; isHeader && first < all.rows; first++) {
        isHeader = width === 1 && all.text(first, 0).trim() === '';
        if (!isHeader) header = first;
      }
      if (first < all.rows) isEmpty = false;
      yield { records: some, first, header };
    }
    if (isEmpty) throw new SymlossError(this.path, 'rows below the header', 'the header only');
  }

  get shareRead(): number {
    return this.#read / this.size;
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

/** `|---|:--:|`, below the names in a table of Markdown */
const rule = /^\s*\|?(\s*:?-+:?\s*\|)+(\s*:?-+:?\s*)?$/;

/** @param head the first lines @throws SymlossError where the file is of a kind that would be misread without a word */
function checkDialect(path: string, columns: readonly string[], head: string): void {
  const [, second = ''] = head.split(/\r\n|\n|\r/, 100).filter((line) => line.trim() !== '');
  if (rule.test(second)) {
    throw new SymlossError(path, 'rows below the header', show(second), {
      hint: 'delete this line, which tables of Markdown have; the rest is read as it is',
    });
  }
  const [first = ''] = columns;
  if (!columns.every((name) => /^'.*'$/.test(name))) return;
  throw new SymlossError(path, 'names and cells in double quotes, or in none', show(first), {
    hint: 'replace the single quotes around cells, \'a\' by "a"',
  });
}

async function firstRecord(
  path: string,
  options: Omit<RecordOptions, 'skipEmptyLines'>,
): Promise<string[] | undefined> {
  for await (const some of records(path, { ...options, skipEmptyLines: true })) {
    const [width] = some.rows;
    if (width === undefined) continue; // empty lines
    const chunk = new CsvChunk(some, width);
    return Array.from({ length: width }, (_, column) => chunk.text(0, column));
  }
  return undefined;
}
