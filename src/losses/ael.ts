import { div, exp, neg } from '../graph/index.ts';
import type { ClassLoss } from './class-loss.ts';
import { logProbs } from './class-loss.ts';
import { defineLoss } from './definition.ts';
import { positiveParameter } from './parameters.ts';

/**
 * Asymmetric exponential loss, `exp(−p_y/a)`. Bounded, not symmetric (Zhou et al. 2021).
 * @param a above 0
 */
export function ael(a: number): ClassLoss {
  return (scores) => exp(div(neg(exp(logProbs(scores))), a));
}

export const aelDefinition = defineLoss({
  name: 'ael',
  formula: 'exp(-p_y/a)',
  parameters: { a: positiveParameter(5, 'scale of the probability') },
  symmetric: () => 'no',
  isBounded: () => true,
  reference: 'Zhou, Liu, Jiang, Gao and Ji 2021',
  build: ({ a }) => ael(a),
});
