import { div, exp, pow, sub } from '../graph/index.ts';
import type { ClassLoss } from './class-loss.ts';
import { logProbs } from './class-loss.ts';
import { defineLoss } from './definition.ts';
import { positiveParameter } from './parameters.ts';

/**
 * Asymmetric unhinged loss, `((a − p_y)^q − (a − 1)^q)/q`. Bounded, not symmetric (Zhou et al.
 * 2021). It is a function of probabilities, and unrelated to `unhinged`, which is a function of scores.
 * @param a above 1
 * @param q above 0
 */
export function aul(a: number, q: number): ClassLoss {
  return (scores) => div(sub(pow(sub(a, exp(logProbs(scores))), q), (a - 1) ** q), q);
}

export const aulDefinition = defineLoss({
  name: 'aul',
  formula: '((a - p_y)^q - (a - 1)^q)/q',
  parameters: {
    a: {
      kind: 'number',
      default: 6.3,
      range: { min: 1, openMin: true },
      about: 'what the probability is subtracted from',
    },
    q: positiveParameter(1.5, 'exponent; 1 is mean absolute error'),
  },
  symmetric: ({ q }) => (q === 1 ? 'yes' : 'no'),
  isBounded: () => true,
  reference: 'Zhou, Liu, Jiang, Gao and Ji 2021',
  build: ({ a, q }) => aul(a, q),
});
