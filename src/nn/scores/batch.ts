import { standardize } from '../batch-norm.ts';
import type { ScoreNormalisationRow } from './normalisation.ts';

/**
 * Each column with zero mean and unit variance, over the batch in training and by running statistics
 * at inference. In a batch of n rows |z| ≤ √(n − 1) (Samuelson 1968).
 */
export const batch: ScoreNormalisationRow = {
  about: 'each column standardized over the batch',
  bounded: true,
  build: () => (z, scope) => standardize(z, scope.within('scores')),
};
