import { checkLabels, fromNumbers, SymlossError } from '../core/index.ts';
import type { Expr } from '../graph/index.ts';
import { grad, input, interpret, mul, oneHot, program, sum } from '../graph/index.ts';
import type { ClassLoss } from './class-loss.ts';
import { parseLoss } from './parse.ts';

export interface Evaluation {
  /** The loss of each sample, [n]. */
  readonly values: Float64Array;
  /** For each sample the gradient of its loss with respect to its scores, n times [k]. */
  readonly gradients: Float64Array[];
}

/**
 * Loss values and gradients of plain arrays in float64; needs no runtime.
 * @param loss a class loss, or a spec such as `sgce:q=0.4`
 * @param scores n rows of k scores (logits)
 * @param labels n integers from 0 to k − 1
 * @throws SymlossError for ragged or non-finite scores, labels out of range, lengths that differ
 *
 * @example
 * evaluate('unhinged', [[1, 2, 6]], [2]).values // Float64Array [-3]
 */
export function evaluate(
  loss: ClassLoss | string,
  scores: readonly (readonly number[])[],
  labels: ArrayLike<number>,
): Evaluation {
  const classLoss = typeof loss === 'string' ? parseLoss(loss).classLoss : loss;
  const n = scores.length;
  const k = scores[0]?.length ?? 0;
  checkScores(scores, k);
  if (labels.length !== n) {
    throw new SymlossError('evaluate', `${n} labels, one per row of scores`, String(labels.length));
  }
  checkLabels('labels', labels, k);
  const z = input('scores', [n, k], 'float64');
  const y = input('labels', [n], 'int32');
  const values = sum(mul(oneHot(y, k, 'float64'), classLoss(z)), -1);
  const gradient = grad(sum(values), [z])[0] as Expr;
  const result = interpret(program({ values, gradient }), {
    scores: fromNumbers('float64', [n, k], scores.flat()),
    labels: fromNumbers('int32', [n], labels),
  });
  const gradients = result.gradient?.data as Float64Array;
  return {
    values: result.values?.data as Float64Array,
    gradients: Array.from({ length: n }, (_, i) => gradients.slice(i * k, (i + 1) * k)),
  };
}

function checkScores(scores: readonly (readonly number[])[], k: number): void {
  if (k < 2) throw new SymlossError('evaluate', 'rows of 2 scores or more', `${k} in row 0`);
  scores.forEach((row, i) => {
    if (row.length !== k) {
      throw new SymlossError(`scores, row ${i}`, `${k} scores, as in row 0`, String(row.length));
    }
    const bad = row.find((score) => !Number.isFinite(score));
    if (bad !== undefined) throw new SymlossError(`scores, row ${i}`, 'finite scores', String(bad));
  });
}
