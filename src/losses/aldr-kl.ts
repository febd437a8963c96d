import type { Expr } from '../graph/index.ts';
import {
  abs,
  add,
  div,
  log,
  maximum,
  mul,
  softmax,
  stopGradient,
  sub,
  sum,
} from '../graph/index.ts';
import { defineLoss } from './definition.ts';
import { logSoftplus, robustLoss } from './ldr-kl.ts';
import type { RowMemory } from './memory.ts';
import { firstVisit } from './memory.ts';
import { positiveParameter } from './parameters.ts';

/** Is added to probabilities before they are divided by their sum. */
const smoothing = 1e-5;
/** The smallest sum of absolute scores that they are divided by. */
const smallestSum = 1e-6;

interface AdaptiveOptions {
  /** λ0, above 0. */
  readonly lambda: number;
  /** 0 or more, the margin. */
  readonly c: number;
  /** Above 1: λ stays above λ0 (1 − 1/α). */
  readonly alpha: number;
  /** Whether scores go through softplus, as in `ldrKl`. */
  readonly softplus: boolean;
}

/**
 * `ldrKl` with a λ of its own for every row, which is remembered and adapts to how sure the network is:
 * `λ ← λ0 − λ0 Σ_j P_j ln(k P_j)/(α ln k)` with P = softmax(r/λ), and the loss
 * `λ ln((1/k) Σ_j e^(d_j/λ)) − (α ln k/(2 λ0)) (λ − λ0)²` at the new λ, a constant for the gradient. `d_j = c·[j ≠ y] + r_j − r_y`, `r_j =
 * k s_j/Σ_i |s_i|`, and s are the scores, or softplus of them (Zhu, Ying and Yang 2023).
 */
export function adaptiveLdrKl({ lambda, c, alpha, softplus }: AdaptiveOptions): RowMemory {
  return {
    initial: () => [lambda],
    visit(scores, before) {
      const k = scores.shape.at(-1) as number;
      const margins = softplus ? mul(softmax(logSoftplus(scores), -1), k) : shares(scores, k);
      const raised = add(softmax(div(margins, before), -1), smoothing);
      const probs = div(raised, sum(raised, -1, true));
      const divergence = sum(mul(probs, log(mul(probs, k))), -1, true);
      const logK = Math.log(k);
      const next = stopGradient(sub(lambda, mul(divergence, lambda / (alpha * logK))));
      const gap = sub(next, lambda);
      const penalty = mul(mul(gap, gap), (alpha * logK) / (2 * lambda));
      return { losses: sub(robustLoss(margins, c, next), penalty), memory: next };
    },
  };
}

function shares(scores: Expr, k: number): Expr {
  return div(mul(scores, k), maximum(sum(abs(scores), -1, true), smallestSum));
}

export const adaptiveLdrKlDefinition = defineLoss({
  name: 'aldr-kl',
  formula:
    'lambda ln((1/k) sum_j exp(d_j/lambda)) - (alpha ln k/(2 lambda0)) (lambda - lambda0)^2, lambda of every row adapts from lambda0',
  parameters: {
    lambda: positiveParameter(10, 'lambda0, of rows before their first step'),
    c: { kind: 'number', default: 0.1, range: { min: 0 }, about: 'margin' },
    alpha: {
      kind: 'number',
      default: 2,
      range: { min: 1, openMin: true },
      about: 'how little lambda adapts',
    },
    softplus: { kind: 'flag', default: false, about: 'whether scores go through softplus' },
  },
  symmetric: () => 'no',
  isBounded: () => true,
  memory: (values) => adaptiveLdrKl(values),
  reference: 'Zhu, Ying and Yang 2023',
  build: (values) => firstVisit(adaptiveLdrKl(values)),
});
