import type { ClassLoss } from './class-loss.ts';
import { symmetrize } from './class-loss.ts';
import { defineLoss } from './definition.ts';
import { gce } from './gce.ts';
import { maeSmoothness } from './mae.ts';
import { fractionParameter } from './parameters.ts';

/**
 * Symmetrized generalised cross-entropy, `((1/k) Σ_j p_j^q − p_y^q)/q`, no clamp: symmetric for
 * every q. Tends to the unhinged loss as q → 0 and is 1/k − p_y, mean absolute error up to a
 * constant, at q = 1.
 * @param q in (0, 1]
 */
export function sgce(q: number): ClassLoss {
  return symmetrize(gce(q, 0));
}

/**
 * An upper bound of SGCE's Hessian norm, on scores of which the largest is at most `range` above
 * the smallest: ((k−1)/k)·[(1 − e^(−q·range))/2 + 2q·(q/(q+2))^q·(2/(q+2))²] (docs/theory.md).
 */
export function sgceSmoothness(q: number, k: number, range = Number.POSITIVE_INFINITY): number {
  const spread = -Math.expm1(-q * range) / 2;
  const outer = 2 * q * (q / (q + 2)) ** q * (2 / (q + 2)) ** 2;
  return ((k - 1) / k) * (spread + outer);
}

export const sgceDefinition = defineLoss({
  name: 'sgce',
  formula: '(mean_j p_j^q - p_y^q)/q',
  parameters: {
    q: fractionParameter(0.7, 'from unhinged (towards 0) to mean absolute error (1)'),
  },
  fromPaper: true,
  symmetric: () => 'yes',
  isBounded: () => true,
  smoothness: ({ q }, k) => (q === 1 ? maeSmoothness : sgceSmoothness(q, k)),
  reference: 'Lemire Paquin, Chaib-draa and Giguère 2026',
  build: ({ q }) => sgce(q),
});
