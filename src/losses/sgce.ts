import type { ClassLoss } from './class-loss.ts';
import { symmetrize } from './class-loss.ts';
import type { LossDefinition } from './definition.ts';
import { gce } from './gce.ts';

/**
 * Symmetrized generalised cross-entropy, `((1/k) Σ_j p_j^q − p_y^q)/q`, no clamp: symmetric for
 * every q. Tends to the unhinged loss as q → 0 and is 1/k − p_y, mean absolute error up to a
 * constant, at q = 1.
 * @param q in (0, 1]
 */
export function sgce(q: number): ClassLoss {
  return symmetrize(gce(q, 0));
}

export const sgceDefinition: LossDefinition = {
  name: 'sgce',
  formula: '(mean_j p_j^q - p_y^q)/q',
  parameters: {
    q: {
      kind: 'number',
      default: 0.7,
      range: { min: 0, max: 1, openMin: true },
      about: 'from unhinged (towards 0) to mean absolute error (1)',
    },
  },
  symmetric: () => 'yes',
  isBounded: () => true,
  reference: 'Lemire Paquin, Chaib-draa and Giguère 2026',
  build: ({ q }) => sgce(q as number),
};
