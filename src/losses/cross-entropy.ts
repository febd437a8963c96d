import { neg } from '../graph/index.ts';
import type { ClassLoss } from './class-loss.ts';
import { logProbs } from './class-loss.ts';
import type { LossDefinition } from './definition.ts';

/** Cross-entropy, `−ln p_y`. Convex, unbounded, not symmetric. */
export const crossEntropy: ClassLoss = (scores) => neg(logProbs(scores));

export const ceDefinition: LossDefinition = {
  name: 'ce',
  formula: '-ln p_y',
  parameters: {},
  symmetric: () => 'no',
  isBounded: () => false,
  reference: 'cross-entropy, the negative log-likelihood',
  build: () => crossEntropy,
};
