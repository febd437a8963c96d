import type { DataType, Vector } from 'apache-arrow';
import type { ColumnCells, Lists } from '../shared/table-file.ts';
import type { Arrow } from './package.ts';

/** How the values of a column become the cells of a table. */
export type CellRule = (vector: Vector) => ColumnCells;

/** Integers up to this are exact in float64. */
const exact = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * How a column is read, `undefined` for what is no cell of a table: structs, maps, lists of other than numbers, bytes.
 * @param isLong whether it holds integers that float64 has no number for: they are texts then, to the last digit
 */
export function cellRule(arrow: Arrow, type: DataType, isLong = false): CellRule | undefined {
  const { DataType: of } = arrow;
  if (of.isDictionary(type)) return cellRule(arrow, type.dictionary, isLong);
  if (of.isNull(type)) return texts(() => '');
  if (of.isInt(type) || of.isFloat(type)) return isLong ? texts(String) : plainNumbers;
  if (of.isDecimal(type)) {
    const { scale } = type;
    return numbers((words: Uint32Array) => decimalOf(words, scale));
  }
  if (of.isDuration(type)) {
    const perSecond = 1000 ** type.unit; // seconds, milliseconds, …
    return numbers((value: bigint) => Number(value) / perSecond);
  }
  if (of.isBool(type)) return texts((value: boolean) => (value ? 'TRUE' : 'FALSE'));
  if (of.isUtf8(type) || of.isLargeUtf8(type) || of.isUtf8View(type)) return texts(String);
  if (of.isDate(type)) {
    const isDay = type.unit === arrow.DateUnit.DAY;
    return texts((ms: number) => (isDay ? isoOf(ms).slice(0, 10) : isoOf(ms)));
  }
  if (of.isTimestamp(type)) {
    const zone = type.timezone ? 'Z' : ''; // values are in UTC where there is a zone
    return texts((ms: number) => `${isoOf(ms)}${zone}`);
  }
  if (of.isTime(type)) {
    const perMs = 1000 ** (type.unit - 1);
    return texts((value: number | bigint) => isoOf(Number(value) / perMs).slice(11));
  }
  return isList(arrow, type) ? lists : undefined;
}

/** Whether a column may hold integers that float64 has no number for. */
export function mayBeLong(arrow: Arrow, type: DataType): boolean {
  const { DataType: of } = arrow;
  if (of.isDictionary(type)) return mayBeLong(arrow, type.dictionary);
  return of.isInt(type) && type.bitWidth === 64;
}

/** Whether it does. */
export function isLong(vector: Vector): boolean {
  for (const value of vector as Iterable<bigint | null>) {
    if (value !== null && (value > exact || value < -exact)) return true;
  }
  return false;
}

function isList({ DataType: of }: Arrow, type: DataType): boolean {
  if (!of.isFixedSizeList(type) && !of.isList(type) && !of.isLargeList(type)) return false;
  const [item] = type.children;
  return item !== undefined && (of.isInt(item.type) || of.isFloat(item.type));
}

/** Integers and floats; where their bytes are what they say, all at once. */
const plainNumbers: CellRule = (vector) => {
  const plain: unknown = vector.toArray();
  if (!isPlain(plain)) return numbers(Number)(vector);
  const values = Float64Array.from(plain);
  if (vector.nullCount === 0) return { kind: 'numbers', values };
  for (let i = 0; i < values.length; i++) if (!vector.isValid(i)) values[i] = Number.NaN;
  return { kind: 'numbers', values };
};

/** Half floats lie as their bits, 64-bit integers as bigints, what dictionaries stand for as a list. */
function isPlain(values: unknown): values is Float32Array | Float64Array | Int32Array {
  return [Float32Array, Float64Array, Int32Array].some((type) => values instanceof type);
}

function numbers<T>(of: (value: T) => number): CellRule {
  return (vector) => {
    const values = new Float64Array(vector.length);
    for (let i = 0; i < values.length; i++) {
      const value = vector.get(i) as T | null | undefined;
      values[i] = value === null || value === undefined ? Number.NaN : of(value);
    }
    return { kind: 'numbers', values };
  };
}

function texts<T>(of: (value: T) => string): CellRule {
  return (vector) => {
    const values = Array.from({ length: vector.length }, (_, i) => {
      const value = vector.get(i) as T | null | undefined;
      return value === null || value === undefined ? '' : of(value);
    });
    return { kind: 'texts', values };
  };
}

const lists: CellRule = (vector) => {
  const values: Lists = {
    length: vector.length,
    *[Symbol.iterator]() {
      for (let i = 0; i < vector.length; i++) {
        const own = vector.get(i) as Vector | null | undefined;
        yield own ? numbersOf(own) : undefined;
      }
    },
  };
  return { kind: 'lists', values };
};

function numbersOf(vector: Vector): ArrayLike<number> {
  const plain: unknown = vector.nullCount === 0 ? vector.toArray() : undefined;
  if (isPlain(plain)) return plain;
  return Float64Array.from({ length: vector.length }, (_, i) =>
    Number(vector.get(i) ?? Number.NaN),
  );
}

/** @param words of 32 bits, the lowest first, a number in two's complement */
function decimalOf(words: Uint32Array, scale: number): number {
  let value = 0n;
  for (let i = words.length - 1; i >= 0; i--) value = (value << 32n) | BigInt(words[i] as number);
  return Number(`${BigInt.asIntN(32 * words.length, value)}e${-scale}`);
}

/** ISO 8601 without a zone, and without a fraction of seconds where there is none. @param ms since 1970 */
function isoOf(ms: number): string {
  return new Date(ms).toISOString().replace(/(\.000)?Z$/, '');
}
