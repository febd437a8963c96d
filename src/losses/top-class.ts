import type { Expr } from '../graph/index.ts';
import { cast, constant, equal, max, where } from '../graph/index.ts';

/**
 * Whether each class has the largest score of its row, the first of equal ones: [n, k], true once in a row; a constant for the gradient.
 * It is made without integers of 64 bits, which devices do not have.
 */
export function isTopClass(scores: Expr): Expr {
  const k = scores.shape.at(-1) as number;
  const data = Float64Array.from({ length: k }, (_, j) => -j);
  const places = cast(constant({ dtype: 'float64', shape: [k], data }), scores.dtype);
  const isLargest = equal(scores, max(scores, -1, true));
  const first = max(where(isLargest, places, -k), -1, true);
  return equal(places, first);
}
