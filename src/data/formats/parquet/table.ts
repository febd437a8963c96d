import { pandasIndex } from '../shared/pandas-index.ts';
import type { OtherColumn, TableChunk, TableFile, TableReading } from '../shared/table-file.ts';
import { checkSomeCells } from '../shared/table-file.ts';
import type { CellRule } from './cells.ts';
import { cellRule, longTest, mayBeLong } from './cells.ts';
import type { ParquetColumn } from './file.ts';
import { ParquetFile } from './file.ts';

/**
 * A Parquet file of numbers, texts, dates and lists of numbers, read in the order of its rows.
 *
 * - Integers and decimals are numbers. A column with integers beyond 2^53, which float64 does not hold to the last
 *   digit, is of texts.
 * - Booleans are the texts TRUE and FALSE; enums, UUIDs and times are texts.
 * - Dates and timestamps are texts of ISO 8601; those with a time zone are in UTC and end in Z.
 * - Durations are numbers of seconds.
 * - The fields of a struct are columns of their own, such as `user.age`, missing where the struct is.
 * - Maps, lists of other than numbers, and bytes are no cells of a table, and neither is the index of pandas.
 */
export class ParquetTable implements TableFile {
  readonly path: string;
  readonly rowCount: number;
  readonly columns: readonly string[];
  readonly otherColumns: readonly OtherColumn[];
  readonly #sources: readonly ParquetColumn[];
  readonly #signal: AbortSignal | undefined;

  private constructor(
    { path, rows }: ParquetFile,
    columns: readonly ParquetColumn[],
    { signal }: TableReading,
  ) {
    const named = columns.map((column) => ({ ...column, name: column.name.trim() }));
    this.path = path;
    this.rowCount = rows;
    this.#sources = named.filter((column) => holds(column) === undefined);
    this.columns = this.#sources.map(({ name }) => name);
    this.otherColumns = named.flatMap((column) => {
      const held = holds(column);
      return held === undefined ? [] : [{ name: column.name, holds: held }];
    });
    this.#signal = signal;
  }

  /** @throws SymlossError if it cannot be read as Parquet */
  static async open(path: string, reading: TableReading = {}): Promise<ParquetTable> {
    const file = await ParquetFile.open(path);
    try {
      return new ParquetTable(file, await file.flattened(), reading);
    } finally {
      file.close();
    }
  }

  async *chunks(): AsyncGenerator<TableChunk> {
    checkSomeCells(this);
    const file = await ParquetFile.open(this.path);
    try {
      const rules = await this.#rules(file);
      for await (const chunk of file.chunks(rules.map(({ sql }) => sql))) {
        this.#signal?.throwIfAborted();
        yield {
          rows: chunk.rowCount,
          cells: (column) => (rules[column] as CellRule).cells(chunk.getColumnVector(column)),
        };
      }
    } finally {
      file.close();
    }
  }

  place(row: number): string {
    return `${this.path}, row ${row}`;
  }

  async #rules(file: ParquetFile): Promise<CellRule[]> {
    const asked = this.#sources.filter(mayBeLong);
    const found = asked.length === 0 ? [] : await file.aggregate(asked.map(longTest));
    const long = new Set(asked.filter((_, i) => found[i] === true));
    return this.#sources.map((column) => cellRule(column, long.has(column)) as CellRule);
  }
}

/** What a column holds that is no cell of a table, in words. */
function holds({ name, type, sql }: ParquetColumn): string | undefined {
  if (pandasIndex.test(name)) return 'the index of pandas';
  if (cellRule({ type, sql }) !== undefined) return undefined;
  const plain = /^BLOB/.test(type) ? 'bytes' : type.length > 60 ? `${type.slice(0, 60)}…` : type;
  return plain;
}
