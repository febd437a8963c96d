import type { Tensor } from '../core/index.ts';
import type { EpochMetrics } from './epoch-metrics.ts';
import type { Job } from './job.ts';

/** The tensors of a step by slot name: parameters, optimiser state, running statistics. */
export type SlotValues = Readonly<Record<string, Tensor<'float32'>>>;

/** States of the random streams that cannot be found again from seed and position. */
export type StreamStates = Readonly<Record<string, readonly number[]>>;

/** Why a state is told: an epoch is over, the run was told to stop after it, or it is aborted. */
export type SaveReason = 'epoch' | 'stop' | 'abort';

/** The network of an epoch that is over. */
export interface KeptEpoch {
  readonly epoch: number;
  /** Those of the network only. */
  readonly slots: SlotValues;
}

/** A run between two steps: all that it needs to go on as if it had never stopped. */
export interface RunState {
  /** The epoch of the next step, from 1; one more than there are when all steps are done. */
  readonly epoch: number;
  /** Steps of that epoch that are done. */
  readonly batch: number;
  /** Steps done since the start of the run. */
  readonly steps: number;
  /** Sum of the objective over the epoch's steps that are done. */
  readonly lossSum: number;
  /** Working time so far. */
  readonly seconds: number;
  /** The epochs that are over. */
  readonly epochs: readonly EpochMetrics[];
  /** True where it was told to stop: it is over, though epochs are left. */
  readonly stopped?: true;
  readonly slots: SlotValues;
  /** The best epoch so far, where that is to be kept. */
  readonly best?: KeptEpoch;
  readonly streams: StreamStates;
}

/** A time at which the state of a run may be saved. */
export interface SavePoint {
  readonly when: SaveReason;
  /** As in the state. */
  readonly epoch: number;
  /** The state. Its tensors are only lent. From a device they are copied, so read it only to keep it. */
  read(): Promise<RunState>;
}

/** The start of a run. */
export function firstState(job: Job): RunState {
  const slots = Object.fromEntries(
    job.slots.map(({ name, shape, values }) => [name, { dtype: 'float32', shape, data: values }]),
  ) as SlotValues;
  const start = { epoch: 1, batch: 0, steps: 0, lossSum: 0, seconds: 0 };
  return { ...start, epochs: [], slots, streams: {} };
}
