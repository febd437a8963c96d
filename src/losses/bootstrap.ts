import type { NumberParameter } from '../core/index.ts';
import type { Expr } from '../graph/index.ts';
import { add, cast, clamp, exp, mul, neg, sum } from '../graph/index.ts';
import type { ClassLoss } from './class-loss.ts';
import { logProbs } from './class-loss.ts';
import { defineLoss } from './definition.ts';
import { clampParameter } from './parameters.ts';
import { isTopClass } from './top-class.ts';

/** What the clamp of `bootstrapSoft` holds for: the logarithm only, or the probabilities of the target too. */
export type BootstrapClamp = 'log' | 'both';

/** ln of p clamped to [minProb, 1 − minProb]. */
const clampedBelowAndAbove = (logP: Expr, minProb: number) =>
  minProb > 0 ? clamp(logP, Math.log(minProb), Math.log1p(-minProb)) : logP;

/**
 * Soft bootstrapping, `−Σ_j (β [j = y] + (1 − β) p_j) ln p_j`: cross-entropy with a label of which a share 1 − β is the prediction, which
 * has its gradient. `log`: p in the logarithm is raised to at least `minProb`; `both`: all p are clamped to
 * [minProb, 1 − minProb]. Bounded with a clamp, not symmetric (Reed et al. 2015).
 * @param beta in [0, 1], the share of the label
 * @param minProb in [0, 0.5); 0 for no clamp
 */
export function bootstrapSoft(
  beta: number,
  clamps: BootstrapClamp = 'log',
  minProb = 1e-7,
): ClassLoss {
  return (scores) => {
    const logP = logProbs(scores);
    const both = clampedBelowAndAbove(logP, minProb);
    const logC = clamps === 'both' ? both : minProb > 0 ? clamp(logP, Math.log(minProb)) : logP;
    const own = sum(mul(exp(clamps === 'both' ? both : logP), logC), -1, true);
    return neg(add(mul(logC, beta), mul(own, 1 - beta)));
  };
}

/**
 * Hard bootstrapping, `−(β ln c_y + (1 − β) ln c_top)`: cross-entropy with a label of which a share 1 − β is the class of the
 * largest score, the first of equal ones, and a constant for the gradient. c is p clamped to [minProb, 1 − minProb]. Bounded with a
 * clamp, not symmetric (Reed et al. 2015).
 * @param beta in [0, 1], the share of the label
 * @param minProb in [0, 0.5); 0 for no clamp
 */
export function bootstrapHard(beta: number, minProb = 1e-7): ClassLoss {
  return (scores) => {
    const logC = clampedBelowAndAbove(logProbs(scores), minProb);
    const top = cast(isTopClass(scores), scores.dtype);
    return neg(add(mul(logC, beta), mul(sum(mul(top, logC), -1, true), 1 - beta)));
  };
}

function betaParameter(value: number): NumberParameter {
  return {
    kind: 'number',
    default: value,
    range: { min: 0, max: 1 },
    about: 'share of the label; the rest is the prediction',
  };
}

const minProb: NumberParameter = {
  ...clampParameter,
  range: { min: 0, max: 0.5, openMax: true },
};
const reference = 'Reed, Lee, Anguelov, Szegedy, Erhan and Rabinovich 2015';

export const bootstrapSoftDefinition = defineLoss({
  name: 'bootstrap-soft',
  formula: '-sum_j (beta [j=y] + (1 - beta) p_j) ln max(p_j, minProb)',
  parameters: {
    beta: betaParameter(0.95),
    clamp: {
      kind: 'choice',
      default: 'log',
      options: ['log', 'both'],
      about: 'only the logarithm, or all p, to [minProb, 1 - minProb]',
    },
    minProb,
  },
  symmetric: () => 'no',
  isBounded: ({ beta, minProb: floor }) => floor > 0 || beta === 0,
  reference,
  build: ({ beta, clamp: clamps, minProb: floor }) => bootstrapSoft(beta, clamps, floor),
});

export const bootstrapHardDefinition = defineLoss({
  name: 'bootstrap-hard',
  formula: '-(beta ln c_y + (1 - beta) ln c_top), c = p clamped to [minProb, 1 - minProb]',
  parameters: { beta: betaParameter(0.8), minProb },
  symmetric: () => 'no',
  isBounded: ({ beta, minProb: floor }) => floor > 0 || beta === 0,
  reference,
  build: ({ beta, minProb: floor }) => bootstrapHard(beta, floor),
});
