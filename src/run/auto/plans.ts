import type { Dataset } from '../../data/index.ts';
import { isImages } from '../../data/index.ts';

export const efforts = ['quick', 'normal', 'thorough'] as const;
/** How much time the choice may take. */
export type Effort = (typeof efforts)[number];

/** Rows beyond which, as for images, the choice is to be quick unless the user says otherwise. */
const manyRows = 50_000;

export function defaultEffort(data: Pick<Dataset, 'labels' | 'featureShape'>): Effort {
  return isImages(data) || data.labels.length > manyRows ? 'quick' : 'normal';
}

/** How losses are compared: all of them on the first folds, fewer on the next ones. */
export interface Plan {
  /** Parts that the rows are divided into, each predicted by models of the others. */
  readonly folds: number;
  /** In the order of their robustness. */
  readonly losses: readonly string[];
  /** One after the other: the best `keep` so far are trained without each of the next `folds` folds. */
  readonly rounds: readonly { readonly folds: number; readonly keep: number }[];
  /** Whether cross-entropy corrected for the noise is tried, too, where some classes are mislabelled more often: as many trainings as folds. */
  readonly corrects: boolean;
}

/** The loss whose scores tell the noise best, of those measured: it neither memorizes mistakes nor gives up rows that are hard. */
export const noiseLoss = 'anchored:loss=sgce,q=0.7,ce=0.02';

/** Cross-entropy corrected for the noise that was found: it has no spec, since a matrix is part of it. */
export const correctedLoss = 'forward(ce)';

/**
 * The family, and how much of it is tried. In units of one training with all rows, `quick` takes 2.7 (4 models, each without a
 * third), `normal` 6.8, `thorough` 19.3; with a corrected loss `normal` takes 3 more, `thorough` 7.
 */
export const plans: { readonly [E in Effort]: Plan } = {
  quick: {
    folds: 3,
    losses: ['ce', noiseLoss],
    rounds: [
      { folds: 1, keep: 2 },
      { folds: 2, keep: 1 },
    ],
    corrects: false,
  },
  normal: {
    folds: 4,
    losses: ['ce', noiseLoss, 'sgce:q=0.7'],
    rounds: [
      { folds: 1, keep: 3 },
      { folds: 3, keep: 2 },
    ],
    corrects: true,
  },
  thorough: {
    folds: 8,
    losses: ['ce', 'anchored:loss=sgce,q=0.7,ce=0.1', noiseLoss, 'sgce:q=0.7'],
    rounds: [
      { folds: 2, keep: 4 },
      { folds: 2, keep: 3 },
      { folds: 4, keep: 2 },
    ],
    corrects: true,
  },
};
