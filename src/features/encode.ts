import type { Pieces } from '../core/index.ts';
import { finish } from '../core/index.ts';
import { categoryFinder } from '../data/category-spelling.ts';
import type { Dataset, OpenRows, RowFile, RowReader } from '../data/index.ts';
import type { FeaturePipeline, FittedColumn } from './columns.ts';
import { denseColumns, ofKind } from './columns.ts';
import type { TableRows } from './fit.ts';
import { categoryOf } from './fit-categories.ts';
import type { SparseTerms } from './term-weights.ts';
import { termWeights } from './term-weights.ts';

/** Encoded rows of a table with texts, `[n, width + terms]`: plain data. The weights of terms lie behind the dense numbers. */
export interface SparseRows extends SparseTerms {
  /** `[n, width]` */
  readonly dense: Float32Array;
  readonly width: number;
}

/** Rows of a table in a file, which are encoded when they are read: plain data. */
export interface StoredRows {
  /** [·, d] float32 */
  readonly stored: RowFile;
  /** [n], which rows of the file. */
  readonly rows: Uint32Array;
  readonly texts: Dataset['texts'];
  readonly pipeline: FeaturePipeline;
}

/** Reads rows of a table in a file and encodes them. */
export class StoredReader {
  readonly #source: StoredRows;
  readonly #reader: RowReader;
  readonly #encode: DenseEncoder;
  #raw = new Float32Array();
  #rows = new Uint32Array();

  constructor(source: StoredRows, openRows: OpenRows) {
    this.#source = source;
    const { stored, texts, pipeline } = source;
    this.#reader = openRows(stored, stored.rowSize);
    this.#encode = denseEncoder(pipeline, stored.rowSize / 4, texts);
  }

  /** Writes encoded rows into `out`, `[rows.length, width]`. @param rows places among those of the source */
  read(rows: ArrayLike<number>, out: Float32Array): void {
    const { stored, rows: all } = this.#source;
    const n = rows.length;
    const d = stored.rowSize / 4;
    if (this.#rows.length < n) {
      this.#rows = Uint32Array.from({ length: n }, (_, i) => i);
      this.#raw = new Float32Array(n * d);
    }
    const raw = this.#raw.subarray(0, n * d);
    const wanted = Uint32Array.from(rows, (row) => all[row] as number);
    this.#reader.read(wanted, new Uint8Array(raw.buffer, 0, raw.byteLength));
    this.#encode(raw, this.#rows.subarray(0, n), out);
  }

  close(): void {
    this.#reader.close();
  }
}

/** Encodes some rows of a table: `[n, width]`, or, where it has texts, with their terms. */
export function encodeRows(
  table: TableRows,
  d: number,
  rows: ArrayLike<number>,
  pipeline: FeaturePipeline,
): Float32Array | SparseRows {
  return finish(encodeRowsInPieces(table, d, rows, pipeline));
}

/** As `encodeRows`, in pieces. */
export function* encodeRowsInPieces(
  table: TableRows,
  d: number,
  rows: ArrayLike<number>,
  pipeline: FeaturePipeline,
): Pieces<Float32Array | SparseRows> {
  const width = denseColumns(pipeline).length;
  const out = new Float32Array(rows.length * width);
  denseEncoder(pipeline, d, table.texts)(table.features, rows, out);
  const texts = ofKind(pipeline, 'text');
  if (texts.length === 0) return out;
  return { dense: out, width, ...(yield* termWeights(table, d, rows, pipeline)) };
}

/** Encodes all but the texts of rows, into `out`, `[rows.length, width]`. */
type DenseEncoder = (features: Float32Array, rows: ArrayLike<number>, out: Float32Array) => void;

/** @param d numbers of a row of the table */
function denseEncoder(pipeline: FeaturePipeline, d: number, texts: Dataset['texts']): DenseEncoder {
  const placeOf = new Map<FittedColumn, number>(pipeline.columns.map((own, i) => [own, i]));
  const columns = denseColumns(pipeline).map((column) => {
    const place = placeOf.get(column) as number;
    return { place, encode: encoder(column, texts?.[place]) };
  });
  const width = columns.length;
  return (features, rows, out) => {
    for (const [j, { place, encode }] of columns.entries()) {
      for (let i = 0; i < rows.length; i++) {
        out[i * width + j] = encode(features[(rows[i] as number) * d + place] as number);
      }
    }
  };
}

/** What a cell's number is in an encoded row. */
function encoder(
  column: FittedColumn,
  texts: readonly string[] | undefined,
): (value: number) => number {
  if (column.kind !== 'categorical') return (value) => value;
  const find = categoryFinder(column.values);
  const { length } = column.values;
  const known = new Map<number, number>(); // a lookup of numbers is faster than one of texts
  return (value) => {
    let place = known.get(value);
    if (place === undefined) {
      place = find(categoryOf(value, texts)) ?? length;
      known.set(value, place);
    }
    return place;
  };
}

/**
 * Writes some encoded rows, in the given order, into `out`, `[rows.length, width + terms]`.
 * @param rows of the encoded ones
 */
export function fillSparse(
  { dense, width, terms, starts, places, values }: SparseRows,
  rows: ArrayLike<number>,
  out: Float32Array,
): void {
  const full = width + terms;
  out.fill(0, 0, rows.length * full);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    const to = i * full;
    out.set(dense.subarray(row * width, (row + 1) * width), to);
    const end = starts[row + 1] as number;
    for (let at = starts[row] as number; at < end; at++) {
      out[to + width + (places[at] as number)] = values[at] as number;
    }
  }
}
