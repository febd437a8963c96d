import type { Pieces } from '../../core/index.ts';
import { checkInteger, finish, SymlossError } from '../../core/index.ts';

/** Rows as vectors: dense numbers, and behind them those of terms that are not 0. */
export interface RowVectors {
  /** [n·width], row-major, finite. */
  readonly dense: Float32Array;
  readonly width: number;
  /** Compressed sparse rows; absent where there are none. */
  readonly sparse?: SparseRows | undefined;
}

export interface SparseRows {
  /** Terms that there are. */
  readonly terms: number;
  /** [n + 1], the entries of row i are those from `starts[i]` to `starts[i + 1]` − 1. */
  readonly starts: ArrayLike<number>;
  readonly places: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

export interface NearestOptions {
  /** Neighbours of each row. Default: 10. */
  readonly count?: number | undefined;
  /** Rows that are looked at, ascending. Default: all. */
  readonly among?: Uint32Array | undefined;
  /** [n], rows of one group are no neighbours of each other, as copies of one thing would be. Default: every row by itself. */
  readonly groups?: ArrayLike<number> | undefined;
}

/** The nearest other rows of each row. */
export interface Nearest {
  /** Of each row. */
  readonly count: number;
  /** [n·count], the nearest first; of equal distances the lower row first; `noNeighbour` fills up. */
  readonly rows: Uint32Array;
  /** [n·count], Euclidean; infinite where there is no neighbour. */
  readonly distances: Float64Array;
}

/** In place of a neighbour where there are fewer than asked for. */
export const noNeighbour = 0xffffffff;

/**
 * The nearest other rows of each row by Euclidean distance, exact, of `among`.
 * Costs n·|among|·width multiplications, and as many as terms meet.
 * @throws SymlossError for sizes that do not fit
 */
export function nearestRows(vectors: RowVectors, options: NearestOptions = {}): Nearest {
  return finish(nearestInPieces(vectors, options));
}

/** `nearestRows`, in pieces. */
export function* nearestInPieces(
  { dense, width, sparse }: RowVectors,
  { count = 10, among, groups }: NearestOptions = {},
): Pieces<Nearest> {
  const n = sparse === undefined ? dense.length / width : sparse.starts.length - 1;
  checkInteger('nearestRows count', count, { min: 1 });
  if (!Number.isInteger(n) || dense.length !== n * width) {
    throw new SymlossError('nearestRows dense', `${n} rows of ${width} numbers`, `${dense.length}`);
  }
  const rows = among ?? Uint32Array.from({ length: n }, (_, row) => row);
  const others = gather(dense, width, rows);
  const lists = sparse && postings(sparse, rows);
  const halves = Float64Array.from(rows, (row, i) => {
    return (squareOf(others, i * width, width) + sparseSquare(sparse, row)) / 2;
  });
  const nearest = {
    count,
    rows: new Uint32Array(n * count).fill(noNeighbour),
    distances: new Float64Array(n * count).fill(Number.POSITIVE_INFINITY),
  };
  const halfDistances = new Float64Array(rows.length);
  const best = new Best(count);
  for (let row = 0; row < n; row++) {
    yield;
    // ½|a − b|² − ½|a|² = ½|b|² − a·b
    halfDistances.set(halves);
    if (width > 0)
      subtractProducts(dense.subarray(row * width, (row + 1) * width), others, halfDistances);
    if (sparse !== undefined && lists !== undefined)
      subtractTerms(sparse, row, lists, halfDistances);
    best.clear();
    for (let i = 0; i < rows.length; i++) {
      const distance = halfDistances[i] as number;
      if (distance >= best.worst) continue;
      const other = rows[i] as number;
      if (other === row || (groups !== undefined && groups[other] === groups[row])) continue;
      best.add(distance, other);
    }
    const half = (squareOf(dense, row * width, width) + sparseSquare(sparse, row)) / 2;
    best.copyTo(nearest, row * count, half);
  }
  return nearest;
}

/** The lowest values that were added, ascending, with their rows. */
class Best {
  readonly #values: Float64Array;
  readonly #rows: Uint32Array;
  #size = 0;
  /** What is not below it is not among them. */
  worst = Number.POSITIVE_INFINITY;

  constructor(count: number) {
    this.#values = new Float64Array(count);
    this.#rows = new Uint32Array(count);
  }

