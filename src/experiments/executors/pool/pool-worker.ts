import type { PlannedRun } from '../../../run/config.ts';
import { DatasetCache } from '../../../run/datasets.ts';
import type { EpochListener } from '../../../run/execute.ts';
import { executeRun } from '../../../run/execute.ts';
import type { RunRecord } from '../../../run/record.ts';
import type { RunRoots } from '../../../run/roots.ts';
import type { Device } from '../../../runtime/index.ts';
import type { EpochMetrics } from '../../../train/index.ts';
import type { LocalOptions } from '../executor.ts';

/** What every run of a pool is given. */
export interface PoolShared extends Omit<LocalOptions, 'jobs'> {
  readonly threads: number;
  readonly device: Device;
  /** The only folders that runs may read from. Default: any. */
  readonly roots?: RunRoots | undefined;
}

/** What the pool sends: one run at a time, and that it is to stop. */
export type PoolMessage =
  | ({ readonly type: 'run'; readonly run: PlannedRun } & PoolShared)
  | { readonly type: 'abort' };

/** What a worker process reports. */
export type PoolReply =
  | {
      readonly type: 'epoch';
      readonly metrics: EpochMetrics;
      readonly fold?: number | undefined;
    }
  | { readonly type: 'record'; readonly record: RunRecord }
  | { readonly type: 'aborted' };

const stop = new AbortController();
let datasets: DatasetCache | undefined;

// Ctrl-C reaches the whole group of processes: what becomes of the runs, the pool decides
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit()); // the pool is done, or was killed
process.on('message', (message: PoolMessage) => {
  if (message.type === 'abort') stop.abort(new Error('aborted'));
  else void work(message);
});

async function work({ run, ...options }: PoolMessage & { type: 'run' }): Promise<void> {
  datasets ??= new DatasetCache(options);
  const { signal } = stop;
  try {
    const onEpoch: EpochListener = (metrics, fold) => reply({ type: 'epoch', metrics, fold });
    reply({
      type: 'record',
      record: await executeRun(run, { datasets, signal, onEpoch, ...options }),
    });
  } catch (error) {
    if (!signal.aborted) throw error; // ends the process; the pool reads the reason from its stderr
    reply({ type: 'aborted' });
  }
}

function reply(message: PoolReply): void {
  process.send?.(message);
}
