import { parentPort, workerData } from 'node:worker_threads';
import { SymlossError } from '../core/index.ts';
import { nodeEngine, nodeRunner } from '../runtime/index.ts';
import type { CheckpointOptions } from './checkpoint/index.ts';
import { openCheckpoint } from './checkpoint/index.ts';
import { Aborted, Divergence } from './endings.ts';
import type { EpochMetrics, Job, JobResult } from './job.ts';
import { runJob } from './loop.ts';

/** What the thread is started with; `abort` is a shared flag, 1 to stop. */
export interface WorkerInput {
  readonly job: Job;
  readonly abort: Int32Array<SharedArrayBuffer>;
  readonly checkpoint: CheckpointOptions | undefined;
}

/** What the thread reports. Errors travel as their parts, since a class is lost on the way. */
export type WorkerMessage =
  | { readonly type: 'epoch'; readonly metrics: EpochMetrics }
  | { readonly type: 'done'; readonly result: JobResult }
  | { readonly type: 'aborted' }
  | {
      readonly type: 'divergence' | 'userError';
      readonly error: Pick<SymlossError, 'where' | 'expected' | 'received' | 'hint' | 'kind'>;
    }
  | { readonly type: 'fault'; readonly error: unknown };

const { job, abort, checkpoint } = workerData as WorkerInput;
const post = (message: WorkerMessage): void => parentPort?.postMessage(message);

try {
  const { threads, device = 'cpu' } = job;
  const store = checkpoint && (await openCheckpoint(checkpoint, job, (await nodeEngine()).version));
  const result = await runJob(job, nodeRunner({ threads, device }), {
    from: store?.from,
    onState: store?.save,
    isAborted: () => Atomics.load(abort, 0) === 1,
    onEpoch: (metrics) => post({ type: 'epoch', metrics }),
  });
  post({ type: 'done', result });
} catch (error) {
  if (error instanceof Aborted) {
    post({ type: 'aborted' });
  } else if (error instanceof SymlossError) {
    const { where, expected, received, hint, kind } = error;
    const type = error instanceof Divergence ? 'divergence' : 'userError';
    post({ type, error: { where, expected, received, hint, kind } });
  } else {
    post({ type: 'fault', error });
  }
}