  clear(): void {
    this.#size = 0;
    this.worst = Number.POSITIVE_INFINITY;
  }

  /** @param value below `worst` */
  add(value: number, row: number): void {
    const most = this.#values.length;
    if (this.#size < most) this.#size++;
    let at = this.#size - 1;
    for (; at > 0 && (this.#values[at - 1] as number) > value; at--) {
      this.#values[at] = this.#values[at - 1] as number;
      this.#rows[at] = this.#rows[at - 1] as number;
    }
    this.#values[at] = value;
    this.#rows[at] = row;
    if (this.#size === most) this.worst = this.#values[most - 1] as number;
  }

  /** @param half ½|a|², which the values lack */
  copyTo({ rows, distances }: Nearest, at: number, half: number): void {
    rows.set(this.#rows.subarray(0, this.#size), at);
    for (let i = 0; i < this.#size; i++) {
      distances[at + i] = Math.sqrt(Math.max(0, 2 * (half + (this.#values[i] as number))));
    }
  }
}

function gather(dense: Float32Array, width: number, rows: Uint32Array): Float32Array {
  const out = new Float32Array(rows.length * width);
  for (const [i, row] of rows.entries()) {
    out.set(dense.subarray(row * width, (row + 1) * width), i * width);
  }
  return out;
}

function squareOf(values: Float32Array, start: number, width: number): number {
  let sum = 0;
  for (let i = start; i < start + width; i++) sum += (values[i] as number) ** 2;
  return sum;
}

function sparseSquare(sparse: SparseRows | undefined, row: number): number {
  if (sparse === undefined) return 0;
  let sum = 0;
  const end = sparse.starts[row + 1] as number;
  for (let at = sparse.starts[row] as number; at < end; at++) {
    sum += (sparse.values[at] as number) ** 2;
  }
  return sum;
}

/** out_i −= a·b_i, four sums at a time: one waits for itself. */
function subtractProducts(a: Float32Array, others: Float32Array, out: Float64Array): void {
  const width = a.length;
  const even = width - (width % 4);
  for (let i = 0, start = 0; i < out.length; i++, start += width) {
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let j = 0; j < even; j += 4) {
      s0 += (a[j] as number) * (others[start + j] as number);
      s1 += (a[j + 1] as number) * (others[start + j + 1] as number);
      s2 += (a[j + 2] as number) * (others[start + j + 2] as number);
      s3 += (a[j + 3] as number) * (others[start + j + 3] as number);
    }
    for (let j = even; j < width; j++) s0 += (a[j] as number) * (others[start + j] as number);
    out[i] = (out[i] as number) - (s0 + s1 + s2 + s3);
  }
}

/** By term, where it is among the others and its value there. */
interface Postings {
  readonly starts: Uint32Array;
  readonly rows: Uint32Array;
  readonly values: Float32Array;
}

function postings({ terms, starts, places, values }: SparseRows, rows: Uint32Array): Postings {
  const counts = new Uint32Array(terms + 1);
  const each = (use: (term: number, i: number, value: number) => void) => {
    for (const [i, row] of rows.entries()) {
      const end = starts[row + 1] as number;
      for (let at = starts[row] as number; at < end; at++) {
        use(places[at] as number, i, values[at] as number);
      }
    }
  };
  each((term) => {
    counts[term + 1] = (counts[term + 1] as number) + 1;
  });
  for (let term = 0; term < terms; term++) {
    counts[term + 1] = (counts[term + 1] as number) + (counts[term] as number);
  }
  const total = counts[terms] as number;
  const found = { rows: new Uint32Array(total), values: new Float32Array(total) };
  const next = counts.slice();
  each((term, i, value) => {
    const at = next[term] as number;
    found.rows[at] = i;
    found.values[at] = value;
    next[term] = at + 1;
  });
  return { starts: counts, ...found };
}

function subtractTerms(
  { starts, places, values }: SparseRows,
  row: number,
  lists: Postings,
  out: Float64Array,
): void {
  const end = starts[row + 1] as number;
  for (let at = starts[row] as number; at < end; at++) {
    const term = places[at] as number;
    const value = values[at] as number;
    const last = lists.starts[term + 1] as number;
    for (let entry = lists.starts[term] as number; entry < last; entry++) {
      const i = lists.rows[entry] as number;
      out[i] = (out[i] as number) - value * (lists.values[entry] as number);
    }
  }
}
