import { add, div, mul, sqrt, sum } from '../../graph/index.ts';
import type { ScoreNormalisationRow } from './normalisation.ts';

/** Added under the root: defines the layer at z = 0 and bounds its gradient by 10³. */
const epsilon = 1e-6;

/** z/√(‖z‖² + 10⁻⁶), so that ‖z‖ ≤ 1: each row on the unit sphere, 0 stays 0. */
export const l2: ScoreNormalisationRow = {
  about: 'each row divided by its Euclidean norm',
  bounded: true,
  build: () => (z) => div(z, sqrt(add(sum(mul(z, z), -1, true), epsilon))),
};
