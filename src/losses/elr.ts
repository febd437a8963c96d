import { add, clamp, div, exp, log, mul, stopGradient, sub, sum } from '../graph/index.ts';
import { logProbs } from './class-loss.ts';
import { crossEntropy } from './cross-entropy.ts';
import { defineLoss } from './definition.ts';
import type { RowMemory } from './memory.ts';
import { firstVisit, shares } from './memory.ts';

/** p is clamped to [1e-4, 1 − 1e-4], the gradient 0 beyond. */
const minProb = 1e-4;

/**
 * Early-learning regularisation, `−ln p_y + λ ln(1 − ⟨t, c⟩)`: c is p clamped to [1e-4, 1 − 1e-4], and t, which is remembered of every
 * row, the moving average of its predictions, `t ← β t + (1 − β) c/Σ_j c_j`, 0 before the first step and a constant for the
 * gradient. It pulls a row towards what the network predicted for it in early epochs. The second term does not depend on the
 * label (Liu et al. 2020).
 * @param beta in [0, 1), how long predictions are remembered
 * @param lambda 0 or more
 */
export function earlyLearning(beta: number, lambda: number): RowMemory {
  return {
    initial: (k) => new Array<number>(k).fill(0),
    visit(scores, before) {
      const clamped = clamp(exp(logProbs(scores)), minProb, 1 - minProb);
      const seen = stopGradient(div(clamped, sum(clamped, -1, true)));
      const memory = add(mul(before, beta), mul(seen, 1 - beta));
      const rest = sub(1, sum(mul(memory, clamped), -1, true));
      return { losses: add(crossEntropy(scores), mul(log(rest), lambda)), memory };
    },
    // t sums to 1 − β^visits
    classProbs: (numbers) => shares(numbers),
  };
}

export const earlyLearningDefinition = defineLoss({
  name: 'elr',
  formula:
    '-ln p_y + lambda ln(1 - sum_j t_j c_j), t <- beta t + (1 - beta) c/sum c of every row, c = p clamped to [1e-4, 1 - 1e-4]',
  parameters: {
    beta: {
      kind: 'number',
      default: 0.7,
      range: { min: 0, max: 1, openMax: true },
      about: 'share of the earlier predictions in the average',
    },
    lambda: { kind: 'number', default: 3, range: { min: 0 }, about: 'weight of the average' },
  },
  symmetric: () => 'no',
  isBounded: () => false,
  memory: ({ beta, lambda }) => earlyLearning(beta, lambda),
  reference: 'Liu, Niles-Weed, Razavian and Fernandez-Granda 2020',
  build: ({ beta, lambda }) => firstVisit(earlyLearning(beta, lambda)),
});
