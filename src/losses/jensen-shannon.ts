import type { Parameters } from '../core/index.ts';
import type { Expr } from '../graph/index.ts';
import {
  add,
  concat,
  exp,
  log,
  logSumExp,
  maximum,
  mul,
  reshape,
  sub,
  sum,
} from '../graph/index.ts';
import type { ClassLoss, TwoViewLoss } from './class-loss.ts';
import { logProbs } from './class-loss.ts';
import { defineLoss } from './definition.ts';
import { clampParameter } from './parameters.ts';

/** Whether the divergence is divided by −(1 − π) ln(1 − π), so that cross-entropy is its limit for π → 0, or not. */
export type JensenShannonScale = 'by-pi' | 'none';

/** ln max(x, minProb), from ln x; the gradient 0 below. */
const clampedLog = (logX: Expr, minProb: number) =>
  minProb > 0 ? maximum(logX, Math.log(minProb)) : logX;

/** ln of the mean of the views' probabilities, [n, k], from their logarithms. */
function logMean(logs: readonly Expr[]): Expr {
  const [first] = logs as [Expr];
  if (logs.length === 1) return first;
  const [n = 0, k = 0] = first.shape;
  const stacked = concat(
    logs.map((log) => reshape(log, [n, 1, k])),
    1,
  );
  return sub(logSumExp(stacked, 1), Math.log(logs.length));
}

/** The divergence of a one-hot label, of weight π, and the softmax of views of a row, which share the rest. */
function divergence(
  views: readonly Expr[],
  { pi, scale, minProb }: Readonly<{ pi: number; scale: JensenShannonScale; minProb: number }>,
): Expr {
  const logs = views.map(logProbs);
  const logMix = logMean(logs);
  // M_j = (1 − π) times the mean for every class that is not the label, and M_y = π more, above π
  const logOther = clampedLog(add(logMix, Math.log1p(-pi)), minProb);
  const logLabel = clampedLog(log(add(mul(exp(logMix), 1 - pi), pi)), minProb);
  const terms = logs.map((logP) => {
    const probs = exp(logP);
    const own = clampedLog(logP, minProb);
    const others = mul(probs, sub(own, logOther));
    return add(sub(sum(others, -1, true), others), mul(probs, sub(own, logLabel)));
  });
  const all = terms.reduce((x, y) => add(x, y));
  const values = sub(mul(all, (1 - pi) / views.length), mul(logLabel, pi));
  return mul(values, scale === 'none' ? 1 : -1 / ((1 - pi) * Math.log1p(-pi)));
}

/**
 * The Jensen-Shannon divergence of one-hot label and softmax, with weights π and 1 − π:
 * `s·[π KL(e_y, M) + (1 − π) KL(p, M)]`, `M = π e_y + (1 − π) p`, and s = −1/((1 − π) ln(1 − π)) if it is scaled. Between
 * cross-entropy (π → 0, scaled) and mean absolute error (π → 1); bounded, not symmetric (Englesson and Azizpour 2021).
 *
 * Both logarithms of each KL are those of numbers raised to at least `minProb`.
 * @param pi in (0, 1), the weight of the label
 * @param minProb in [0, 1); the published form has 1e-7, 0 removes the clamp
 */
export function jensenShannon(
  pi: number,
  scale: JensenShannonScale = 'by-pi',
  minProb = 1e-7,
): ClassLoss {
  return (scores) => divergence([scores], { pi, scale, minProb });
}

/**
 * The generalised Jensen-Shannon divergence of one-hot label and the softmax of two views of a row, p and p', of weights π and
 * (1 − π)/2 each: `s·[π KL(e_y, M) + w (KL(p, M) + KL(p', M))]`, `M = π e_y + w (p + p')`. It also asks that predictions of the views
 * agree. Of two equal views it is `jensenShannon` (Englesson and Azizpour 2021).
 */
export function generalisedJensenShannon(
  pi: number,
  scale: JensenShannonScale = 'by-pi',
  minProb = 1e-7,
): TwoViewLoss {
  return (scores, second) => divergence([scores, second], { pi, scale, minProb });
}

const parameters = {
  pi: {
    kind: 'number',
    default: 0.5,
    range: { min: 0, max: 1, openMin: true, openMax: true },
    about: 'weight of the label: from cross-entropy (towards 0) to mean absolute error (1)',
  },
  scale: {
    kind: 'choice',
    default: 'by-pi',
    options: ['by-pi', 'none'],
    about: 's as above, or 1',
  },
  minProb: clampParameter,
} as const satisfies Parameters;

export const jensenShannonDefinition = defineLoss({
  name: 'js',
  formula:
    's (pi KL(e_y, M) + (1 - pi) KL(p, M)), M = pi e_y + (1 - pi) p, s = -1/((1 - pi) ln(1 - pi))',
  parameters,
  symmetric: () => 'no',
  isBounded: () => true,
  reference: 'Englesson and Azizpour 2021',
  build: ({ pi, scale, minProb }) => jensenShannon(pi, scale, minProb),
});

export const generalisedJensenShannonDefinition = defineLoss({
  name: 'gjs',
  formula:
    "s (pi KL(e_y, M) + w (KL(p, M) + KL(p', M))), M = pi e_y + w (p + p'), w = (1 - pi)/2, p and p' of two views of the row",
  parameters,
  symmetric: () => 'no',
  isBounded: () => true,
  views: ({ pi, scale, minProb }) => generalisedJensenShannon(pi, scale, minProb),
  reference: 'Englesson and Azizpour 2021',
  build: ({ pi, scale, minProb }) => jensenShannon(pi, scale, minProb),
});
