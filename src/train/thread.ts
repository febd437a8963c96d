import { Worker } from 'node:worker_threads';
import { internalError } from '../core/index.ts';
import type { Device } from '../runtime/index.ts';
import { isOneAtATime, Turns } from '../runtime/index.ts';
import type { CheckpointOptions } from './checkpoint/index.ts';
import { abort, answer, makeControl } from './control.ts';
import { Aborted } from './endings.ts';
import { isAsked } from './epoch-callback.ts';
import { unpackError } from './error-parts.ts';
import type { Job, JobResult } from './job.ts';
import type { JobOptions } from './job-options.ts';
import { tell } from './job-options.ts';
import { memoryOf } from './part-memory.ts';
import type { Report } from './progress.ts';
import type { WorkerInput, WorkerMessage } from './worker.ts';

export interface ThreadOptions extends JobOptions {
  readonly checkpoint?: CheckpointOptions | undefined;
}

/**
 * Runs a job in a thread of its own, because a session run blocks the event loop of the thread it
 * is called on: here timers, progress and signals go on. The numbers of the job's parts move to that
 * thread, they are not copied: afterwards they are empty here. Bytes are shared with it.
 * @throws SymlossError of the run; the signal's reason when it is aborted; what `onEpoch` throws,
 * which aborts the run
 *
 * Runs on a device that does one thing at a time wait for each other.
 */
export async function runInThread(job: Job, options: ThreadOptions = {}): Promise<JobResult> {
  const { device = 'cpu' } = job;
  options.signal?.throwIfAborted();
  const run = () => startThread(job, device, options);
  const result = await (isOneAtATime(device) ? turns.take(run, options.signal) : run());
  checked.add(device);
  return result;
}

/** Of the runs of this process on a device that does one at a time. */
const turns = new Turns();

/** Devices that were found to compute right. */
const checked = new Set<Device>();

async function startThread(
  job: Job,
  device: Device,
  { signal, checkpoint, ...callbacks }: ThreadOptions,
): Promise<JobResult> {
  const { onEpoch, onStep } = callbacks;
  const control = makeControl();
  const workerData: WorkerInput = {
    ...{ job, control, checkpoint },
    reports: {
      epochs: onEpoch !== undefined,
      asks: isAsked(onEpoch),
      steps: onStep !== undefined,
    },
    isChecked: checked.has(device),
  };
  const worker = new Worker(new URL('./worker.js', import.meta.url), {
    workerData,
    execArgv: [], // of node -e, some options would stop a thread
    transferList: memoryOf(job.parts),
  });
  const stop = (): void => abort(control);
  const ask = async (report: Report, reject: (reason: unknown) => void): Promise<void> => {
    try {
      answer(control, await tell(callbacks, report));
    } catch (error) {
      stop();
      reject(error);
    }
  };
  signal?.addEventListener('abort', stop, { once: true });
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const result = new Promise<JobResult>((resolve, reject) => {
    worker.on('message', (message: WorkerMessage) => {
      if (message.type === 'epoch' || message.type === 'step') void ask(message, reject);
      else if (message.type === 'done') resolve(message.result);
      else {
        const error = unpackError(message);
        reject(error instanceof Aborted && signal?.aborted ? signal.reason : error);
      }
    });
    worker.once('error', reject);
    worker.once('exit', (code) => reject(internalError(`the training thread ended with ${code}`)));
  });
  try {
    return await result;
  } finally {
    signal?.removeEventListener('abort', stop);
    // it gives the device back when it ends
    if (isOneAtATime(device)) await exited;
  }
}
