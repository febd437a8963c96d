import type { ClassLoss } from './class-loss.ts';
import { defineLoss } from './definition.ts';
import { focalOf } from './focal.ts';
import { normalisedNegative } from './normalise.ts';
import { floorParameter, gammaParameter } from './parameters.ts';

/**
 * Normalised negative focal loss, `1 − t_y/Σ_j t_j` with `t_j = F(minProb) − F(max(p_j, minProb))`
 * and `F(p) = −(1 − p)^γ ln p`. Symmetric: rows sum to k − 1. Values in [0, 1] (Ye et al. 2023).
 * @param gamma 0 (normalised negative cross-entropy) or more
 * @param minProb in (0, 1/k); below it the gradient is 0
 */
export function nnfl(gamma: number, minProb = 1e-7): ClassLoss {
  return normalisedNegative('nnfl', focalOf(gamma), minProb);
}

export const nnflDefinition = defineLoss({
  name: 'nnfl',
  formula:
    '1 - t_y / sum_j t_j, t_j = F(minProb) - F(max(p_j, minProb)), F(p) = -(1 - p)^gamma ln p',
  parameters: { gamma: gammaParameter(0.5), minProb: floorParameter },
  symmetric: () => 'yes',
  isBounded: () => true,
  reference: 'Ye, Li, Dai, Liu, Sun and Tong 2023',
  build: ({ gamma, minProb }) => nnfl(gamma, minProb),
});
