import { parentPort, workerData } from 'node:worker_threads';
import { openRows } from '../data/node/row-file.ts';
import { nodeEngine, nodeRunner } from '../runtime/index.ts';
import type { CheckpointOptions } from './checkpoint/index.ts';
import { openCheckpoint } from './checkpoint/index.ts';
import type { SentError } from './error-parts.ts';
import { packError } from './error-parts.ts';
import type { EpochMetrics, Job, JobResult } from './job.ts';
import { prefetchingLoader } from './loader/prefetching-loader.ts';
import { runJob } from './loop.ts';

/** What the thread is started with; `abort` is a shared flag, 1 to stop. */
export interface WorkerInput {
  readonly job: Job;
  readonly abort: Int32Array<SharedArrayBuffer>;
  readonly checkpoint: CheckpointOptions | undefined;
}

/** What the thread reports. */
export type WorkerMessage =
  | { readonly type: 'epoch'; readonly metrics: EpochMetrics }
  | { readonly type: 'done'; readonly result: JobResult }
  | SentError;

const { job, abort, checkpoint } = workerData as WorkerInput;
const post = (message: WorkerMessage): void => parentPort?.postMessage(message);

try {
  const { threads, device = 'cpu' } = job;
  const store = checkpoint && (await openCheckpoint(checkpoint, job, (await nodeEngine()).version));
  const result = await runJob(job, nodeRunner({ threads, device }), {
    openRows,
    // a table's batch is made in microseconds: no thread pays for that
    ...(job.images && { openLoader: prefetchingLoader }),
    from: store?.from,
    onState: store?.save,
    isAborted: () => Atomics.load(abort, 0) === 1,
    onEpoch: (metrics) => post({ type: 'epoch', metrics }),
  });
  post({ type: 'done', result });
} catch (error) {
  post(packError(error));
}
