import { add, exp, mul, sub } from '../graph/index.ts';
import type { ClassLoss } from './class-loss.ts';
import { logProbs } from './class-loss.ts';
import { defineLoss } from './definition.ts';

/**
 * Taylor cross-entropy, `Σ_{i=1..t} (1 − p_y)^i/i`: the Taylor series of −ln p_y around 1, cut off. Mean absolute error for
 * t = 1, cross-entropy as t → ∞. Bounded, and not symmetric for t > 1 (Feng et al. 2020).
 * @param t an integer of 1 or more
 */
export function taylorCe(t: number): ClassLoss {
  return (scores) => {
    const rest = sub(1, exp(logProbs(scores)));
    let series = mul(rest, 1 / t);
    for (let i = t - 1; i >= 1; i--) series = mul(rest, add(series, 1 / i));
    return series;
  };
}

export const taylorCeDefinition = defineLoss({
  name: 'taylor-ce',
  formula: 'sum_{i=1..t} (1 - p_y)^i/i',
  parameters: {
    t: {
      kind: 'number',
      default: 2,
      range: { min: 1, max: 100 },
      integer: true,
      about: 'number of terms: from mean absolute error (1) to cross-entropy (many)',
    },
  },
  symmetric: ({ t }) => (t === 1 ? 'yes' : 'no'),
  isBounded: () => true,
  reference: 'Feng, Shu, Lin, Lv, Li and An 2020',
  build: ({ t }) => taylorCe(t),
});
