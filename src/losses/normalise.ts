import { SymlossError } from '../core/index.ts';
import type { Expr } from '../graph/index.ts';
import { clamp, constant, div, sub, sum } from '../graph/index.ts';
import type { ClassLoss } from './class-loss.ts';
import { logProbs } from './class-loss.ts';

/** A loss of one class as a function φ of its log-probability s ≤ 0, falling to φ(0) = 0. */
export type PointLoss = (logP: Expr) => Expr;

/**
 * The normalised loss, `φ(s_y)/Σ_j φ(s_j)` with s = ln p: rows sum to 1, values in [0, 1]
 * (Ma et al. 2020). The sum is never 0, since no more than one p_j is near 1.
 */
export function normalised(loss: PointLoss): ClassLoss {
  return (scores) => {
    const values = loss(logProbs(scores));
    return div(values, sum(values, -1, true));
  };
}

/**
 * The normalised negative loss, `1 − t_y/Σ_j t_j` with `t_j = φ(ln minProb) − φ(s_j)` and s_j =
 * ln p_j raised to at least ln minProb, the gradient 0 below: the loss negated, shifted to be at
 * least 0, and normalised. Rows sum to k − 1, values in [0, 1] (Ye et al. 2023).
 * @param minProb in (0, 1/k): at 1/k and above, equal scores would give 0/0
 * @param maxProb s_j is lowered to at most ln maxProb, the gradient 0 above; default: no such clamp
 */
export function normalisedNegative(
  name: string,
  loss: PointLoss,
  minProb: number,
  maxProb = 1,
): ClassLoss {
  return (scores) => {
    const k = scores.shape.at(-1) as number;
    if (minProb * k >= 1) {
      throw new SymlossError(
        `loss ${name}, minProb`,
        `a number below 1/k for ${k} classes`,
        String(minProb),
      );
    }
    const lowest = Math.log(minProb);
    const highest = maxProb < 1 ? Math.log(maxProb) : undefined;
    const above = sub(
      loss(constant(lowest, scores.dtype)),
      loss(clamp(logProbs(scores), lowest, highest)),
    );
    return sub(1, div(above, sum(above, -1, true)));
  };
}
