import { parentPort, workerData } from 'node:worker_threads';
import { openRows } from '../../data/formats/shared/row-file.ts';
import { packError } from '../error-parts.ts';
import type { BatchQueue } from './batch-queue.ts';
import { fail, fillNext } from './batch-queue.ts';
import { DirectLoader } from './direct-loader.ts';
import type { LoaderJob } from './loader.ts';
import { batchesPerEpoch } from './loader.ts';

/** What the thread is started with. */
export interface PrefetchInput {
  readonly job: LoaderJob;
  readonly firstStep: number;
  readonly queue: BatchQueue;
}

const { job, firstStep, queue } = workerData as PrefetchInput;

try {
  const loader = new DirectLoader(job, firstStep, openRows);
  let left = job.epochs * batchesPerEpoch(job) - firstStep;
  while (left > 0 && fillNext(queue, (batch) => loader.next(batch))) left--;
  loader.close();
} catch (error) {
  parentPort?.postMessage(packError(error));
  fail(queue);
}
