import type { Executable, Runner } from '../runtime/portable.ts';
import type { Engine } from './messages.ts';
import type { WorkerClient } from './worker-client.ts';
import { keep, take } from './workers.ts';

/** Predictions do not depend on how many cores there are. */
const engine: Engine = { device: 'cpu', threads: 1 };

/** The worker that has the sessions of all models of the page, while there are some. */
let shared: { readonly client: WorkerClient; sessions: number } | undefined;

/** Loads models in a worker, so that predictions for many rows do not block the page. */
export const workerLoader: Pick<Runner, 'load'> = {
  load: async (model) => {
    shared ??= { client: take(engine), sessions: 0 };
    const { client } = shared;
    shared.sessions++;
    try {
      const session = await client.call('load', model);
      return new WorkerSession(client, session);
    } catch (error) {
      release();
      throw error;
    }
  },
};

class WorkerSession implements Executable {
  readonly #client: WorkerClient;
  readonly #session: number;

  constructor(client: WorkerClient, session: number) {
    this.#client = client;
    this.#session = session;
  }

  run(feeds: Parameters<Executable['run']>[0]): ReturnType<Executable['run']> {
    return this.#client.call('run', { session: this.#session, feeds });
  }

  async dispose(): Promise<void> {
    await this.#client.call('dispose', this.#session);
    release();
  }
}

/** One session less. */
function release(): void {
  if (shared === undefined || --shared.sessions > 0) return;
  keep(engine, shared.client);
  shared = undefined;
}
