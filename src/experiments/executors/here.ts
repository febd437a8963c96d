import type { DatasetCache } from '../../run/datasets.ts';
import type { ExecuteOptions } from '../../run/execute.ts';
import { executeRun } from '../../run/execute.ts';
import { inLanes } from '../../run/lanes.ts';
import type { Executor, LocalOptions } from './executor.ts';

export interface InProcessOptions extends LocalOptions, Pick<ExecuteOptions, 'throwFailures'> {}

/**
 * Runs in this process, each in a thread of its own. The data are read once for all of them.
 * When the signal aborts, or a listener throws, the runs are stopped first.
 */
export function inProcessExecutor(
  datasets: DatasetCache,
  { jobs = 1, ...options }: InProcessOptions = {},
): Executor {
  return (runs, { onRecord, onEpoch, signal }) =>
    inLanes(runs, { lanes: jobs, signal }, (own) => ({
      work: async (run) => {
        const record = await executeRun(run, {
          ...options,
          datasets,
          signal: own,
          onEpoch: (metrics, fold) => onEpoch?.(run, metrics, fold),
        });
        await onRecord(record);
      },
    }));
}
