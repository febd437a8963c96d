import type { EpochMetrics } from '../train/index.ts';
import type { RunConfig } from './config.ts';
import type { RunRecord } from './record.ts';

/** A run that is to be made. */
export interface PlannedRun {
  readonly id: string;
  readonly grid: string;
  readonly config: RunConfig;
}

export interface ExecutorEvents {
  /** A run has ended; it is called once per run, in any order. */
  readonly onRecord: (record: RunRecord) => void | Promise<void>;
  readonly onEpoch?: (run: PlannedRun, metrics: EpochMetrics) => void;
  /** A run whose worker was lost starts again. */
  readonly onRetry?: (run: PlannedRun, reason: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Where runs execute: processes of this machine, or workers behind a queue. Resolves when all runs
 * have ended; rejects with the signal's reason when that aborts, after what runs has stopped.
 */
export type Executor = (runs: readonly PlannedRun[], events: ExecutorEvents) => Promise<void>;
