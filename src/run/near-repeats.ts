import type { Pieces } from '../core/index.ts';
import type { Dataset } from '../data/index.ts';

/** Of the rows, how many different values a column may have to be coarse: rows agree in it by chance. */
const mostValues = 0.2;

/**
 * Finds rows that another row differs from in one cell of a coarse column only. In tables of a few categories nearly all that are
 * the same as another row are among them: they are so by chance. Copies of rows of measurements are not.
 * @param data a table in memory
 * @param contents one row of each content, all different
 * @returns those of them that were found. Rows are compared by hashes of 53 bits
 */
export function* nearRows(data: Dataset, contents: readonly number[]): Pieces<Set<number>> {
  const features = data.features as Float32Array;
  const n = data.labels.length;
  const d = features.length / n;
  const cell = (row: number, j: number) => features[row * d + j] as number;
  const sums = new CellSums(contents.length);
  for (const [i, row] of contents.entries()) {
    yield;
    for (let j = 0; j < d; j++) sums.add(i, cell(row, j), j);
  }
  const near = new Set<number>();
  const keys = new Float64Array(contents.length);
  for (let j = 0; j < d; j++) {
    if (data.kinds?.[j] === 'text') continue;
    const values = new Set<number>(); // NaN is one of them
    for (const row of contents) values.add(cell(row, j));
    yield;
    if (values.size > mostValues * n) continue;
    for (const [i, row] of contents.entries()) keys[i] = sums.without(i, cell(row, j), j);
    const repeated = repeatedOf(keys);
    for (const [i, row] of contents.entries()) {
      if (repeated.has(keys[i] as number)) near.add(row);
    }
  }
  return near;
}

function repeatedOf(keys: Float64Array): Set<number> {
  const sorted = keys.slice().sort();
  return new Set(sorted.filter((key, i) => i > 0 && key === sorted[i - 1]));
}

/** Of each row two sums, modulo 2³², of hashes of its cells: what they are without a cell is a difference. */
class CellSums {
  readonly #first: Int32Array;
  readonly #second: Int32Array;

  constructor(rows: number) {
    this.#first = new Int32Array(rows);
    this.#second = new Int32Array(rows);
  }

  add(i: number, value: number, column: number): void {
    this.#first[i] = (this.#first[i] as number) + hashOf(value, 2 * column);
    this.#second[i] = (this.#second[i] as number) + hashOf(value, 2 * column + 1);
  }

  without(i: number, value: number, column: number): number {
    const first = (this.#first[i] as number) - hashOf(value, 2 * column);
    const second = (this.#second[i] as number) - hashOf(value, 2 * column + 1);
    return (first >>> 0) * 2 ** 21 + (second >>> 11);
  }
}

const number = new Float32Array(1);
const bits = new Int32Array(number.buffer);

/** 32 bits of a float32: equal for equal values, −0 and 0 as well as all NaN among them. */
function hashOf(value: number, seed: number): number {
  number[0] = value === 0 ? 0 : value;
  let hash = (Number.isNaN(value) ? 1 : (bits[0] as number)) + Math.imul(seed + 1, 0x9e3779b9);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
