import { SymlossError, show } from '../core/index.ts';
import { isNumeric } from '../data/classes.ts';
import { compactDateOf, dateOf } from '../data/dates.ts';
import { flattened } from '../data/flatten.ts';
import { missingColumns } from '../data/missing-columns.ts';
import { styleOf } from '../data/number-style.ts';
import type { Comma } from '../data/numbers.ts';
import { numberOf } from '../data/numbers.ts';
import { vectorPlace } from '../data/vectors.ts';
import type { ModelDescription } from './card.ts';
import type { FeatureRows } from './feature-rows.ts';
import { infinite } from './feature-rows.ts';

/** A cell of a table: a number, a text, true or false, a day; nothing, NaN or '' where it is missing. */
export type Cell = number | string | boolean | Date | null | undefined;

/** The numbers of a vector together: `v` instead of `v[0]`, `v[1]`, … */
export type Vector = readonly (number | null)[] | Float32Array | Float64Array;

/** A value of a record: a cell, or an object of such, whose values are columns called `object.key`. */
export type RecordValue = Cell | Vector | { readonly [key: string]: RecordValue };

/** Rows of named cells, as parsed JSON or a database have them. */
export type RecordRows = readonly Readonly<Record<string, RecordValue>>[];

/** Columns by name, each with n cells. */
export type ColumnArrays = Readonly<Record<string, ArrayLike<Cell | Vector>>>;

/** Rows of cells in the order of the model's columns. */
export type CellRows = readonly (readonly Cell[])[];

/**
 * Rows of cells as a table with the columns of a model. Columns are found by name; others are not looked at.
 * @throws SymlossError if a column of the model is not there, or a cell is of the wrong kind
 */
export function cellTable(
  where: string,
  rows: RecordRows | ColumnArrays | CellRows,
  card: ModelDescription,
): FeatureRows {
  return flatTable(where, flatRows(where, rows), card);
}

/** As `cellTable`, of rows without objects in them. */
export function flatTable(
  where: string,
  rows: RecordRows | ColumnArrays | CellRows,
  card: ModelDescription,
): FeatureRows {
  const columns = card.columns ?? [];
  const d = columns.length;
  const { n, cell } = reader(where, rows, card);
  const features = new Float32Array(n * d);
  const texts = columns.map((column, j) => {
    const { name, kind, values } = column;
    const isText = kind === 'text' || typeof values?.[0] === 'string';
    const codes = new Map<string, number>();
    for (let row = 0; row < n; row++) {
      const value = cell(row, j);
      const place = () => `${where}, row ${row}, column ${show(name)}`;
      if (!isText) {
        const number = quantityOf(place, value, column);
        if (number === Infinity || number === -Infinity) throw infinite(where, row, name, number);
        features[row * d + j] = number;
        continue;
      }
      const text = textOf(place, value);
      const code = codes.get(text) ?? codes.size;
      codes.set(text, code);
      features[row * d + j] = text === '' ? Number.NaN : code;
    }
    return isText ? [...codes.keys()] : undefined;
  });
  return {
    features,
    featureShape: [d],
    columns: columns.map(({ name }) => name),
    kinds: columns.map(({ kind }) => kind),
    texts,
  };
}

/** Records with a column for each value of the objects in them; other rows are as they were. */
export function flatRows<R extends RecordRows | ColumnArrays | CellRows>(
  where: string,
  rows: R,
): R {
  if (!isList(rows)) return rows;
  const isRecord = (row: unknown) => typeof row === 'object' && row !== null && !isList(row);
  return rows.map((row, i) =>
    isRecord(row) ? flattened(`${where}, row ${i}`, row as unknown as RecordRows[number]) : row,
  ) as unknown as R;
}

interface CellReader {
  readonly n: number;
  /** @param j place among the model's columns */
  readonly cell: (row: number, j: number) => Cell;
}

function reader(
  where: string,
  rows: RecordRows | ColumnArrays | CellRows,
  card: ModelDescription,
): CellReader {
  const names = (card.columns ?? []).map(({ name }) => name);
  const vectors = vectorsOf(card);
  if (!isList(rows)) {
    const sources = sourcesOf(where, rows, names, vectors);
    const columns = sources.map((name) => (rows as ColumnArrays)[name] as ArrayLike<Cell | Vector>);
    const n = columns[0]?.length ?? 0;
    const other = columns.findIndex((column) => column.length !== n);
    if (other >= 0) {
      const place = `${where}, column ${show(names[other])}`;
      throw new SymlossError(
        place,
        `${n} cells, as the first column`,
        String(columns[other]?.length),
      );
    }
    return {
      n,
      cell(row, j) {
        const value = columns[j]?.[row];
        if (sources[j] === names[j]) return value as Cell;
        return numberIn(`${where}, row ${row}`, value, vectors[j] as VectorPart);
      },
    };
  }
  for (const [i, row] of rows.entries()) {
    if (typeof row !== 'object' || row === null) {
      throw new SymlossError(`${where}, row ${i}`, 'an object or a list of cells', show(row));
    }
    if (isList(row)) {
      if (row.length === names.length) continue;
      const expected = `${names.length} cells, one for each column of the model`;
      throw new SymlossError(`${where}, row ${i}`, expected, String(row.length));
    }
    sourcesOf(`${where}, row ${i}`, row, names, vectors);
  }
  return {
    n: rows.length,
    cell(row, j) {
      const own = rows[row] as RecordRows[number] | CellRows[number];
      if (isList(own)) return own[j];
      const record = own as RecordRows[number];
      const name = names[j] as string;
      if (Object.hasOwn(record, name)) return record[name] as Cell;
      const part = vectors[j];
      const source = part?.vector ?? name;
      if (part === undefined || !Object.hasOwn(record, source)) return undefined; // in a missing object
      return numberIn(`${where}, row ${row}`, record[source] as Cell | Vector, part);
    },
  };
}

