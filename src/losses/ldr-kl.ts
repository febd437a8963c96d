import type { Expr, Operand } from '../graph/index.ts';
import {
  add,
  clamp,
  div,
  exp,
  expm1,
  less,
  log,
  log1p,
  logSoftmax,
  maximum,
  mul,
  neg,
  softmax,
  sub,
  where,
} from '../graph/index.ts';
import type { ClassLoss } from './class-loss.ts';
import { defineLoss } from './definition.ts';
import { positiveParameter } from './parameters.ts';

/** Below it ln softplus(z) is z − e^z/2 to the precision of float64. */
const low = -30;

/** ln ln(1 + e^z), finite where softplus rounds to 0. */
export function logSoftplus(z: Expr): Expr {
  const isBelow = less(z, 0);
  const below = log1p(exp(clamp(z, low, 0)));
  const above = add(z, log1p(exp(neg(maximum(z, 0)))));
  return where(less(z, low), z, log(where(isBelow, below, above)));
}

/**
 * The label-distributionally robust loss of margins r [n, k], `λ ln((1/k) Σ_j e^(d_j/λ))`, `d_j = c·[j ≠ y] + r_j − r_y`.
 * With P = softmax(r/λ) it is `c − λ ln P_y + λ ln(1 + P_y (e^(−c/λ) − 1)) − λ ln k`.
 * @param lambda a number, or [n, 1]
 */
export function robustLoss(margins: Expr, c: number, lambda: Operand): Expr {
  const k = margins.shape.at(-1) as number;
  const logP = logSoftmax(div(margins, lambda), -1);
  const shrink = typeof lambda === 'number' ? Math.expm1(-c / lambda) : expm1(div(-c, lambda));
  const inner = sub(log1p(mul(exp(logP), shrink)), add(logP, Math.log(k)));
  return add(mul(inner, lambda), c);
}

/**
 * Label-distributionally robust loss with a Kullback-Leibler penalty, `λ ln((1/k) Σ_j e^(d_j/λ))` with
 * `d_j = c·[j ≠ y] + r_j − r_y` and `r_j = k softplus(z_j)/Σ_i softplus(z_i)` (Zhu, Ying and Yang 2023).
 *
 * Bounded for every k, not symmetric. Scores go through softplus, so adding a constant to all of them changes it. Finite at any
 * scores; the published code is not where all of them are so low that softplus rounds to 0.
 * @param lambda above 0; towards 0 only the most violated margin counts
 * @param c 0 or more, the margin
 */
export function ldrKl(lambda: number, c: number): ClassLoss {
  return (scores) => {
    const k = scores.shape.at(-1) as number;
    return robustLoss(mul(softmax(logSoftplus(scores), -1), k), c, lambda);
  };
}

export const ldrKlDefinition = defineLoss({
  name: 'ldr-kl',
  formula:
    'lambda ln((1/k) sum_j exp((c [j!=y] + r_j - r_y)/lambda)), r_j = k softplus(z_j)/sum_i softplus(z_i)',
  parameters: {
    lambda: positiveParameter(10, 'how near the uniform one the distribution of labels stays'),
    c: { kind: 'number', default: 0.1, range: { min: 0 }, about: 'margin' },
  },
  symmetric: () => 'no',
  isBounded: () => true,
  reference: 'Zhu, Ying and Yang 2023',
  build: ({ lambda, c }) => ldrKl(lambda, c),
});
