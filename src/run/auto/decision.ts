import type { NoiseRate } from '../../noise/index.ts';
import type { Effort } from './plans.ts';

/** What `auto` found about the labels, from scores of rows that the models were not trained on. */
export interface NoiseFound extends NoiseRate {
  /**
   * Whether labels are wrong as often for every class, and evenly into the others; `undefined` where the rows are too few to
   * tell, or a matrix was not estimated.
   */
  readonly isUniform?: boolean;
  /** The largest shares of a class's rows that have the label of another one, from the largest on. */
  readonly confusions: readonly {
    readonly from: string;
    readonly to: string;
    readonly share: number;
  }[];
}

/** A loss that was tried. */
export interface LossTried {
  readonly loss: string;
  readonly learningRate: number;
  readonly weightDecay?: number;
  /** Models that were trained, each without a fold. */
  readonly models: number;
  /** On the labels as given of rows that they were not trained on, at the epoch that is best for all of them. */
  readonly accuracy: number;
  /**
   * With the metric `balanced-accuracy`: mean log probability of these labels, in nats, by its calibrated probabilities and the noise
   * that goes with them; where it was out early, on the first folds.
   */
  readonly logLikelihood?: number;
  /** Accuracy of the choice minus its own, on the rows that both predicted, and the standard error of that. */
  readonly behind?: { readonly mean: number; readonly standardError: number };
  /** Training diverged. */
  readonly diverged?: true;
}

/** How a loss was chosen: all that the choice rests on. */
export interface AutoDecision {
  readonly effort: Effort;
  readonly folds: number;
  /** Rows that the losses were compared on. */
  readonly rows: number;
  readonly noise: NoiseFound;
  readonly losses: readonly LossTried[];
  /** The place of the choice among them. */
  readonly chosen: number;
  /**
   * Why: nothing else was as accurate, or, with the metric `balanced-accuracy`, by nothing else are the labels as likely; or others
   * were within chance, and it is the more robust, or the plainer one.
   */
  readonly reason: 'most accurate' | 'more robust' | 'plainer' | 'most likely';
  /** `transition[true][given]`, of the loss that was corrected for it, where one was tried. */
  readonly transition?: readonly (readonly number[])[];
  /** Models whose mean is the model. */
  readonly members: number;
  /** Three lines of plain words: what was found, what was chosen and why, what cannot be known. */
  readonly words: { readonly found: string; readonly chose: string; readonly limits: string };
}
