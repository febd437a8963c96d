import { exp, sub } from '../graph/index.ts';
import type { ClassLoss } from './class-loss.ts';
import { logProbs } from './class-loss.ts';
import { defineLoss } from './definition.ts';

/**
 * Mean absolute error, `1 − p_y`: half the L1 distance between softmax and one-hot label, the
 * convention of the published baselines. Symmetric (rows sum to k − 1), bounded in [0, 1].
 */
export const mae: ClassLoss = (scores) => sub(1, exp(logProbs(scores)));

/** The largest Hessian norm of mean absolute error, 1/(3√3), for every k (docs/theory.md). */
export const maeSmoothness = 1 / (3 * Math.sqrt(3));

export const maeDefinition = defineLoss({
  name: 'mae',
  formula: '1 - p_y',
  parameters: {},
  symmetric: () => 'yes',
  isBounded: () => true,
  smoothness: () => maeSmoothness,
  reference: 'Ghosh, Kumar and Sastry 2017',
  build: () => mae,
});
