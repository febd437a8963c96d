import { checkTransition, fromNumbers, SymlossError } from '../core/index.ts';
import { add, constant, logSumExp, matMul, neg, reshape } from '../graph/index.ts';
import type { ClassLoss } from './class-loss.ts';
import { logProbs } from './class-loss.ts';
import { inverse } from './inverse.ts';

/** In place of ln 0: e to the power of it is 0, and unlike −∞ its product with 0 is 0. */
const logZero = -1e30;

/**
 * Forward correction, `−ln (Tᵀp)_y`: cross-entropy of the probabilities of the noisy labels.
 * Minimised where p are the probabilities of the true labels (Patrini et al. 2017, theorem 2).
 * Computed as `−ln Σ_i e^(ln p_i + ln T_iy)`, finite at any scores.
 * @param transition [k*k], `transition[true*k + noisy]`, rows sum to 1
 * @throws SymlossError if it is no transition matrix, or has a column of zeros: rows labelled
 *   so would be impossible
 */
export function forwardCorrection(transition: Float64Array, k: number): ClassLoss {
  checkTransition('forwardCorrection', transition, k);
  for (let y = 0; y < k; y++) {
    const isPossible = transition.some((entry, at) => at % k === y && entry > 0);
    if (!isPossible) {
      throw new SymlossError(
        `forwardCorrection, column ${y}`,
        'an entry above 0',
        'all 0: no row could have this label',
      );
    }
  }
  const logs = transition.map((entry) => (entry > 0 ? Math.log(entry) : logZero));
  return (scores) => {
    const [n = 0] = scores.shape;
    checkClasses('forwardCorrection', scores.shape, k);
    const joint = add(
      reshape(logProbs(scores), [n, k, 1]),
      constant(fromNumbers(scores.dtype, [1, k, k], logs)),
    );
    return neg(logSumExp(joint, 1));
  };
}

/**
 * Backward correction, `T⁻¹ L(z)`: its expectation over noisy labels is the loss of the true label,
 * `Σ_j T_yj (T⁻¹L)_j = L_y` (Patrini et al. 2017, theorem 1). May be negative, and unbounded below
 * where L is unbounded.
 * @param transition [k*k], `transition[true*k + noisy]`, rows sum to 1
 * @throws SymlossError if it is no transition matrix, or has no inverse
 */
export function backwardCorrection(
  loss: ClassLoss,
  transition: Float64Array,
  k: number,
): ClassLoss {
  checkTransition('backwardCorrection', transition, k);
  const inverted = inverse(transition, k);
  if (inverted === undefined) {
    throw new SymlossError('backwardCorrection', 'a transition with an inverse', 'a singular one', {
      hint: 'with it some classes cannot be told apart by their noisy labels; use forwardCorrection',
    });
  }
  return (scores) => {
    checkClasses('backwardCorrection', scores.shape, k);
    const weights = constant(fromNumbers(scores.dtype, [k, k], inverted));
    return matMul(loss(scores), weights, { transB: true });
  };
}

function checkClasses(where: string, shape: readonly number[], k: number): void {
  if (shape[1] !== k) {
    throw new SymlossError(where, `scores of ${k} classes, as the transition`, String(shape[1]));
  }
}
