import type { MessagePort } from 'node:worker_threads';
import { parentPort } from 'node:worker_threads';
import { openRows } from '../data/formats/shared/row-file.ts';
import { fallsBack, nodeEngine, nodeRunner } from '../runtime/index.ts';
import type { CheckpointOptions } from './checkpoint/index.ts';
import { openCheckpoint } from './checkpoint/index.ts';
import type { Control } from './control.ts';
import { answersGiven, awaitAnswer, isAborted } from './control.ts';
import type { SentError } from './error-parts.ts';
import { packError } from './error-parts.ts';
import type { Job, JobResult } from './job.ts';
import { prefetchingLoader } from './loader/prefetching-loader.ts';
import { runJob } from './loop.ts';
import type { Report } from './progress.ts';

/** What the thread is told: a run to make, or `close`, to end. */
export type WorkerCall = WorkerInput | 'close';

/** A run. */
export interface WorkerInput {
  readonly job: Job;
  readonly control: Control;
  readonly checkpoint: CheckpointOptions | undefined;
  /** Whether epochs are reported, and an answer to each is awaited; whether steps are, whose answers are always awaited. */
  readonly reports: { readonly epochs: boolean; readonly asks: boolean; readonly steps: boolean };
  /** Whether another thread found that the device computes right, in the job's precision. */
  readonly isChecked: boolean;
}

/** What the thread reports. */
export type WorkerMessage =
  | Report
  | { readonly type: 'done'; readonly result: JobResult }
  | SentError;

const port = parentPort as MessagePort;

port.on('message', (call: WorkerCall) => {
  if (call === 'close') port.close();
  else void run(call);
});

async function run({ job, control, checkpoint, reports, isChecked }: WorkerInput): Promise<void> {
  const post = (message: WorkerMessage): void => port.postMessage(message);
  const told = (report: Report, asks: boolean): 'stop' | undefined => {
    const given = answersGiven(control);
    post(report);
    return asks ? awaitAnswer(control, given) : undefined;
  };
  try {
    const { threads, device = 'cpu', precision = 'single' } = job;
    const store =
      checkpoint && (await openCheckpoint(checkpoint, job, (await nodeEngine()).version));
    const result = await runJob(
      job,
      nodeRunner({ threads, device, precision, isChecked, fallback: fallsBack(device) }),
      {
        openRows,
        // a table's batch is made in microseconds: no thread pays for that
        ...(job.images && { openLoader: prefetchingLoader }),
        from: store?.from,
        onSavePoint: store?.save,
        isAborted: () => isAborted(control),
        ...(reports.epochs && {
          onEpoch: (metrics, probed) => told({ type: 'epoch', metrics, probed }, reports.asks),
        }),
        ...(reports.steps && { onStep: (progress) => told({ type: 'step', progress }, true) }),
      },
    );
    post({ type: 'done', result });
  } catch (error) {
    post(packError(error));
  }
}
