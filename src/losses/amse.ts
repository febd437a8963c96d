import { add, div, exp, mul, sub, sum } from '../graph/index.ts';
import type { ClassLoss } from './class-loss.ts';
import { logProbs } from './class-loss.ts';
import { defineLoss } from './definition.ts';
import { positiveParameter } from './parameters.ts';

/**
 * Asymmetric mean square error, `(1/k) Σ_j (p_j − a·[j = y])²`: the mean square error of softmax and a one-hot label of
 * height a. Bounded, not symmetric (Wang et al. 2025).
 *
 * It is `(2a/k)(1 − p_y) + (‖p‖² + (a − 1)² − 1)/k`: mean absolute error of weight 2a/k, and a part that does not depend on the
 * label (docs/theory.md). The mean over classes makes that weight 10 times smaller with 100 classes than with 10.
 * @param a above 0; 1 is the mean square error (Brier score over k)
 */
export function amse(a: number): ClassLoss {
  return (scores) => {
    const k = scores.shape.at(-1) as number;
    const probs = exp(logProbs(scores));
    const squares = sum(mul(probs, probs), -1, true);
    // from 1 − p_y, so that nothing large cancels where p_y is near 1
    const label = add(mul(sub(1, probs), 2 * a), a * (a - 2));
    return div(add(squares, label), k);
  };
}

export const amseDefinition = defineLoss({
  name: 'amse',
  formula: '(1/k) sum_j (p_j - a [j=y])^2',
  parameters: {
    a: positiveParameter(30, 'height of the label; 1 is the mean square error'),
  },
  symmetric: () => 'no',
  isBounded: () => true,
  reference: 'Wang, Liu, Zhou, Hu, Zhai, Jiang and Ji 2025',
  build: ({ a }) => amse(a),
});
