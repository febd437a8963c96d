import { add, div, exp, pow, sub } from '../graph/index.ts';
import type { ClassLoss } from './class-loss.ts';
import { logProbs } from './class-loss.ts';
import { defineLoss } from './definition.ts';
import { positiveParameter } from './parameters.ts';

/**
 * Asymmetric generalised cross-entropy, `((a + 1)^q − (a + p_y)^q)/q`. Bounded, not symmetric:
 * *asymmetric*, in that its weighted sum over labels is minimised by the label with the largest
 * weight (Zhou et al. 2021).
 * @param a above 0
 * @param q above 0
 */
export function agce(a: number, q: number): ClassLoss {
  return (scores) => div(sub((a + 1) ** q, pow(add(exp(logProbs(scores)), a), q)), q);
}

export const agceDefinition = defineLoss({
  name: 'agce',
  formula: '((a + 1)^q - (a + p_y)^q)/q',
  parameters: {
    a: positiveParameter(0.6, 'shift of the probability'),
    q: positiveParameter(0.6, 'exponent; 1 is mean absolute error'),
  },
  symmetric: ({ q }) => (q === 1 ? 'yes' : 'no'),
  isBounded: () => true,
  reference: 'Zhou, Liu, Jiang, Gao and Ji 2021',
  build: ({ a, q }) => agce(a, q),
});
