import type { ClassLoss } from './class-loss.ts';
import { defineLoss } from './definition.ts';
import { focalOf } from './focal.ts';
import { normalised } from './normalise.ts';
import { gammaParameter } from './parameters.ts';

/**
 * Normalised focal loss, `F_y / Σ_j F_j` with `F_j = −(1 − p_j)^γ ln p_j`. Symmetric: rows sum to
 * 1. Values in [0, 1] (Ma et al. 2020).
 * @param gamma 0 (normalised cross-entropy) or more
 */
export function nfl(gamma: number): ClassLoss {
  return normalised(focalOf(gamma));
}

export const nflDefinition = defineLoss({
  name: 'nfl',
  formula: 'F_y / sum_j F_j, F_j = -(1 - p_j)^gamma ln p_j',
  parameters: { gamma: gammaParameter(0.5) },
  symmetric: () => 'yes',
  isBounded: () => true,
  reference: 'Ma, Huang, Wang, Romano, Erfani and Bailey 2020',
  build: ({ gamma }) => nfl(gamma),
});
