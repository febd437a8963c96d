import { isOneAtATime, Turns } from '../runtime/index.ts';
import type { CheckpointOptions } from './checkpoint/index.ts';
import { abort, answer, makeControl } from './control.ts';
import { Aborted } from './endings.ts';
import { isAsked } from './epoch-callback.ts';
import type { Job, JobResult } from './job.ts';
import { checkOf } from './job.ts';
import type { JobOptions } from './job-options.ts';
import { tell } from './job-options.ts';
import { memoryOf } from './part-memory.ts';
import type { TrainingThread } from './training-thread.ts';
import { withThread } from './training-thread.ts';
import type { WorkerInput } from './worker.ts';

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
  const result = isOneAtATime(device)
    ? // it gives the device back when it ends
      await turns.take(
        () => withThread({ keep: false }, (thread) => runIn(thread, job, options)),
        options.signal,
      )
    : await withThread({ keep: isSmall(job) }, (thread) => runIn(thread, job, options));
  checked.add(checkOf(job));
  return result;
}

/** Of more memory the next run would have to wait until it is collected as garbage. */
const smallJob = 2 ** 26;

function isSmall({ parts }: Job): boolean {
  return memoryOf(parts).reduce((sum, { byteLength }) => sum + byteLength, 0) <= smallJob;
}

/** Of the runs of this process on a device that does one at a time. */
const turns = new Turns();

/** Devices and precisions that were found to compute right. */
const checked = new Set<string>();

async function runIn(
  thread: TrainingThread,
  job: Job,
  { signal, checkpoint, ...callbacks }: ThreadOptions,
): Promise<JobResult> {
  const { onEpoch, onStep } = callbacks;
  const control = makeControl();
  const input: WorkerInput = {
    ...{ job, control, checkpoint },
    reports: {
      epochs: onEpoch !== undefined,
      asks: isAsked(onEpoch),
      steps: onStep !== undefined,
    },
    isChecked: checked.has(checkOf(job)),
  };
  const stop = (): void => abort(control);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await thread.run(input, memoryOf(job.parts), async (report, reject) => {
      try {
        answer(control, await tell(callbacks, report));
      } catch (error) {
        stop();
        reject(error);
      }
    });
  } catch (error) {
    throw error instanceof Aborted && signal?.aborted ? signal.reason : error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
