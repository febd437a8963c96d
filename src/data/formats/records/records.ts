import { internalError, SymlossError, show } from '../../../core/index.ts';
import type { Table } from '../../dataset.ts';
import { checkFields } from '../../fields.ts';
import { cellsOf } from '../jsonl/cells.ts';
import { JsonColumns } from '../jsonl/columns.ts';
import type { Json } from '../jsonl/parse.ts';
import type { TableChunk, TableFile } from '../shared/table-file.ts';
import type { TableOptions } from '../table/read.ts';
import { readTable, tableFields } from '../table/read.ts';

/** A cell of a record: nothing, NaN and '' are missing ones; a list is a vector of numbers. */
export type RecordCell =
  | number
  | string
  | boolean
  | Date
  | bigint
  | null
  | undefined
  | readonly number[]
  | Float32Array
  | Float64Array;

export interface RecordOptions extends TableOptions {
  /** What messages call the records. Default: `records`. */
  readonly name?: string;
}

/**
 * A dataset from records, as parsed JSON or a database have them: `[{ age: 31, job: 'nurse', label: 'yes' }, …]`. Columns are
 * the keys that any record has; one that a record does not have is a missing cell there. They are read by the rules of
 * `readCsv`, with the same options.
 * @throws SymlossError as `readCsv` does, naming row and column, and for a cell that is no cell of a table
 * @example
 * const data = await fromRecords(rows, { label: 'job', categorical: ['zip'] });
 */
export async function fromRecords(
  records: readonly Readonly<Record<string, RecordCell>>[],
  options: RecordOptions,
): Promise<Table> {
  const { name = 'records', ...rest } = options;
  checkFields('fromRecords', options, [...tableFields, 'name', 'memoryLimit', 'signal']);
  if (!Array.isArray(records) || records.length === 0) {
    throw new SymlossError('fromRecords', 'a list of one or more records', show(records));
  }
  const table = await readTable(new RecordTable(name, records), rest);
  return { ...table, name };
}

/** Records that are read together. */
const together = 1024;

class RecordTable implements TableFile {
  readonly path: string;
  readonly columns: readonly string[];
  readonly rowCount: number;
  readonly #records: readonly Readonly<Record<string, RecordCell>>[];
  readonly #keys = new JsonColumns();

  constructor(path: string, records: readonly Readonly<Record<string, RecordCell>>[]) {
    this.path = path;
    this.rowCount = records.length;
    this.#records = records;
    for (const [row, record] of records.entries()) {
      if (typeof record !== 'object' || record === null || Array.isArray(record)) {
        throw new SymlossError(this.place(row + 1), 'an object', show(record));
      }
      this.#keys.add(
        Object.fromEntries(Object.keys(record).map((key) => [key, this.#value(row, record, key)])),
      );
    }
    this.columns = this.#keys.names;
  }

  async *chunks(): AsyncGenerator<TableChunk> {
    for (let start = 0; start < this.rowCount; start += together) {
      const records = this.#records.slice(start, start + together);
      yield {
        rows: records.length,
        cells: (column) => {
          const key = this.columns[column] as string;
          const values = records.map((record, i) =>
            Object.hasOwn(record, key) ? this.#value(start + i, record, key) : null,
          );
          const cells = cellsOf(values, this.#keys.kind(column));
          if (cells === undefined) throw internalError(`cells of ${key} that changed`);
          return cells;
        },
      };
    }
  }

  place(row: number): string {
    return `${this.path}, row ${row}`;
  }

  #value(row: number, record: Readonly<Record<string, RecordCell>>, key: string): Json {
    const cell = record[key];
    if (cell === undefined || cell === null || Number.isNaN(cell)) return null;
    if (typeof cell === 'number' || typeof cell === 'string' || typeof cell === 'boolean')
      return cell;
    if (typeof cell === 'bigint')
      return Number.isSafeInteger(Number(cell)) ? Number(cell) : `${cell}`;
    if (cell instanceof Date && !Number.isNaN(cell.getTime())) return cell.toISOString();
    if (isNumbers(cell)) return Array.from(cell);
    const where = `${this.place(row + 1)}, column ${show(key)}`;
    throw new SymlossError(where, 'a number, text, boolean, date or list of numbers', show(cell));
  }
}

function isNumbers(cell: unknown): cell is readonly number[] {
  if (cell instanceof Float32Array || cell instanceof Float64Array) return true;
  return Array.isArray(cell) && cell.every((value) => typeof value === 'number');
}
