import type { Expr } from '../graph/index.ts';
import { expm1, mul, neg } from '../graph/index.ts';

/**
 * What an exponential moving average that starts at 0 is divided by at step t, `1 − βᵗ`, with its digits at the first steps.
 * @param decay β in [0, 1)
 * @param stepNumber t, a scalar, 1 at the first step
 */
export function biasCorrection(decay: number, stepNumber: Expr): Expr {
  return neg(expm1(mul(stepNumber, Math.log(decay))));
}
