import { div, mul } from '../graph/index.ts';
import type { ClassLoss } from './class-loss.ts';
import { sumOf } from './combine.ts';
import { defineLoss } from './definition.ts';
import { mae, maeSmoothness } from './mae.ts';
import { fractionParameter } from './parameters.ts';
import { unhinged } from './unhinged.ts';

/** How α interpolates between the unhinged loss and mean absolute error. */
export type AlphaMaeForm = 'mix' | 'scale';

/**
 * α-MAE, between the unhinged loss (α → 0) and mean absolute error (α = 1), symmetric for every α:
 * - `mix`: `α(1 − p_y) + (1 − α)(mean_j z_j − z_y)`, whose gradients tend to those of unhinged;
 *   unbounded below for α < 1, like unhinged. It pulls at every row, however small p_y is.
 * - `scale`: `(1 − softmax(αz)_y)/α`, whose gradients tend to those of unhinged/k. As α → 0 its value
 *   diverges by a constant, its gradient not. It is MAE of α times the scores, and underfits as MAE does.
 *
 * The Hessian norm of either is at most α/(3√3), for every k. The paper's abstract gives both limits and says that α controls the
 * smoothness, which is true of both forms; which of them trains with many classes, docs/theory.md shows.
 * @param alpha in (0, 1]
 */
export function alphaMae(alpha: number, form: AlphaMaeForm = 'mix'): ClassLoss {
  return form === 'scale'
    ? (scores) => div(mae(mul(scores, alpha)), alpha)
    : sumOf([
        [alpha, mae],
        [1 - alpha, unhinged],
      ]);
}

export const alphaMaeDefinition = defineLoss({
  name: 'alpha-mae',
  formula:
    'mix: alpha (1 - p_y) + (1 - alpha)(mean_j z_j - z_y); scale: (1 - softmax(alpha z)_y)/alpha',
  parameters: {
    alpha: fractionParameter(0.1, 'from unhinged (towards 0) to mean absolute error (1)'),
    form: {
      kind: 'choice',
      default: 'mix',
      options: ['mix', 'scale'],
      about: 'mixing the two losses, or scaling the scores',
      // the default was another: specs and records say which it is
      shown: 'always',
    },
  },
  fromPaper: true,
  symmetric: () => 'yes',
  isBounded: ({ alpha, form }) => form === 'scale' || alpha === 1,
  smoothness: ({ alpha }) => alpha * maeSmoothness,
  reference: 'Lemire Paquin, Chaib-draa and Giguère 2026',
  build: ({ alpha, form }) => alphaMae(alpha, form),
});
