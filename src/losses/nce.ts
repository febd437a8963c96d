import { neg } from '../graph/index.ts';
import type { ClassLoss } from './class-loss.ts';
import { defineLoss } from './definition.ts';
import { normalised } from './normalise.ts';

/**
 * Normalised cross-entropy, `ln p_y / Σ_j ln p_j`. Symmetric: rows sum to 1. Values in [0, 1]
 * (Ma et al. 2020).
 */
export const nce: ClassLoss = normalised(neg);

export const nceDefinition = defineLoss({
  name: 'nce',
  formula: 'ln p_y / sum_j ln p_j',
  parameters: {},
  symmetric: () => 'yes',
  isBounded: () => true,
  reference: 'Ma, Huang, Wang, Romano, Erfani and Bailey 2020',
  build: () => nce,
});
