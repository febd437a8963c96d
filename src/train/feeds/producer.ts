import { parentPort, workerData } from 'node:worker_threads';
import { openRows } from '../../data/formats/shared/row-file.ts';
import { packError } from '../error-parts.ts';
import { BatchMaker } from './batch-maker.ts';
import type { FeedJob } from './feed.ts';
import { batchesPerEpoch } from './feed.ts';
import type { Ring } from './ring.ts';
import { fail, fillNext } from './ring.ts';

/** What the thread is started with. */
export interface ProducerInput {
  readonly job: FeedJob;
  readonly firstStep: number;
  readonly ring: Ring;
}

const { job, firstStep, ring } = workerData as ProducerInput;

try {
  const maker = new BatchMaker(job, firstStep, openRows);
  let left = job.epochs * batchesPerEpoch(job) - firstStep;
  while (left > 0 && fillNext(ring, (batch) => maker.next(batch))) left--;
  maker.close();
} catch (error) {
  parentPort?.postMessage(packError(error));
  fail(ring);
}
