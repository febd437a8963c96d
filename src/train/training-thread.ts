import { Worker } from 'node:worker_threads';
import { internalError } from '../core/index.ts';
import { unpackError } from './error-parts.ts';
import type { JobResult } from './job.ts';
import type { Report } from './progress.ts';
import type { WorkerCall, WorkerInput, WorkerMessage } from './worker.ts';

/** Told each report of a run; `reject` ends the wait for its result. */
type OnReport = (report: Report, reject: (reason: unknown) => void) => Promise<void>;

/** A thread that makes one run after the other. */
export class TrainingThread {
  readonly #worker = new Worker(new URL('./worker.js', import.meta.url), {
    execArgv: [], // of node -e, some options would stop a thread
  });
  /** When it has ended. */
  readonly #ended: Promise<void>;
  #hasEnded = false;

  constructor() {
    this.#ended = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        this.#hasEnded = true;
        resolve();
      });
    });
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /**
   * Makes a run.
   * @param moved memory that moves there
   * @throws what the run throws; an internal error if the thread ends before it
   */
  async run(input: WorkerInput, moved: ArrayBuffer[], onReport: OnReport): Promise<JobResult> {
    const worker = this.#worker;
    const over = new AbortController();
    try {
      return await new Promise<JobResult>((resolve, reject) => {
        const listen = <A>(event: string, listener: (argument: A) => void): void => {
          worker.on(event, listener);
          over.signal.addEventListener('abort', () => worker.off(event, listener));
        };
        listen('message', (message: WorkerMessage) => {
          if (message.type === 'epoch' || message.type === 'step') void onReport(message, reject);
          else if (message.type === 'done') resolve(message.result);
          else reject(unpackError(message));
        });
        listen('error', reject);
        listen('exit', (code: number) =>
          reject(internalError(`the training thread ended with ${code}`)),
        );
        worker.ref();
        this.#post(input, moved);
      });
    } finally {
      over.abort();
      worker.unref();
    }
  }

  /** Lets it end after what it does. */
  close(): void {
    this.#post('close');
  }

  /** The same, and waits for it: a process that has nothing else to do would end before. */
  async end(): Promise<void> {
    this.#worker.ref();
    this.close();
    await this.#ended;
  }

  #post(call: WorkerCall, moved: ArrayBuffer[] = []): void {
    this.#worker.postMessage(call, moved);
  }
}

/** A thread that has nothing to do for so long is ended, in milliseconds: it holds some tens of megabytes. */
const patience = 1000;

interface Idle {
  readonly thread: TrainingThread;
  readonly timer: NodeJS.Timeout;
}

/** Starting a thread takes as long as thousands of steps of a small network: the next run takes it over. */
const idle: Idle[] = [];

/**
 * Works with a thread, one that has nothing to do or a new one.
 * @param keep whether it may be kept for the next run; else it has ended when this returns
 * @throws what `work` throws, which ends the thread
 */
export async function withThread<T>(
  { keep }: { readonly keep: boolean },
  work: (thread: TrainingThread) => Promise<T>,
): Promise<T> {
  const thread = (keep && take()) || new TrainingThread();
  try {
    const result = await work(thread);
    if (keep) put(thread);
    else await thread.end();
    return result;
  } catch (error) {
    if (keep) thread.close();
    else await thread.end();
    throw error;
  }
}

function take(): TrainingThread | undefined {
  for (let last = idle.pop(); last !== undefined; last = idle.pop()) {
    clearTimeout(last.timer);
    if (!last.thread.hasEnded) return last.thread;
  }
  return undefined;
}

function put(thread: TrainingThread): void {
  const timer = setTimeout(() => {
    idle.splice(
      idle.findIndex((one) => one.thread === thread),
      1,
    );
    thread.close();
  }, patience);
  timer.unref(); // neither it nor the thread keeps a process from ending
  idle.push({ thread, timer });
}
