import type { RecordBatch } from 'apache-arrow';
import { SymlossError } from '../../../core/index.ts';
import { pandasIndex } from '../shared/pandas-index.ts';
import type {
  ColumnCells,
  OtherColumn,
  TableChunk,
  TableFile,
  TableReading,
} from '../shared/table-file.ts';
import { checkSomeCells } from '../shared/table-file.ts';
import type { CellRule } from './cells.ts';
import { cellRule, isLong, mayBeLong } from './cells.ts';
import type { ArrowField } from './fields.ts';
import { arrowFields, vectorsOf, withMissing } from './fields.ts';
import { ArrowFile } from './file.ts';
import type { Arrow } from './package.ts';
import { readError } from './package.ts';

/** Rows of a record batch that become cells together: a file may be one batch. */
const together = 1 << 14;

/**
 * A file of Arrow (Feather of version 2) or a stream of it, read batch by batch. It is read twice: how many rows there are,
 * and whether integers are long, is known behind the last batch only.
 *
 * - Integers, decimals and durations (in seconds) are numbers. A column with integers beyond 2^53, which float64 does not
 *   hold to the last digit, is of texts.
 * - Booleans are the texts TRUE and FALSE; times are texts, and a dictionary is what it stands for.
 * - Dates and timestamps are texts of ISO 8601; those with a time zone are in UTC and end in Z.
 * - The fields of a struct are columns of their own, such as `user.age`, missing where the struct is.
 * - Maps, unions, lists of other than numbers, and bytes are no cells of a table, and neither is the index of pandas.
 */
export class ArrowTable implements TableFile {
  readonly path: string;
  readonly rowCount: number;
  readonly columns: readonly string[];
  readonly otherColumns: readonly OtherColumn[];
  readonly #rules: readonly CellRule[];
  /** Of each column its place in a batch. */
  readonly #places: readonly ArrowField['places'][];
  readonly #signal: AbortSignal | undefined;

  private constructor(
    path: string,
    arrow: Arrow,
    fields: readonly ArrowField[],
    {
      rowCount,
      long,
      signal,
    }: TableReading & { readonly rowCount: number; readonly long: ReadonlySet<number> },
  ) {
    const rules = fields.map(({ name, type }, i) =>
      pandasIndex.test(name) ? undefined : cellRule(arrow, type, long.has(i)),
    );
    this.path = path;
    this.rowCount = rowCount;
    this.#rules = rules.filter((rule) => rule !== undefined);
    const chosen = fields.filter((_, i) => rules[i] !== undefined);
    this.#places = chosen.map(({ places }) => places);
    this.columns = chosen.map(({ name }) => name);
    this.otherColumns = fields.flatMap(({ name, type }, i) => {
      if (rules[i] !== undefined) return [];
      const holds = pandasIndex.test(name) ? 'the index of pandas' : String(type).slice(0, 60);
      return [{ name, holds }];
    });
    this.#signal = signal;
  }

  /** @throws SymlossError if it cannot be read as Arrow */
  static async open(path: string, { signal, onProgress }: TableReading = {}): Promise<ArrowTable> {
    const file = await ArrowFile.open(path);
    try {
      const { arrow } = file;
      const fields = arrowFields(path, arrow, file.schema.fields);
      const asked = [...fields.entries()].filter(([, { type }]) => mayBeLong(arrow, type));
      const long = new Set<number>();
      let rowCount = 0;
      for await (const batch of file.batches()) {
        signal?.throwIfAborted();
        rowCount += batch.numRows;
        for (const [i, { places }] of asked) {
          if (!long.has(i) && isLong(vectorsOf(batch, places).vector)) long.add(i);
        }
        onProgress?.({ work: 'scanning', source: path, rows: rowCount });
      }
      return new ArrowTable(path, arrow, fields, { rowCount, long, signal });
    } finally {
      await file.close();
    }
  }

  async *chunks(): AsyncGenerator<TableChunk> {
    checkSomeCells(this);
    const file = await ArrowFile.open(this.path);
    let read = 0;
    try {
      for await (const batch of file.batches()) {
        for (let start = 0; start < batch.numRows; start += together) {
          this.#signal?.throwIfAborted();
          const rows = batch.slice(start, start + together);
          read += rows.numRows;
          yield { rows: rows.numRows, cells: (column) => this.#cells(rows, column) };
        }
      }
    } finally {
      await file.close();
    }
    if (read === this.rowCount) return;
    throw new SymlossError(this.path, 'a file that stays as it is', 'one that changes', {
      kind: 'failure',
      hint: 'wait until it is written, then read it again',
    });
  }

  place(row: number): string {
    return `${this.path}, row ${row}`;
  }

  #cells(rows: RecordBatch, column: number): ColumnCells {
    try {
      const places = this.#places[column] as ArrowField['places'];
      const { vector, structs } = vectorsOf(rows, places);
      return withMissing((this.#rules[column] as CellRule)(vector), structs);
    } catch (cause) {
      throw readError(this.path, cause);
    }
  }
}
