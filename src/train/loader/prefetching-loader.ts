import { Worker } from 'node:worker_threads';
import { internalError } from '../../core/index.ts';
import type { SentError } from '../error-parts.ts';
import { unpackError } from '../error-parts.ts';
import type { BatchQueue } from './batch-queue.ts';
import { makeQueue, stop, takeNext } from './batch-queue.ts';
import type { Batch, DataLoader, LoaderJob, OpenLoader } from './loader.ts';
import type { PrefetchInput } from './prefetch-worker.ts';

/** Batches that are loaded ahead of the step. */
const slots = 4;

/** Milliseconds to wait before a look at what the thread reports. */
const patience = 20;

/** Makes batches in a thread of its own, ahead of the steps that take them. */
export const prefetchingLoader: OpenLoader = (job, firstStep) =>
  new PrefetchingLoader(job, firstStep);

class PrefetchingLoader implements DataLoader {
  readonly #queue: BatchQueue;
  readonly #worker: Worker;
  /** Why no batch comes any more. */
  #end: { readonly reason: unknown } | undefined;

  constructor(job: LoaderJob, firstStep: number) {
    this.#queue = makeQueue(job, slots);
    const workerData: PrefetchInput = { job, firstStep, queue: this.#queue };
    this.#worker = new Worker(new URL('./prefetch-worker.js', import.meta.url), {
      workerData,
      execArgv: [], // of node -e, some options would stop a thread
    });
    const end = (reason: unknown): void => {
      this.#end ??= { reason };
    };
    this.#worker.on('message', (error: SentError) => end(unpackError(error)));
    this.#worker.on('error', end);
    this.#worker.on('exit', (code) =>
      end(internalError(`the data loader's thread ended with ${code}`)),
    );
  }

  async next(into: Batch): Promise<void> {
    while (!takeNext(this.#queue, into, patience)) {
      if (this.#end !== undefined) throw this.#end.reason;
      await new Promise((resolve) => setImmediate(resolve)); // lets its messages in
    }
  }

  async close(): Promise<void> {
    stop(this.#queue);
    await this.#worker.terminate();
  }
}
