import { add, div, exp, maximum, mul, sqrt, sum } from '../graph/index.ts';
import type { ClassLoss } from './class-loss.ts';
import { logProbs } from './class-loss.ts';
import { crossEntropy } from './cross-entropy.ts';
import { defineLoss } from './definition.ts';
import { positiveParameter } from './parameters.ts';

/**
 * Smallest probability in the regulariser, the gradient 0 below; and the smallest norm squared, below which scores are not
 * normalised: in the published code 1e-24, where the slope at 0 would be 1e12.
 */
const [minProb, minSquare] = [1e-7, 1e-12];

/**
 * Cross-entropy with sparse regularisation, `ce(u)_y + λ Σ_j max(softmax(u)_j, 1e-7)^p` with u = z/(τ‖z‖), or z/τ where scores
 * are not normalised. Small powers p favour probabilities of which one is near 1. The published training multiplies λ by a factor after
 * every epoch; here it stays (Zhou et al. 2021).
 *
 * The second term does not depend on the label. Bounded where scores are normalised, not symmetric.
 * @param tau above 0, the temperature: the norm of normalised scores is 1/τ
 * @param p in (0, 1]
 * @param lambda 0 or more
 */
export function sparseRegularised(
  tau: number,
  p: number,
  lambda: number,
  normalize = true,
): ClassLoss {
  return (scores) => {
    const norm = sqrt(maximum(sum(mul(scores, scores), -1, true), minSquare));
    const sharp = normalize ? div(scores, mul(norm, tau)) : mul(scores, 1 / tau);
    const raised = maximum(logProbs(sharp), Math.log(minProb));
    return add(crossEntropy(sharp), mul(sum(exp(mul(raised, p)), -1, true), lambda));
  };
}

export const sparseRegularisedDefinition = defineLoss({
  name: 'ce+sr',
  formula: 'ce(u)_y + lambda sum_j max(softmax(u)_j, 1e-7)^p, u = z/(tau ||z||) or z/tau',
  parameters: {
    tau: positiveParameter(0.5, 'temperature; the norm of normalised scores is 1/tau'),
    p: {
      kind: 'number',
      default: 0.1,
      range: { min: 0, max: 1, openMin: true },
      about: 'power of the probabilities',
    },
    lambda: { kind: 'number', default: 1.2, range: { min: 0 }, about: 'weight of the powers' },
    normalize: { kind: 'flag', default: true, about: 'whether scores are divided by their norm' },
  },
  symmetric: () => 'no',
  isBounded: ({ normalize }) => normalize,
  reference: 'Zhou, Liu, Wang, Zhai, Jiang and Ji 2021',
  build: ({ tau, p, lambda, normalize }) => sparseRegularised(tau, p, lambda, normalize),
});
