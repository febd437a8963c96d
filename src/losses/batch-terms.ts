import type { Expr } from '../graph/index.ts';
import { mul } from '../graph/index.ts';

/** A batch as terms of the objective see it. */
export interface Batch {
  /** [n, k] */
  readonly scores: Expr;
  /** Sample weights [n]. Default: equal. */
  readonly weights?: Expr;
}

/** A term of the objective that is a function of a whole batch, and of no label: `weight · value`. */
export interface BatchTerm {
  readonly weight: number;
  /** A scalar. */
  readonly value: (batch: Batch) => Expr;
}

/** The terms of a batch as scalars that `objective` adds. */
export function batchValues(terms: readonly BatchTerm[], batch: Batch): Expr[] {
  return terms.map(({ weight, value }) => mul(value(batch), weight));
}
