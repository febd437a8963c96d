import { Worker } from 'node:worker_threads';
import { internalError, SymlossError } from '../core/index.ts';
import type { CheckpointOptions } from './checkpoint/index.ts';
import { Aborted, Divergence } from './endings.ts';
import type { EpochMetrics, Job, JobResult } from './job.ts';
import type { WorkerInput, WorkerMessage } from './worker.ts';

export interface ThreadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly checkpoint?: CheckpointOptions | undefined;
  readonly onEpoch?: ((metrics: EpochMetrics) => void) | undefined;
}

/**
 * Runs a job in a thread of its own, because a session run blocks the event loop of the thread it
 * is called on: here timers, progress and signals go on. The features of the job's parts move to
 * that thread, they are not copied: afterwards they are empty here.
 * @throws SymlossError of the run; the signal's reason when it is aborted; what `onEpoch` throws,
 * which ends the run
 */
export function runInThread(
  job: Job,
  { signal, checkpoint, onEpoch }: ThreadOptions = {},
): Promise<JobResult> {
  signal?.throwIfAborted();
  const abort = new Int32Array(new SharedArrayBuffer(4));
  const workerData: WorkerInput = { job, abort, checkpoint };
  const worker = new Worker(new URL('./worker.js', import.meta.url), {
    workerData,
    transferList: Object.values(job.parts).map(({ features }) => features.buffer as ArrayBuffer),
  });
  const stop = (): void => void Atomics.store(abort, 0, 1);
  const report = (metrics: EpochMetrics, reject: (reason: unknown) => void): void => {
    try {
      onEpoch?.(metrics);
    } catch (error) {
      stop();
      reject(error);
    }
  };
  signal?.addEventListener('abort', stop, { once: true });
  return new Promise<JobResult>((resolve, reject) => {
    worker.on('message', (message: WorkerMessage) => {
      if (message.type === 'epoch') report(message.metrics, reject);
      else if (message.type === 'done') resolve(message.result);
      else if (message.type === 'fault') reject(message.error);
      else if (message.type === 'aborted') reject(signal?.aborted ? signal.reason : new Aborted());
      else {
        const { where, expected, received, hint, kind } = message.error;
        if (message.type === 'divergence')
          reject(new Divergence(where, expected, received, { hint }));
        else reject(new SymlossError(where, expected, received, { hint, kind }));
      }
    });
    worker.once('error', reject);
    worker.once('exit', (code) => reject(internalError(`the training thread ended with ${code}`)));
  }).finally(() => signal?.removeEventListener('abort', stop));
}
