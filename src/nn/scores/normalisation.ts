import type { Layer } from '../scope.ts';

/** A row of the table of score normalisations. */
export interface ScoreNormalisationRow {
  /** What it does, for listings: a few words without a full stop. */
  readonly about: string;
  /** Whether scores stay in a fixed range in training, whatever the weights are. */
  readonly bounded: boolean;
  /** The layer [n, k] → [n, k]. */
  build(): Layer;
}
