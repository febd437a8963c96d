import type { Pieces } from '../../core/index.ts';
import {
  checkFields,
  checkInteger,
  checkList,
  finish,
  SymlossError,
  show,
} from '../../core/index.ts';

/**
 * The numbers of n rows: row-major in one typed array, or a function that gives those of a row; it may use the same array again
 * for the next row.
 */
export type RowNumbers =
  | Float32Array
  | Float64Array
  | Uint8Array
  | ((row: number) => ArrayLike<number>);

export interface DuplicatesOptions {
  /** Rows that are compared with the others, such as those that a model is tested on, and how many there are. */
  readonly test?: { readonly features: RowNumbers; readonly rows: number } | undefined;
}

/** Rows that are the same in every number. */
export interface DuplicateGroup {
  /** At least one, ascending. */
  readonly rows: readonly number[];
  /** Rows of `test` that are the same, ascending. With `rows` at least two. */
  readonly testRows: readonly number[];
  /** Labels of `rows` that are not the most frequent one among them. */
  readonly conflicts: number;
}

export interface Duplicates {
  /** By their first row. */
  readonly groups: readonly DuplicateGroup[];
  /** Groups of two or more of the rows themselves, and the rows in them. */
  readonly repeated: { readonly groups: number; readonly rows: number };
  /**
   * Those of them with different labels. `conflicts` is the number of labels that are not the most frequent one of their group: if
   * rows that are the same are of one class, at least so many labels are wrong.
   */
  readonly conflicting: {
    readonly groups: number;
    readonly rows: number;
    readonly conflicts: number;
  };
  /** Groups with rows of `test`, the rows in them, and those of `test`. */
  readonly inTest: { readonly groups: number; readonly rows: number; readonly testRows: number };
}

/**
 * Finds rows that are the same in every number: NaN, a missing value, equals NaN, and 0 equals −0. Rows are compared in full where
 * their hashes are equal, so none is named wrongly. Takes time linear in n·d and 16 bytes a row beside the input.
 * @param features [n, d]
 * @param labels [n]
 * @throws SymlossError for no rows, or numbers that do not make n rows
 * @example
 * const { groups } = duplicates(Float32Array.of(1, 2, 3, 4, 1, 2), [0, 1, 1]);
 * groups; // [{ rows: [0, 2], testRows: [], conflicts: 1 }]
 */
export function duplicates(
  features: RowNumbers,
  labels: ArrayLike<number>,
  options: DuplicatesOptions = {},
): Duplicates {
  return finish(duplicatesInPieces(features, labels, options));
}

/** `duplicates`, in pieces. */
export function* duplicatesInPieces(
  features: RowNumbers,
  labels: ArrayLike<number>,
  options: DuplicatesOptions = {},
): Pieces<Duplicates> {
  checkFields('duplicates', options, ['test']);
  checkList('duplicates labels', labels);
  const { test } = options;
  const n = labels.length;
  const own = readerOf('duplicates features', features, n);
  const other = test && readerOf('duplicates test features', test.features, test.rows);
  const read = (row: number) => (row < n ? own(row) : (other as Reader)(row - n));
  const equal = yield* equalRows(n + (test?.rows ?? 0), read);
  const groups = equal
    .filter(([first]) => (first as number) < n)
    .map((rows) => {
      const inner = rows.filter((row) => row < n);
      const testRows = rows.filter((row) => row >= n).map((row) => row - n);
      return { rows: inner, testRows, conflicts: conflictsOf(inner, labels) };
    });
  const repeated = groups.filter(({ rows }) => rows.length > 1);
  const conflicting = groups.filter(({ conflicts }) => conflicts > 0);
  const tested = groups.filter(({ testRows }) => testRows.length > 0);
  return {
    groups,
    repeated: { groups: repeated.length, rows: sum(repeated, ({ rows }) => rows.length) },
    conflicting: {
      groups: conflicting.length,
      rows: sum(conflicting, ({ rows }) => rows.length),
      conflicts: sum(conflicting, ({ conflicts }) => conflicts),
    },
    inTest: {
      groups: tested.length,
      rows: sum(tested, ({ rows }) => rows.length),
      testRows: sum(tested, ({ testRows }) => testRows.length),
    },
  };
}

