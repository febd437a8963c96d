import { neg } from '../graph/index.ts';
import type { ClassLoss } from './class-loss.ts';
import { defineLoss } from './definition.ts';
import { normalisedNegative } from './normalise.ts';
import { floorParameter } from './parameters.ts';

/**
 * Normalised negative cross-entropy, `1 − t_y/Σ_j t_j` with `t_j = ln max(p_j, minProb) −
 * ln minProb`. Symmetric: rows sum to k − 1. Values in [0, 1] (Ye et al. 2023).
 * @param minProb in (0, 1/k); below it the gradient is 0
 * @param maxProb a clamp from above, the gradient 0 beyond; default: none
 */
export function nnce(minProb = 1e-7, maxProb = 1): ClassLoss {
  return normalisedNegative('nnce', neg, minProb, maxProb);
}

export const nnceDefinition = defineLoss({
  name: 'nnce',
  formula: '1 - t_y / sum_j t_j, t_j = ln max(p_j, minProb) - ln minProb',
  parameters: { minProb: floorParameter },
  symmetric: () => 'yes',
  isBounded: () => true,
  reference: 'Ye, Li, Dai, Liu, Sun and Tong 2023',
  build: ({ minProb }) => nnce(minProb),
});