/** A number of a vector, of so many numbers. */
interface VectorPart {
  readonly vector: string;
  readonly place: number;
  readonly width: number;
}

/** Of each column of the model that is a number of a vector, which. */
function vectorsOf({ columns = [] }: ModelDescription): readonly (VectorPart | undefined)[] {
  const parts = columns.map(({ name, kind }) =>
    kind === 'embedding' ? vectorPlace(name) : undefined,
  );
  const widths = new Map<string, number>();
  for (const part of parts) {
    if (part) widths.set(part.vector, Math.max(widths.get(part.vector) ?? 0, part.place + 1));
  }
  return parts.map((part) => part && { ...part, width: widths.get(part.vector) as number });
}

/**
 * The key of a row, or of columns, that each column of the model is in: its own, or that of its vector.
 * @throws SymlossError if there is none
 */
function sourcesOf(
  where: string,
  given: object,
  names: readonly string[],
  vectors: readonly (VectorPart | undefined)[],
): readonly string[] {
  const sources = names.map((name, j) =>
    Object.hasOwn(given, name) ? name : (vectors[j]?.vector ?? name),
  );
  const isThere = (name: string) => Object.hasOwn(given, name) || isInMissing(given, name);
  const absent = [...new Set(sources)].filter((name) => !isThere(name));
  if (absent.length > 0)
    throw missingColumns(where, absent, Object.keys(given), { of: 'the model' });
  return sources;
}

/** Whether the object that a value would be in is missing, as `a` for the column `a.b`: then the value is, too. */
function isInMissing(given: object, name: string): boolean {
  const parts = name.split('.');
  return parts.slice(1).some((_, i) => {
    const object = parts.slice(0, i + 1).join('.');
    const value: unknown = Object.hasOwn(given, object) ? Reflect.get(given, object) : '';
    return value === null || value === undefined;
  });
}

/** @throws SymlossError unless it is a vector of the right length, or missing */
function numberIn(where: string, value: Cell | Vector, { vector, place, width }: VectorPart): Cell {
  if (value === null || value === undefined) return undefined;
  if (isVector(value) && value.length === width) return value[place];
  const received = isVector(value) ? String(value.length) : show(value);
  throw new SymlossError(`${where}, ${show(vector)}`, `a list of ${width} numbers`, received);
}

/** Whether it is the numbers of a vector together. */
export function isVector(value: unknown): value is Vector {
  return isList(value) || value instanceof Float32Array || value instanceof Float64Array;
}

function isList(value: unknown): value is readonly Cell[] {
  return Array.isArray(value);
}

type ColumnCard = NonNullable<ModelDescription['columns']>[number];

/** What a cell of a column of numbers, days or codes of numbers stands for, NaN where it is missing. */
function quantityOf(
  place: () => string,
  value: Cell,
  { kind, unit, comma, dayFirst, missingTexts }: ColumnCard,
): number {
  if (typeof value === 'string' && missingTexts?.includes(value.trim())) return Number.NaN;
  if (kind === 'date') return dayOf(place, value, dayFirst === true);
  return amountOf(place, value, { comma, unit });
}

/**
 * Texts are read as a file is that has one row: in the unit of the column, if it has one, and with the comma that the text shows.
 * @param written how the column was in training: its unit, and what a comma was
 */
function amountOf(
  place: () => string,
  value: Cell,
  written: { readonly unit?: string | undefined; readonly comma?: Comma | undefined } = {},
): number {
  const { unit, comma = 'thousands' } = written;
  if (value === null || value === undefined || value === '') return Number.NaN;
  if (typeof value === 'number') return value;
  const text = typeof value === 'string' ? value.trim() : undefined;
  const number =
    text && numberOf(text, styleOf([text], { comma, points: comma === 'decimal', unit }));
  if (typeof number === 'number') return number;
  const what = unit === undefined ? 'a number' : `a number in ${unit}`;
  throw new SymlossError(place(), `${what}, or nothing where it is missing`, show(value));
}

const dayLength = 86_400_000;

/** Days since 1970-01-01 in UTC. Texts are read as in a file, with the order of day and month that the column has. */
function dayOf(place: () => string, value: Cell, dayFirst: boolean): number {
  const text = typeof value === 'string' ? value.trim() : undefined;
  if (text === '') return Number.NaN;
  const day = text && (dateOf(text, dayFirst ? 'day' : 'month') ?? compactDateOf(text));
  if (typeof day === 'number') return day;
  if (value instanceof Date) {
    if (!Number.isNaN(value.getTime())) return value.getTime() / dayLength;
  } else if (text === undefined || isNumeric(text)) return amountOf(place, value);
  const expected = 'a day: a Date, text as 2024-01-31, or days since 1970-01-01';
  throw new SymlossError(place(), expected, show(value));
}

function textOf(place: () => string, value: Cell): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '';
  if (typeof value === 'string') return value.trim();
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new SymlossError(place(), 'a text, or nothing where it is missing', show(value));
}
