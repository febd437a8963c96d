import { parentPort, workerData } from 'node:worker_threads';
import { openRows } from '../data/node/row-file.ts';
import { nodeRunner } from '../runtime/index.ts';
import type { ErrorParts } from './error-parts.ts';
import { takeApart } from './error-parts.ts';
import { feedInThread } from './feeds/feed-thread.ts';
import type { EpochMetrics, Job, JobResult } from './job.ts';
import { runJob } from './loop.ts';

/** What the thread is started with; `abort` is a shared flag, 1 to stop. */
export interface WorkerInput {
  readonly job: Job;
  readonly abort: Int32Array<SharedArrayBuffer>;
}

/** What the thread reports. */
export type WorkerMessage =
  | { readonly type: 'epoch'; readonly metrics: EpochMetrics }
  | { readonly type: 'done'; readonly result: JobResult }
  | ErrorParts;

const { job, abort } = workerData as WorkerInput;
const post = (message: WorkerMessage): void => parentPort?.postMessage(message);

try {
  const result = await runJob(job, nodeRunner({ threads: job.threads }), {
    openRows,
    // a table's batch is made in microseconds: no thread pays for that
    ...(job.images && { openFeed: feedInThread }),
    isAborted: () => Atomics.load(abort, 0) === 1,
    onEpoch: (metrics) => post({ type: 'epoch', metrics }),
  });
  post({ type: 'done', result });
} catch (error) {
  post(takeApart(error));
}
