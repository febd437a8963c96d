import { standardize } from '../batch-norm.ts';
import type { ScoreNormalisationRow } from './normalisation.ts';

/**
 * Each column with zero mean and unit variance, over the batch in training and by running statistics
 * at inference. In a batch of n rows |z| ≤ √(n − 1) (Samuelson 1968). It takes away how frequent a class is: with two classes the
 * unhinged loss then predicts class 1 where P(1|x) exceeds the share of class 1 (docs/theory.md).
 */
export const batch: ScoreNormalisationRow = {
  about: 'each column standardized over the batch',
  bounded: true,
  build: () => (z, scope) => standardize(z, scope.within('scores')),
};
