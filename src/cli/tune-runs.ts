import { join } from 'node:path';
import { checkpointFolder, forgetCheckpoint } from '../experiments/checkpoints.ts';
import { RecordStore, shareOut } from '../experiments/index.ts';
import { recordedExecutor } from '../experiments/recorded.ts';
import { lockFolder } from '../io/index.ts';
import type { BenchStreams } from './bench.ts';
import { BenchProgress } from './bench-progress.ts';
import { chooseExecutor } from './bench-queue.ts';
import type { OpenExecutor } from './tune-command.ts';

/** Makes the runs of a tuning as `bench` makes those of a grid, and records them in its folder. */
export function tuneRuns({ out, err }: BenchStreams): OpenExecutor {
  return async ({ out: folder, total, jobs, threads, device, data, queue }) => {
    await lockFolder(folder); // until the process ends
    const store = await RecordStore.open(folder);
    for (const notice of store.notices) out.write(`${notice}\n`);
    const shared = shareOut(total, { jobs, threads });
    const onNotice = (line: string) => err.write(`${line}\n`);
    const checkpoints = join(folder, checkpointFolder);
    const execute = await chooseExecutor(
      { queue, onNotice },
      { ...shared, device, folder: data, checkpoints },
    );
    return recordedExecutor(async (runs, events) => {
      out.write(`${total} runs, ${total - runs.length} of them are recorded already\n`);
      const progress = new BenchProgress(err, {
        total,
        runs,
        earlier: store.all(),
        jobs: shared.jobs,
      });
      await execute(runs, {
        ...events,
        onRecord: async (record) => {
          await events.onRecord(record);
          if (store.has(record.id)) await forgetCheckpoint(checkpoints, record.id);
          progress.record(record);
        },
        onEpoch: (run, metrics) => progress.epoch(run, metrics),
        onRetry: (run, reason) => progress.retry(run, reason),
      }).finally(() => progress.clear());
    }, store);
  };
}
