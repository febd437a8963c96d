import type { Expr } from '../graph/index.ts';
import { add, exp, log, maximum, mul, sub, sum } from '../graph/index.ts';
import type { ClassLoss } from './class-loss.ts';
import { logProbs } from './class-loss.ts';
import { defineLoss } from './definition.ts';
import { clampParameter } from './parameters.ts';

/** Whether the divergence is divided by −(1 − π) ln(1 − π), or not. */
export type JensenShannonScale = 'by-pi' | 'none';

/** What Jensen-Shannon losses are multiplied by; cross-entropy is the limit of the scaled one for π → 0. */
export function jensenShannonScale(pi: number, scale: JensenShannonScale): number {
  return scale === 'none' ? 1 : -1 / ((1 - pi) * Math.log1p(-pi));
}

/** ln max(x, minProb), from x or from ln x where it is known; the gradient 0 below. */
const clampedLog = (logX: Expr, minProb: number) =>
  minProb > 0 ? maximum(logX, Math.log(minProb)) : logX;

/**
 * The Jensen-Shannon divergence of one-hot label and softmax, with weights π and 1 − π:
 * `s·[π KL(e_y, M) + (1 − π) KL(p, M)]`, `M = π e_y + (1 − π) p`, and s = −1/((1 − π) ln(1 − π)) if it is scaled. Between
 * cross-entropy (π → 0, scaled) and mean absolute error (π → 1); bounded, not symmetric (Englesson and Azizpour 2021).
 *
 * Both logarithms of each KL are those of numbers raised to at least `minProb`.
 * @param pi in (0, 1), the weight of the label
 * @param minProb in [0, 1); the published form has 1e-7, 0 removes the clamp
 */
export function jensenShannon(
  pi: number,
  scale: JensenShannonScale = 'by-pi',
  minProb = 1e-7,
): ClassLoss {
  return (scores) => {
    const logP = logProbs(scores);
    const probs = exp(logP);
    const logClampedP = clampedLog(logP, minProb);
    // p_j KL terms with M_j = (1 − π) p_j, as for every class that is not the label
    const others = mul(probs, sub(logClampedP, clampedLog(add(logP, Math.log1p(-pi)), minProb)));
    // M_y = π + (1 − π) p_y is above π
    const logM = log(add(mul(probs, 1 - pi), pi));
    const label = mul(probs, sub(logClampedP, clampedLog(logM, minProb)));
    const divergence = add(sub(sum(others, -1, true), others), label);
    const values = sub(mul(divergence, 1 - pi), mul(clampedLog(logM, minProb), pi));
    return mul(values, jensenShannonScale(pi, scale));
  };
}

export const jensenShannonDefinition = defineLoss({
  name: 'js',
  formula:
    's (pi KL(e_y, M) + (1 - pi) KL(p, M)), M = pi e_y + (1 - pi) p, s = -1/((1 - pi) ln(1 - pi))',
  parameters: {
    pi: {
      kind: 'number',
      default: 0.5,
      range: { min: 0, max: 1, openMin: true, openMax: true },
      about: 'weight of the label: from cross-entropy (towards 0) to mean absolute error (1)',
    },
    scale: {
      kind: 'choice',
      default: 'by-pi',
      options: ['by-pi', 'none'],
      about: 's as above, or 1',
    },
    minProb: clampParameter,
  },
  symmetric: () => 'no',
  isBounded: () => true,
  reference: 'Englesson and Azizpour 2021',
  build: ({ pi, scale, minProb }) => jensenShannon(pi, scale, minProb),
});
