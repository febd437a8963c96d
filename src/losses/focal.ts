import type { Expr } from '../graph/index.ts';
import { expm1, maximum, mul, neg, pow } from '../graph/index.ts';
import type { ClassLoss } from './class-loss.ts';
import { logProbs } from './class-loss.ts';
import { defineLoss } from './definition.ts';
import type { PointLoss } from './normalise.ts';
import { gammaParameter } from './parameters.ts';

/** Replaces 1 − p where p rounds to 1: there (1 − p)^γ has slope ∞ for γ < 1, times ln p = 0. */
const tiny = 1e-30;

/** `−(1 − e^s)^γ s`, 1 − e^s by expm1, which is accurate near p = 1. */
export function focalOf(gamma: number): PointLoss {
  const weight = (s: Expr) => pow(maximum(neg(expm1(s)), tiny), gamma);
  return (s) => (gamma === 0 ? neg(s) : mul(weight(s), neg(s)));
}

/**
 * Focal loss, `−(1 − p_y)^γ ln p_y`. Unbounded, not symmetric. Its gradient is the true one; some
 * published code holds (1 − p_y)^γ constant.
 * @param gamma 0 (cross-entropy) or more
 */
export function focal(gamma: number): ClassLoss {
  const loss = focalOf(gamma);
  return (scores) => loss(logProbs(scores));
}

export const focalDefinition = defineLoss({
  name: 'focal',
  formula: '-(1 - p_y)^gamma ln p_y',
  parameters: { gamma: gammaParameter(2) },
  symmetric: () => 'no',
  isBounded: () => false,
  reference: 'Lin, Goyal, Girshick, He and Dollár 2017',
  build: ({ gamma }) => focal(gamma),
});
