import { Worker } from 'node:worker_threads';
import { internalError } from '../../core/index.ts';
import type { SentError } from '../error-parts.ts';
import { unpackError } from '../error-parts.ts';
import type { Batch, Feed, FeedJob, OpenFeed } from './feed.ts';
import type { ProducerInput } from './producer.ts';
import type { Ring } from './ring.ts';
import { makeRing, stop, takeNext } from './ring.ts';

/** Batches that are made ahead of the step. */
const slots = 4;

/** Milliseconds to wait before a look at what the thread reports. */
const patience = 20;

/** Makes batches in a thread of its own, ahead of the steps that take them. */
export const feedInThread: OpenFeed = (job, firstStep) => new FeedThread(job, firstStep);

class FeedThread implements Feed {
  readonly #ring: Ring;
  readonly #worker: Worker;
  /** Why no batch comes any more. */
  #end: { readonly reason: unknown } | undefined;

  constructor(job: FeedJob, firstStep: number) {
    this.#ring = makeRing(job, slots);
    const workerData: ProducerInput = { job, firstStep, ring: this.#ring };
    this.#worker = new Worker(new URL('./producer.js', import.meta.url), {
      workerData,
      execArgv: [], // of node -e, some options would stop a thread
    });
    const end = (reason: unknown): void => {
      this.#end ??= { reason };
    };
    this.#worker.on('message', (error: SentError) => end(unpackError(error)));
    this.#worker.on('error', end);
    this.#worker.on('exit', (code) => end(internalError(`the feeding thread ended with ${code}`)));
  }

  async next(into: Batch): Promise<void> {
    while (!takeNext(this.#ring, into, patience)) {
      if (this.#end !== undefined) throw this.#end.reason;
      await new Promise((resolve) => setImmediate(resolve)); // lets its messages in
    }
  }

  async close(): Promise<void> {
    stop(this.#ring);
    await this.#worker.terminate();
  }
}
