import type { Expr } from '../graph/index.ts';
import { div, maximum, mul, reshape, sum } from '../graph/index.ts';

/** A batch as terms of the objective see it. */
export interface Batch {
  /** [n, k] */
  readonly scores: Expr;
  /** [n, k], one-hot or soft labels. */
  readonly targets: Expr;
  /** [n, m], where the loss remembers rows: what it remembers of them before the step. */
  readonly memory?: Expr | undefined;
  /** Sample weights [n]. Default: equal. */
  readonly weights?: Expr;
}

/** A term of the objective that is a function of a whole batch: `weight · value`. */
export interface BatchTerm {
  readonly weight: number;
  /** A scalar. */
  readonly value: (batch: Batch) => Expr;
}

/** Replaces a sum over a batch whose weights are all 0. */
export const tiny = 1e-12;

/** The weighted sum over the rows of a batch, [k], of values [n, k]. */
export function sumOfRows(values: Expr, { weights }: Batch): Expr {
  const [n = 0] = values.shape;
  return sum(weights === undefined ? values : mul(values, reshape(weights, [n, 1])), 0);
}

/** The weighted mean over the rows of a batch, [k], of values [n, k]; 0 where all weights are 0. */
export function meanOfRows(values: Expr, batch: Batch): Expr {
  const [n = 0] = values.shape;
  const { weights } = batch;
  const total = sumOfRows(values, batch);
  return weights === undefined ? mul(total, 1 / n) : div(total, maximum(sum(weights), tiny));
}

/** The terms of a batch as scalars that `objective` adds. */
export function batchValues(terms: readonly BatchTerm[], batch: Batch): Expr[] {
  return terms.map(({ weight, value }) => mul(value(batch), weight));
}
