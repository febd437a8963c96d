import type { Executable, Runner } from '../runtime/portable.ts';
import type { Engine } from './messages.ts';
import type { WorkerClient } from './worker-client.ts';
import { keep, take } from './workers.ts';

/** Predictions do not depend on how many cores there are. */
const engine: Engine = { device: 'cpu', threads: 1 };

interface Shared {
  readonly client: WorkerClient;
  sessions: number;
}

/** The worker that has the sessions of all models of the page, while there are some. */
let shared: Shared | undefined;

/** Loads models in a worker, so that predictions for many rows do not block the page. */
export const workerLoader: Pick<Runner, 'load'> = {
  load: async (model) => {
    if (shared === undefined || shared.client.hasEnded) {
      shared = { client: take(engine), sessions: 0 };
    }
    const own = shared;
    own.sessions++;
    try {
      return new WorkerSession(own, await own.client.call('load', model));
    } catch (error) {
      release(own);
      throw error;
    }
  },
};

class WorkerSession implements Executable {
  readonly #shared: Shared;
  readonly #session: number;

  constructor(worker: Shared, session: number) {
    this.#shared = worker;
    this.#session = session;
  }

  run(feeds: Parameters<Executable['run']>[0]): ReturnType<Executable['run']> {
    return this.#shared.client.call('run', { session: this.#session, feeds });
  }

  async dispose(): Promise<void> {
    if (!this.#shared.client.hasEnded) await this.#shared.client.call('dispose', this.#session);
    release(this.#shared);
  }
}

/** One session less. */
function release(from: Shared): void {
  from.sessions--;
  if (from.sessions > 0) return;
  if (!from.client.hasEnded) keep(engine, from.client);
  if (shared === from) shared = undefined;
}
