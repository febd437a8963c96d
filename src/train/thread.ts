import { Worker } from 'node:worker_threads';
import { internalError } from '../core/index.ts';
import type { Device } from '../runtime/index.ts';
import { isOneAtATime, Turns } from '../runtime/index.ts';
import type { CheckpointOptions } from './checkpoint/index.ts';
import { abort, answer, makeControl } from './control.ts';
import { Aborted } from './endings.ts';
import type { EpochCallback } from './epoch-callback.ts';
import { isAsked, saysStop } from './epoch-callback.ts';
import type { EpochMetrics } from './epoch-metrics.ts';
import { unpackError } from './error-parts.ts';
import type { Job, JobResult, Part } from './job.ts';
import type { WorkerInput, WorkerMessage } from './worker.ts';

export interface ThreadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly checkpoint?: CheckpointOptions | undefined;
  readonly onEpoch?: EpochCallback | undefined;
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
  { signal, checkpoint, onEpoch }: ThreadOptions,
): Promise<JobResult> {
  const control = makeControl();
  const reports = onEpoch !== undefined;
  const workerData: WorkerInput = {
    ...{ job, control, checkpoint, reports },
    asks: isAsked(onEpoch),
    isChecked: checked.has(device),
  };
  const worker = new Worker(new URL('./worker.js', import.meta.url), {
    workerData,
    execArgv: [], // of node -e, some options would stop a thread
    transferList: Object.values<Part>({ ...job.parts }).flatMap(numbersOf),
  });
  const stop = (): void => abort(control);
  const ask = async (metrics: EpochMetrics, reject: (reason: unknown) => void): Promise<void> => {
    try {
      answer(control, await saysStop(onEpoch, metrics));
    } catch (error) {
      stop();
      reject(error);
    }
  };
  signal?.addEventListener('abort', stop, { once: true });
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const result = new Promise<JobResult>((resolve, reject) => {
    worker.on('message', (message: WorkerMessage) => {
      if (message.type === 'epoch') void ask(message.metrics, reject);
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

/** The memory of a part's numbers. */
function numbersOf({ features, targets }: Part): ArrayBuffer[] {
  const own = features instanceof Float32Array ? { features } : {};
  const arrays: object = 'dense' in features ? features : own;
  return [...Object.values(arrays), targets].flatMap((own) =>
    ArrayBuffer.isView(own) && own.buffer instanceof ArrayBuffer ? [own.buffer] : [],
  );
}
