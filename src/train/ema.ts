import type { Expr } from '../graph/index.ts';
import { add, div, mul, sub } from '../graph/index.ts';
import { biasCorrection } from './bias-correction.ts';

/** Where the averages of a network's variables lie: `ema/hidden1/weight`. */
export const averageScope = 'ema';

/** The slot of the average of a variable. */
export const averageName = (variable: string): string => `${averageScope}/${variable}`;

/**
 * The weight of the newest values in the average at step t, `w = (1 − d)/(1 − dᵗ)`: a scalar.
 * @param decay d in [0, 1)
 * @param stepNumber t, 1 at the first step
 */
export function newestWeight(decay: number, stepNumber: Expr): Expr {
  return div(1 - decay, biasCorrection(decay, stepNumber));
}

/**
 * The exponential moving average after a step, `a ← (1 − w)a + wθ`. With w of `newestWeight` it is the mean of θ₁, …, θₜ with
 * weights that are proportional to `dᵗ⁻ⁱ`: what `a ← d·a + (1 − d)θ` from 0 on gives, divided by 1 − dᵗ, so that the first values
 * count no more than d says.
 *
 * Source: Kingma and Ba, *Adam: a method for stochastic optimization*, ICLR 2015, section 7.2 (temporal averaging); without the
 * correction Polyak and Juditsky 1992, and `get_ema_multi_avg_fn` of PyTorch, which starts with a = θ₁.
 * @param average a, before the step
 * @param value θ, after the step; of the same shape
 * @param weight w, a scalar
 */
export function movedAverage(average: Expr, value: Expr, weight: Expr): Expr {
  return add(mul(average, sub(1, weight)), mul(value, weight));
}
