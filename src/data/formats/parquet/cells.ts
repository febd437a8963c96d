import type { DuckDBListVector, DuckDBVector } from '@duckdb/node-api';
import type { ColumnCells } from '../shared/table-file.ts';
import type { ParquetColumn } from './file.ts';

/** How the values of a column become the cells of a table. */
export interface CellRule {
  /** SQL that yields no NULL, except for lists: a test of every value for it would take longer than the values. */
  readonly sql: string;
  readonly cells: (vector: DuckDBVector) => ColumnCells;
}

const number =
  /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\))(?<list>\[\d*\])?$/;
/** What float64 may not hold to the last digit. */
const long = /^(U?(BIG|HUGE)INT|DECIMAL\((1[6-9]|[23]\d),\d+\))$/;
const text = /^(VARCHAR|UUID|TIME\b|BIT$|ENUM\()/;
const date = /^(DATE|TIMESTAMP)/;
const nested = /\]$|^(STRUCT|MAP|UNION)/;
const flags = ['FALSE', 'TRUE', ''] as const;

/** Integers up to this are exact in float64. */
const exact = Number.MAX_SAFE_INTEGER;

/** Whether a column may hold integers that float64 has no number for. */
export function mayBeLong({ type }: ParquetColumn): boolean {
  return long.test(type);
}

/** SQL that says of all rows together whether it does; NULL where there are none. */
export function longTest({ sql }: ParquetColumn): string {
  return `min(${sql}) < -${exact} OR max(${sql}) > ${exact}`;
}

/**
 * How a column is read, `undefined` for what is no cell of a table: structs as a whole, maps, lists of other than numbers, bytes.
 * @param isLong whether it holds integers that float64 has no number for: they are texts then, to the last digit
 */
export function cellRule(
  { type, sql }: Pick<ParquetColumn, 'type' | 'sql'>,
  isLong = false,
): CellRule | undefined {
  const { list } = number.exec(type)?.groups ?? {};
  if (list !== undefined) return { sql: `${sql}::DOUBLE[]`, cells: lists };
  if (isLong) return texts(`${sql}::VARCHAR`);
  if (number.test(type)) return numbers(`${sql}::DOUBLE`);
  if (nested.test(type)) return undefined;
  if (type === 'BOOLEAN') return { sql: `coalesce(${sql}::TINYINT, 2)`, cells: booleans };
  if (type === 'INTERVAL') return numbers(`epoch(${sql})`); // seconds
  if (text.test(type)) return texts(`${sql}::VARCHAR`);
  if (!date.test(type)) return undefined;
  const isZoned = type === 'TIMESTAMP WITH TIME ZONE';
  const time = isZoned ? `make_timestamp(epoch_us(${sql}))` : sql; // in UTC, whatever the zone of this machine
  const written = `replace(${time}::VARCHAR, ' ', 'T')`;
  return texts(isZoned ? `${written} || 'Z'` : written);
}

function numbers(sql: string): CellRule {
  return {
    sql: `coalesce(${sql}, 'nan'::DOUBLE)`,
    cells(vector) {
      const values = new Float64Array(vector.itemCount);
      for (let i = 0; i < values.length; i++) values[i] = vector.getItem(i) as number;
      return { kind: 'numbers', values };
    },
  };
}

function texts(sql: string): CellRule {
  return {
    sql: `coalesce(${sql}, '')`,
    cells: (vector) => ({ kind: 'texts', values: vector.toArray() as string[] }),
  };
}

function booleans(vector: DuckDBVector): ColumnCells {
  const values = Array.from(
    { length: vector.itemCount },
    (_, i) => flags[vector.getItem(i) as number] as string,
  );
  return { kind: 'texts', values };
}

function lists(vector: DuckDBVector): ColumnCells {
  const list = vector as DuckDBListVector;
  const values = Array.from({ length: list.itemCount }, (_, row) => {
    const own = list.getItemVector(row);
    if (own === null) return undefined;
    const numbers = new Float64Array(own.itemCount);
    for (let i = 0; i < numbers.length; i++) {
      numbers[i] = (own.getItem(i) as number | null) ?? Number.NaN;
    }
    return numbers;
  });
  return { kind: 'lists', values };
}
