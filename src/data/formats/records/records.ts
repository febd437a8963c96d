import { checkFields, internalError, SymlossError, show } from '../../../core/index.ts';
import { alignClasses } from '../../align.ts';
import type { Table } from '../../dataset.ts';
import { flattened } from '../../flatten.ts';
import type { RecordOf } from '../../record-of.ts';
import { checkUnits } from '../../units.ts';
import { JsonColumns } from '../jsonl/columns.ts';
import type { Json, JsonObject } from '../jsonl/parse.ts';
import type { OtherColumn, TableChunk, TableFile } from '../shared/table-file.ts';
import { checkSomeCells } from '../shared/table-file.ts';
import { checkTableOptions } from '../table/check-options.ts';
import type { TableOptions } from '../table/read.ts';
import { readTable, tableFields } from '../table/read.ts';
import { tableTestOptions } from '../table/test-options.ts';

/** A cell of a record: nothing, NaN and '' are missing ones; a list is a vector of numbers; of an object each value is a cell. */
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
  | Float64Array
  | { readonly [key: string]: RecordCell };

export interface RecordOptions extends TableOptions {
  /** What messages call the records. Default: `records`. */
  readonly name?: string;
  /**
   * Data that these records are used beside, to test on for example: columns are found by name, and have the kinds, the order and
   * the classes that they have there. Of the other options, those of labels, `missing` and the limits apply.
   */
  readonly like?: Table;
}

/**
 * A dataset from records, as parsed JSON or a database have them: `[{ age: 31, job: 'nurse', label: 'yes' }, …]`. Columns are
 * the keys that any record has; one that a record does not have is a missing cell there. An object in a record is a column for each of
 * its values, with a dot between the names, as in files of JSON lines: `user.age` for `{ user: { age: 31 } }`. They are read by
 * the rules of `readCsv`, with the same options.
 * @throws SymlossError as `readCsv` does, naming row and column, and for a cell that is no cell of a table; with `like`, for a
 * column that is not there and a class that it has not
 * @example
 * const data = await fromRecords(rows, { label: 'job', categorical: ['zip'] });
 * const test = await fromRecords(others, { label: 'job', like: data });
 */
export async function fromRecords<T extends RecordOf<T, RecordCell>>(
  records: readonly T[],
  options: RecordOptions,
): Promise<Table> {
  checkFields('fromRecords', options, [...tableFields, 'name', 'like', 'memoryLimit', 'signal']);
  checkTableOptions(options as object);
  const { name = 'records', like, ...own } = options;
  if (!Array.isArray(records) || records.length === 0) {
    throw new SymlossError('fromRecords', 'a list of one or more records', show(records));
  }
  const file = new RecordTable(name, records as unknown as readonly Row[]);
  if (like === undefined) return { ...(await readTable(file, own)), name };
  const asLike = tableTestOptions(name, own, like, (column) => file.columns.includes(column));
  const table = await readTable(file, asLike);
  checkUnits(name, like, table);
  return alignClasses({ ...table, name }, like.classes);
}

type Row = Readonly<Record<string, RecordCell>>;

/** Records that are read together. */
const together = 1024;

class RecordTable implements TableFile {
  readonly path: string;
  readonly columns: readonly string[];
  readonly otherColumns: readonly OtherColumn[];
  readonly rowCount: number;
  readonly #records: readonly Row[];
  readonly #keys = new JsonColumns();
  /** Of each column its place among the keys. */
  readonly #places: readonly number[];

  constructor(path: string, records: readonly Row[]) {
    this.path = path;
    this.rowCount = records.length;
    this.#records = records;
    for (const [i, record] of records.entries()) {
      const place = this.place(i + 1);
      if (typeof record !== 'object' || record === null || Array.isArray(record)) {
        throw new SymlossError(place, 'an object', show(record));
      }
      this.#keys.add(place, record, (cell, key) =>
        jsonOf(cell, () => `${place}, column ${show(key)}`),
      );
    }
    const { columns, places, otherColumns } = this.#keys.table();
    this.columns = columns;
    this.otherColumns = otherColumns;
    this.#places = places;
  }

  async *chunks(): AsyncGenerator<TableChunk> {
    checkSomeCells(this);
    for (let start = 0; start < this.rowCount; start += together) {
      const some = this.#records.slice(start, start + together);
      const rows = some.map((record, i) => flatRow(this.place(start + i + 1), record));
      yield {
        rows: rows.length,
        cells: (column) => {
          const cells = this.#keys.cells(rows, this.#places[column] as number);
          if (cells === undefined)
            throw internalError(`cells of ${this.columns[column]} that changed`);
          return cells;
        },
      };
    }
  }

  place(row: number): string {
    return `${this.path}, row ${row}`;
  }
}

/** @param place what messages call the record */
function flatRow(place: string, record: Row): JsonObject {
  const cells = Object.entries(flattened(place, record));
  return Object.fromEntries(cells.map(([key, cell]) => [key, jsonOf(cell, () => place)]));
}

/** A cell as JSON has it. @param where what messages call it */
function jsonOf(cell: RecordCell, where: () => string): Json {
  if (cell === undefined || cell === null || Number.isNaN(cell)) return null;
  if (typeof cell === 'number' || typeof cell === 'string' || typeof cell === 'boolean')
    return cell;
  if (typeof cell === 'bigint') return integerOf(cell);
  if (cell instanceof Date && !Number.isNaN(cell.getTime())) return cell.toISOString();
  if (isNumbers(cell)) return Array.from(cell);
  const expected = 'a number, text, boolean, date, list of numbers or plain object';
  throw new SymlossError(where(), expected, show(cell));
}

/** Long ones are texts, to the last digit. */
function integerOf(value: bigint): number | string {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
}

function isNumbers(cell: unknown): cell is readonly number[] {
  if (cell instanceof Float32Array || cell instanceof Float64Array) return true;
  return Array.isArray(cell) && cell.every((value) => typeof value === 'number');
}
