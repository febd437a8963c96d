import { SymlossError } from '../core/index.ts';

/** From this row size on, a block copy is faster than a loop. */
const BLOCK = 48;

/**
 * Copies rows of a row-major array into `out`, in the given order.
 * @param source `[n, rowSize]`
 * @param rows indices from 0 to n − 1
 * @param out `[rows.length, rowSize]`
 * @returns `out`
 * @throws SymlossError if `out` has another length or a row is out of range
 */
export function gatherRows<T extends Float32Array | Uint8Array | Int32Array | Uint32Array>(
  source: T,
  rowSize: number,
  rows: ArrayLike<number>,
  out: T,
): T {
  checkOut('gatherRows', rows.length * rowSize, out.length);
  if (rowSize === 0) return out; // a table of texts only has rows of no numbers
  const n = source.length / rowSize;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    if (!(row >= 0 && row < n)) throw outOfRange('gatherRows', n, row);
    const from = row * rowSize;
    const to = i * rowSize;
    if (rowSize >= BLOCK) out.set(source.subarray(from, from + rowSize), to);
    else for (let j = 0; j < rowSize; j++) out[to + j] = source[from + j] as number;
  }
  return out;
}

/**
 * Copies one integer per row into `out`, in the given order.
 * @param source `[n]`
 * @param rows indices from 0 to n − 1
 * @param out `[rows.length]`
 * @returns `out`
 * @throws SymlossError if `out` has another length or a row is out of range
 */
export function gatherInts(
  source: Int32Array,
  rows: ArrayLike<number>,
  out: Int32Array,
): Int32Array {
  checkOut('gatherInts', rows.length, out.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    if (!(row >= 0 && row < source.length)) throw outOfRange('gatherInts', source.length, row);
    out[i] = source[row] as number;
  }
  return out;
}

function checkOut(where: string, expected: number, received: number): void {
  if (received !== expected) {
    throw new SymlossError(where, `room for ${expected} values in out`, String(received));
  }
}

function outOfRange(where: string, n: number, row: number): SymlossError {
  return new SymlossError(where, `row indices from 0 to ${n - 1}`, String(row));
}
