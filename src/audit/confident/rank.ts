import { lowest } from './lowest.ts';

/**
 * Rows by a score, the most suspect first.
 * @param scores [n], the lower, the more suspect; none is NaN
 * @param rows those to order; default: all
 * @returns rows by ascending score; of equal ones the lower row first
 */
export function rank(scores: ArrayLike<number>, rows?: ArrayLike<number>): Uint32Array {
  const order =
    rows === undefined ? Uint32Array.from(scores, (_, row) => row) : Uint32Array.from(rows);
  return order.sort((a, b) => (scores[a] as number) - (scores[b] as number) || a - b);
}

/**
 * The rows with the highest values, the highest first; of equal ones the lower row first. Only these are sorted.
 * @param values [n], none is NaN
 * @param count 0 to n
 */
export function highest(values: Float64Array, count: number): Uint32Array {
  const scores = values.map((value) => -value);
  return rank(scores, lowest(scores, count));
}
