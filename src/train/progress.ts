import type { EpochMetrics } from './epoch-metrics.ts';

/** What the network says of the rows of `probe`, at a point of its training. */
export interface Probed {
  /** [m, k], row-major: its probabilities, not calibrated yet. Only where there are such rows. */
  readonly probe?: Float32Array;
}

/** Where a run stands after a step. */
export interface StepProgress extends Probed {
  /** From 1. */
  readonly epoch: number;
  /** Steps that are done, of `steps`. */
  readonly step: number;
  /** Steps of the whole run. */
  readonly steps: number;
  /** Mean objective over the steps of this epoch so far. */
  readonly loss: number;
  readonly learningRate: number;
}

/** Told of steps; the run waits until it has returned, or its promise has settled. An error that it throws aborts the run. */
export type StepCallback =
  | ((progress: StepProgress) => void)
  | ((progress: StepProgress) => Promise<unknown>);

/** What a run tells while it goes on; it waits for the answer. */
export type Report =
  | { readonly type: 'epoch'; readonly metrics: EpochMetrics; readonly probed: Probed }
  | { readonly type: 'step'; readonly progress: StepProgress };
