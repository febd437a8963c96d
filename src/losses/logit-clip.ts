import type { Parameters, ValuesOf } from '../core/index.ts';
import type { Expr } from '../graph/index.ts';
import { add, div, less, maximum, mul, sqrt, sum, where } from '../graph/index.ts';
import type { ClassLoss } from './class-loss.ts';
import { positiveParameter } from './parameters.ts';

/** Replaces the square of the norm of scores that are all 0, where the norm has no slope; they are not clipped. */
const tiny = 1e-30;

/**
 * A loss of clipped scores, `L(u)`: u = z/(temp·N) where the norm N = ‖z‖ + eps is above temp, else z (Wei et al. 2023).
 * Bounded if L is finite, as ‖u‖ is at most max(temp, 1/temp). Symmetric if L is.
 *
 * The norm of clipped scores is 1/temp, not temp: the scores jump there unless temp is 1, and for temp < 1 clipping makes them
 * larger. Settings published for a clipped norm δ are temp = 1/δ here.
 * @param temp above 0
 * @param eps 0 or more, added to the norm; the published code has 1e-7
 */
export function logitClip(loss: ClassLoss, temp: number, eps = 1e-7): ClassLoss {
  return (scores) => loss(clipScores(scores, temp, eps));
}

/** The scores that `logitClip` gives to a loss, [n, k]. */
export function clipScores(scores: Expr, temp: number, eps: number): Expr {
  const norm = add(sqrt(maximum(sum(mul(scores, scores), -1, true), tiny)), eps);
  return mul(scores, where(less(temp, norm), div(1 / temp, norm), 1));
}

/** What `logit-clip(…):temp=1.5` takes. */
export const logitClipParameters = {
  temp: positiveParameter(1, 'norm above which scores are clipped, to the norm 1/temp'),
  eps: { kind: 'number', default: 1e-7, range: { min: 0 }, about: 'added to the norm' },
} as const satisfies Parameters;

export type LogitClipValues = ValuesOf<typeof logitClipParameters>;
