import { availableParallelism } from 'node:os';
import { checkInteger } from '../../core/index.ts';
import type { PlannedRun } from '../../run/config.ts';
import type { RunOutputs } from '../../run/execute.ts';
import type { FieldValues } from '../../run/fields.ts';
import type { RunRecord } from '../../run/record.ts';
import type { EpochMetrics } from '../../train/index.ts';

export interface ExecutorEvents {
  /** A run has ended; it is called once per run, in any order. */
  readonly onRecord: (record: RunRecord) => void | Promise<void>;
  /** @param fold as of an `EpochListener` */
  readonly onEpoch?: (run: PlannedRun, metrics: EpochMetrics, fold?: number) => void;
  /**
   * A run starts again, from its beginning.
   * @param reason a clause that follows the name of the run: `its worker was lost (killed by SIGKILL)`
   */
  readonly onRetry?: (run: PlannedRun, reason: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Where runs execute: this process, other processes of this machine, or workers behind a queue.
 * Resolves when all runs have ended; rejects with the signal's reason when that aborts, after what runs
 * has stopped.
 */
export type Executor = (runs: readonly PlannedRun[], events: ExecutorEvents) => Promise<void>;

/** How runs are made on this machine. */
export interface LocalOptions extends FieldValues<'machine'>, RunOutputs {
  /** Runs at the same time. */
  readonly jobs?: number | undefined;
}

/**
 * Jobs and threads whose product is at most the number of cores, unless both are given: one thread
 * a run, since small runs are fastest so, and more where there are fewer runs than cores.
 */
export function shareOut(
  runs: number,
  { jobs, threads }: Pick<LocalOptions, 'jobs' | 'threads'>,
  cores = availableParallelism(),
): { jobs: number; threads: number } {
  if (jobs !== undefined) checkInteger('jobs', jobs, { min: 1 });
  if (threads !== undefined) checkInteger('threads', threads, { min: 1 });
  const atOnce = jobs ?? Math.max(1, Math.min(runs, Math.floor(cores / (threads ?? 1))));
  return { jobs: atOnce, threads: threads ?? Math.max(1, Math.floor(cores / atOnce)) };
}
