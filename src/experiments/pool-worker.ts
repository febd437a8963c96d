import type { Device } from '../runtime/index.ts';
import type { EpochMetrics } from '../train/index.ts';
import { DatasetCache } from './datasets.ts';
import type { PlannedRun } from './executor.ts';
import type { RunRecord } from './record.ts';
import { executeRun } from './run.ts';

/** What the pool sends: one run at a time, and that it is to stop. */
export type PoolMessage =
  | {
      readonly type: 'run';
      readonly run: PlannedRun;
      readonly threads: number;
      readonly device: Device;
      readonly folder: string | undefined;
      readonly checkpoints: string | undefined;
    }
  | { readonly type: 'abort' };

/** What a worker process reports. */
export type PoolReply =
  | { readonly type: 'epoch'; readonly metrics: EpochMetrics }
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

async function work({ run, folder, ...options }: PoolMessage & { type: 'run' }): Promise<void> {
  datasets ??= new DatasetCache({ folder });
  const { signal } = stop;
  try {
    const onEpoch = (metrics: EpochMetrics) => reply({ type: 'epoch', metrics });
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
