import type { PlannedRun } from '../../../run/config.ts';
import type { Environment, RunRecord } from '../../../run/record.ts';
import type { EpochMetrics } from '../../../train/index.ts';

/** A run whose worker was lost more often than this is given up: it may be what kills them. */
export const mostLosses = 3;

/** The record of a run that no worker could end: it will be made again when it is asked for again. */
export function lostRecord(
  run: PlannedRun,
  error: string,
  made: {
    readonly environment: Environment;
    readonly started: Date;
    readonly ended: Date;
    readonly epochs?: readonly EpochMetrics[];
  },
): RunRecord {
  return {
    format: 'symloss-run',
    version: 1,
    id: run.id,
    grid: run.grid,
    config: run.config,
    environment: made.environment,
    started: made.started.toISOString(),
    seconds: Math.max(0, (made.ended.getTime() - made.started.getTime()) / 1000),
    status: 'failed',
    error,
    diverged: false,
    epochs: [...(made.epochs ?? [])],
  };
}
