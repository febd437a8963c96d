import { checkNumber, checkOneOf, namesOf } from '../../core/index.ts';
import { mul } from '../../graph/index.ts';
import type { Layer } from '../scope.ts';
import { batch } from './batch.ts';
import { l2 } from './l2.ts';
import { none } from './none.ts';
import type { ScoreNormalisationRow } from './normalisation.ts';

/** All score normalisations by name, in the order of listings. */
export const scoreNormalisations = {
  none,
  l2,
  batch,
} as const satisfies Readonly<Record<string, ScoreNormalisationRow>>;

/** How a model's scores are normalised before the loss sees them. */
export type ScoreNormalisation = keyof typeof scoreNormalisations;

export const scoreNormalisationNames = namesOf(scoreNormalisations);

/**
 * The last layer of a model, on scores [n, k]. A loss sees what it returns, so a symmetric loss
 * stays symmetric, and the exported model carries it.
 * @param scale factor on the normalised scores, > 0: softmax of scores on the unit sphere stays near
 *   uniform (over 10 classes no probability is above 0.25), which a scale of 10, say, undoes
 * @throws SymlossError for an unknown name or a scale out of range
 */
export function normaliseScores(name: ScoreNormalisation, scale = 1): Layer {
  checkOneOf('score normalisation', name, scoreNormalisationNames);
  checkNumber('score scale', scale, { min: 0, openMin: true });
  const normalise = scoreNormalisations[name].build();
  return scale === 1 ? normalise : (z, scope) => mul(normalise(z, scope), scale);
}
