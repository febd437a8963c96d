import { add, mean, mul } from '../graph/index.ts';
import type { ClassLoss } from './class-loss.ts';
import { crossEntropy } from './cross-entropy.ts';
import { defineLoss } from './definition.ts';

/**
 * Cross-entropy with smoothed labels, `(1 − ε) ce_y + (ε/k) Σ_j ce_j`: label y has the weight
 * 1 − ε + ε/k, every other ε/k (Szegedy et al. 2016, sec. 7; negative ε: Wei et al. 2022).
 *
 * With `decompose(crossEntropy)`, ce = s + m, s symmetric (unhinged) and m the mean over classes,
 * it is `(1 − ε)(s_y + m) + ε m = (1 − ε) s_y + m`: smoothing multiplies the symmetric part by
 * 1 − ε and leaves the class-insensitive part as it is. Positive ε moves away from the symmetric loss,
 * negative ε towards it. Never symmetric; unbounded below for ε < 0. For uniform noise of rate η, ε = 1 − 1/f with f = 1 − ηk/(k−1)
 * is backward correction (docs/theory.md).
 * @param eps below 1
 */
export function labelSmoothing(eps: number): ClassLoss {
  return (scores) => {
    const values = crossEntropy(scores);
    return add(mul(values, 1 - eps), mul(mean(values, -1, true), eps));
  };
}

export const labelSmoothingDefinition = defineLoss({
  name: 'label-smoothing',
  formula: '(1 - eps) ce_y + eps mean_j ce_j',
  parameters: {
    eps: {
      kind: 'number',
      default: 0.1,
      range: { max: 1, openMax: true },
      about: 'share of the label spread over all classes; negative sharpens',
    },
  },
  symmetric: () => 'no',
  isBounded: () => false,
  isBoundedBelow: ({ eps }) => eps >= 0,
  reference: 'Szegedy et al. 2016; negative: Wei et al. 2022',
  build: ({ eps }) => labelSmoothing(eps),
});
