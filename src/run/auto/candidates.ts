import type { Dataset } from '../../data/index.ts';
import { isImages } from '../../data/index.ts';

/** One way to train among which `auto` chooses. Everything else is as the run's options and the model's defaults have it. */
export interface Candidate {
  readonly loss: string;
  /** What the default weight decay is multiplied by. Default: 1. */
  readonly decay?: number;
}

export const efforts = ['quick', 'normal', 'thorough'] as const;
/** How much time the choice may take. */
export type Effort = (typeof efforts)[number];

/** Rows beyond which, as for images, the choice is to be quick unless the user says otherwise. */
const manyRows = 50_000;

export function defaultEffort(data: Pick<Dataset, 'labels' | 'featureShape'>): Effort {
  return isImages(data) || data.labels.length > manyRows ? 'quick' : 'normal';
}

/** How candidates are compared: all of them on the first folds, fewer on the next ones. */
export interface Plan {
  /** Parts that the rows are divided into, each predicted by models of the others. */
  readonly folds: number;
  readonly candidates: readonly Candidate[];
  /** One after the other: the best `keep` so far are trained without each of the next `folds` folds. */
  readonly rounds: readonly { readonly folds: number; readonly keep: number }[];
}

/** From cross-entropy to the most robust. */
const plain: Candidate = { loss: 'ce' };
const anchored: Candidate = { loss: 'anchored:loss=sgce,q=0.7,ce=0.02' };
const symmetric: Candidate = { loss: 'sgce:q=0.7' };

/**
 * The family, in the order of their robustness, and how much of it is tried. In units of one training with all rows, `quick`
 * takes 2.7 (4 models, each without a third), `normal` at most 9, `thorough` at most 21.
 */
export const plans: { readonly [E in Effort]: Plan } = {
  quick: {
    folds: 3,
    candidates: [plain, anchored],
    rounds: [
      { folds: 1, keep: 2 },
      { folds: 2, keep: 1 },
    ],
  },
  normal: {
    folds: 4,
    candidates: [plain, anchored, symmetric, { ...anchored, decay: 4 }],
    rounds: [
      { folds: 1, keep: 4 },
      { folds: 1, keep: 3 },
      { folds: 2, keep: 2 },
    ],
  },
  thorough: {
    folds: 8,
    candidates: [
      plain,
      { ...plain, decay: 4 },
      { loss: 'anchored:loss=sgce,q=0.7,ce=0.1' },
      anchored,
      { ...anchored, decay: 4 },
      symmetric,
    ],
    rounds: [
      { folds: 1, keep: 6 },
      { folds: 1, keep: 4 },
      { folds: 2, keep: 3 },
      { folds: 4, keep: 2 },
    ],
  },
};
