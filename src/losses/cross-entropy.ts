import { neg } from '../graph/index.ts';
import type { ClassLoss } from './class-loss.ts';
import { logProbs } from './class-loss.ts';
import { defineLoss } from './definition.ts';

/** Cross-entropy, `−ln p_y`. Convex, unbounded, not symmetric. */
export const crossEntropy: ClassLoss = (scores) => neg(logProbs(scores));

export const ceDefinition = defineLoss({
  name: 'ce',
  formula: '-ln p_y',
  parameters: {},
  symmetric: () => 'no',
  isBounded: () => false,
  smoothness: () => 1 / 2,
  symmetrizedSmoothness: () => 0, // it is unhinged
  reference: 'cross-entropy, the negative log-likelihood',
  build: () => crossEntropy,
});
