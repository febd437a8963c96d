import { add, div, exp, pow, sub } from '../graph/index.ts';
import type { ClassLoss } from './class-loss.ts';
import { logProbs } from './class-loss.ts';
import type { LossDefinition } from './definition.ts';
import { positiveParameter } from './parameters.ts';

/**
 * Asymmetric generalised cross-entropy, `((a + 1)^q − (a + p_y)^q)/q`. Bounded, not symmetric:
 * *asymmetric* in the sense that the label with the largest weight decides (Zhou et al. 2021).
 * @param a above 0
 * @param q above 0
 */
export function agce(a: number, q: number): ClassLoss {
  return (scores) => div(sub((a + 1) ** q, pow(add(exp(logProbs(scores)), a), q)), q);
}

export const agceDefinition: LossDefinition = {
  name: 'agce',
  formula: '((a + 1)^q - (a + p_y)^q)/q',
  parameters: {
    a: positiveParameter(0.6, 'shift of the probability'),
    q: positiveParameter(0.6, 'exponent; 1 is mean absolute error'),
  },
  symmetric: ({ q }) => (q === 1 ? 'yes' : 'no'),
  isBounded: () => true,
  reference: 'Zhou, Liu, Jiang, Gao and Ji 2021',
  build: ({ a, q }) => agce(a as number, q as number),
};
