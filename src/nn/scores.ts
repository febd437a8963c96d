import { checkNumber, checkOneOf } from '../core/index.ts';
import { add, div, mul, sqrt, sum } from '../graph/index.ts';
import { whiten } from './batch-norm.ts';
import type { Layer } from './scope.ts';

export const scoreNormalisations = ['none', 'l2', 'batch'] as const;

/** Added under the root of the l2 norm: defines it at z = 0 and bounds its gradient by 10³. */
const epsilon = 1e-6;

/**
 * The last layer of a model, on scores [n, k]. A loss sees what it returns, so a symmetric loss
 * stays symmetric, and the exported model carries it.
 * - `none`: the scores as they are;
 * - `l2`: z/√(‖z‖² + 10⁻⁶), each row on the unit sphere (0 stays 0);
 * - `batch`: each column with zero mean and unit variance, over the batch in training and by
 *   running statistics when applied.
 * @param scale what they are multiplied by then, > 0: softmax of scores on the unit sphere stays near
 *   uniform (over 10 classes no probability is above 0.25), which a scale of 10, say, undoes
 */
export function normaliseScores(kind: (typeof scoreNormalisations)[number], scale = 1): Layer {
  checkOneOf('score normalisation', kind, scoreNormalisations);
  checkNumber('score scale', scale, { min: 0, openMin: true });
  const normalise: Layer = (z, scope) => {
    if (kind === 'none') return z;
    if (kind === 'batch') return whiten(z, scope.within('scores'));
    return div(z, sqrt(add(sum(mul(z, z), -1, true), epsilon)));
  };
  return scale === 1 ? normalise : (z, scope) => mul(normalise(z, scope), scale);
}
