import { mean, sub } from '../graph/index.ts';
import type { ClassLoss } from './class-loss.ts';
import { defineLoss } from './definition.ts';

/**
 * The multi-class unhinged loss, `(1/k) Σ_j z_j − z_y`: the symmetric part of cross-entropy, in
 * closed form. Linear, so its gradient 1/k − onehot(y) is constant; symmetric; unbounded below, so
 * scores must be normalised (`l2` by default), or training diverges.
 */
export const unhinged: ClassLoss = (scores) => sub(mean(scores, -1, true), scores);

export const unhingedDefinition = defineLoss({
  name: 'unhinged',
  formula: 'mean_j z_j - z_y',
  parameters: {},
  fromPaper: true,
  symmetric: () => 'yes',
  isBounded: () => false,
  smoothness: () => 0,
  reference:
    'Lemire Paquin, Chaib-draa and Giguère 2026; binary: van Rooyen, Menon and Williamson 2015',
  build: () => unhinged,
});
