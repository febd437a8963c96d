import type { NumberParameter } from '../core/index.ts';
import type { Expr } from '../graph/index.ts';
import { add, div, exp, log, maximum, where } from '../graph/index.ts';
import type { ClassLoss } from './class-loss.ts';
import { logProbs } from './class-loss.ts';
import { sumOf } from './combine.ts';
import { defineLoss } from './definition.ts';
import { focalOf } from './focal.ts';
import { mae } from './mae.ts';
import type { PointLoss } from './normalise.ts';
import { clampParameter, gammaParameter, positiveParameter } from './parameters.ts';
import { isTopClass } from './top-class.ts';

/**
 * ln of ε-softmax, `q = (p + m·onehot(top))/(m + 1)`, where top is the class of the largest score, the first of equal ones, and a
 * constant for the gradient (Wang et al. 2024). Of every other class it is ln p_j − ln(m + 1).
 */
function logEpsSoftmax(m: number, minProb: number): (scores: Expr) => Expr {
  return (scores) => {
    const logP = logProbs(scores);
    const top = log(div(add(exp(logP), m), m + 1));
    const logQ = where(isTopClass(scores), top, add(logP, -Math.log1p(m)));
    return minProb > 0 ? maximum(logQ, Math.log(minProb)) : logQ;
  };
}

function epsSoftmaxOf(
  loss: PointLoss,
  { m, alpha, beta, minProb }: { m: number; alpha: number; beta: number; minProb: number },
): ClassLoss {
  const logQ = logEpsSoftmax(m, minProb);
  return sumOf([
    [alpha, (scores) => loss(logQ(scores))],
    [2 * beta, mae],
  ]);
}

/**
 * Cross-entropy of ε-softmax and mean absolute error, `−α ln max(q_y, minProb) + 2β(1 − p_y)` with q = (p + m·onehot(top))/(m + 1);
 * the mean absolute error is that of the published code, the L1 distance 2(1 − p_y).
 *
 * Of a label that is not the top class the first term is cross-entropy plus ln(m + 1), whatever m. It jumps where the label
 * becomes the top class, and is constant, its gradient 0, for labels that are not the top class and have p_y < minProb·(m + 1).
 * Bounded with a clamp, not symmetric unless α = 0 (Wang et al. 2024).
 * @param m above 0; large values make q one-hot
 * @param minProb in [0, 1); the published form has 1e-8, 0 removes the clamp
 */
export function epsSoftmax(m: number, alpha = 1, beta = 0, minProb = 1e-8): ClassLoss {
  return epsSoftmaxOf(focalOf(0), { m, alpha, beta, minProb });
}

/**
 * The same with focal loss in place of cross-entropy, `−α(1 − Q)^γ ln Q + 2β(1 − p_y)` with Q = max(q_y, minProb).
 * Its gradient is the true one; the published code holds (1 − Q)^γ constant.
 * @param gamma 0 (as `epsSoftmax`) or more
 */
export function epsSoftmaxFocal(
  m: number,
  alpha = 1,
  beta = 0,
  gamma = 0.1,
  minProb = 1e-8,
): ClassLoss {
  return epsSoftmaxOf(focalOf(gamma), { m, alpha, beta, minProb });
}

function weight(of: string, value: number): NumberParameter {
  return { kind: 'number', default: value, range: { min: 0 }, about: `weight of ${of}` };
}

const mParameter = positiveParameter(1e5, 'how much the largest probability is raised');
const weights = {
  alpha: weight('the loss of eps-softmax', 1),
  beta: weight('the L1 distance 2(1 - p_y)', 0),
};
const minProbParameter = { ...clampParameter, default: 1e-8 };
const reference = 'Wang, Zhou, Zhai, Jiang, Ji and Liu 2024';

const symmetric = ({ alpha }: { alpha: number }) => (alpha === 0 ? 'yes' : 'no');
const isBounded = ({ alpha, minProb }: { alpha: number; minProb: number }) =>
  alpha === 0 || minProb > 0;

export const epsSoftmaxDefinition = defineLoss({
  name: 'eps-softmax',
  formula: '-alpha ln max(q_y, minProb) + 2 beta (1 - p_y), q = (p + m onehot(top))/(m + 1)',
  parameters: { m: mParameter, ...weights, minProb: minProbParameter },
  symmetric,
  isBounded,
  reference,
  build: ({ m, alpha, beta, minProb }) => epsSoftmax(m, alpha, beta, minProb),
});

export const epsSoftmaxFocalDefinition = defineLoss({
  name: 'eps-softmax-fl',
  formula:
    '-alpha (1 - Q)^gamma ln Q + 2 beta (1 - p_y), Q = max(q_y, minProb), q = (p + m onehot(top))/(m + 1)',
  parameters: {
    m: mParameter,
    ...weights,
    gamma: gammaParameter(0.1),
    minProb: minProbParameter,
  },
  symmetric,
  isBounded,
  reference,
  build: ({ m, alpha, beta, gamma, minProb }) => epsSoftmaxFocal(m, alpha, beta, gamma, minProb),
});