type Reader = (row: number) => ArrayLike<number>;

function readerOf(where: string, features: RowNumbers, n: number): Reader {
  checkInteger(`${where}, rows`, n, { min: 1 });
  if (typeof features === 'function') return features;
  if (!isNumbers(features)) {
    const expected = 'a Float32Array, Float64Array or Uint8Array, or a function that gives a row';
    throw new SymlossError(where, expected, show(features), {
      hint: Array.isArray(features) ? 'make one of a list: Float32Array.from(list)' : undefined,
    });
  }
  const d = features.length / n;
  if (!(Number.isInteger(d) && d > 0)) {
    throw new SymlossError(where, `numbers of ${n} rows`, `${features.length} numbers`);
  }
  return (row) => features.subarray(row * d, (row + 1) * d);
}

function isNumbers(value: unknown): value is Exclude<RowNumbers, (row: number) => unknown> {
  return (
    value instanceof Float32Array || value instanceof Float64Array || value instanceof Uint8Array
  );
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

function conflictsOf(rows: readonly number[], labels: ArrayLike<number>): number {
  const counts = new Map<number, number>();
  for (const row of rows) {
    const label = labels[row] as number;
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return rows.length - Math.max(...counts.values());
}

/** Groups of two or more equal rows, each ascending, by their first row. */
function* equalRows(n: number, read: Reader): Pieces<number[][]> {
  const hashes = new Float64Array(n);
  for (let row = 0; row < n; row++) {
    yield;
    hashes[row] = hashOf(read(row));
  }
  const sorted = hashes.slice().sort();
  const repeated = new Map<number, number[]>();
  for (let i = 1; i < n; i++) {
    if (sorted[i] === sorted[i - 1]) repeated.set(sorted[i] as number, []);
  }
  if (repeated.size > 0) {
    for (let row = 0; row < n; row++) repeated.get(hashes[row] as number)?.push(row);
  }
  const groups: number[][] = [];
  for (const rows of repeated.values()) groups.push(...(yield* byContent(rows, read)));
  return groups.filter((rows) => rows.length > 1).sort(([a], [b]) => (a as number) - (b as number));
}

/** Rows of one hash, divided into those that are the same. */
function* byContent(rows: readonly number[], read: Reader): Pieces<number[][]> {
  const groups: { readonly content: ArrayLike<number>; readonly rows: number[] }[] = [];
  for (const row of rows) {
    yield;
    const content = read(row);
    const known = groups.find((group) => isEqual(group.content, content));
    if (known === undefined) groups.push({ content: Float64Array.from(content), rows: [row] });
    else known.rows.push(row);
  }
  return groups.map((group) => group.rows);
}

function isEqual(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] as number, b[i] as number];
    if (x !== y && !(Number.isNaN(x) && Number.isNaN(y))) return false;
  }
  return true;
}

const bits = new Float64Array(1);
const halves = new Uint32Array(bits.buffer);

/** 53 bits: equal for equal rows, mostly different for others. */
function hashOf(values: ArrayLike<number>): number {
  let [a, b] = [0x9e3779b9, 0x85ebca6b];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    bits[0] = value === 0 ? 0 : value; // −0, too
    const isMissing = Number.isNaN(value); // in bits there are many of them
    const low = isMissing ? 1 : (halves[0] as number);
    const high = isMissing ? 1 : (halves[1] as number);
    a = Math.imul(a ^ low, 0xcc9e2d51);
    a = Math.imul((a ^ (a >>> 15)) + high, 0x1b873593) ^ (a >>> 13);
    b = Math.imul(b ^ high, 0x27d4eb2f);
    b = Math.imul((b ^ (b >>> 15)) + low, 0x165667b1) ^ (b >>> 16);
  }
  return (a >>> 0) * 2 ** 21 + (b >>> 11);
}
