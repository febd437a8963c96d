import { div, expm1, maximum, mul, neg } from '../graph/index.ts';
import type { ClassLoss } from './class-loss.ts';
import { logProbs } from './class-loss.ts';
import { defineLoss } from './definition.ts';
import { clampParameter, fractionParameter } from './parameters.ts';

/**
 * Generalised cross-entropy, `(1 − p_y^q)/q` with p_y raised to at least `minProb`; below it the
 * gradient is 0. Between cross-entropy (q → 0) and mean absolute error (q = 1).
 *
 * Computed as −expm1(q·ln p_y)/q, which stays accurate as q → 0.
 * @param q in (0, 1]
 * @param minProb in [0, 1); the published form has 1e-7, 0 removes the clamp
 */
export function gce(q: number, minProb = 1e-7): ClassLoss {
  return (scores) => {
    const logP = logProbs(scores);
    const clamped = minProb > 0 ? maximum(logP, Math.log(minProb)) : logP;
    return div(neg(expm1(mul(clamped, q))), q);
  };
}

export const gceDefinition = defineLoss({
  name: 'gce',
  formula: '(1 - max(p_y, minProb)^q)/q',
  parameters: {
    q: fractionParameter(0.7, 'from cross-entropy (towards 0) to mean absolute error (1)'),
    minProb: clampParameter,
  },
  symmetric: ({ q, minProb }) => (q === 1 && minProb === 0 ? 'yes' : 'no'),
  isBounded: () => true,
  // a clamp makes the gradient jump
  smoothness: ({ minProb }) => (minProb === 0 ? 1 / 2 : undefined),
  reference: 'Zhang and Sabuncu 2018',
  build: ({ q, minProb }) => gce(q, minProb),
});
