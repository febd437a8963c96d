import type { Engine } from './messages.ts';
import { WorkerClient } from './worker-client.ts';

/** A worker that has nothing to do for so long is ended, in milliseconds: it holds some tens of megabytes. */
const patience = 10_000;

interface Idle {
  readonly client: WorkerClient;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** By engine. Starting one takes as long as thousands of steps of a small network: the next run takes it over. */
const idle = new Map<string, Idle[]>();

/**
 * Works with a worker, one that is there or a new one, and keeps it for the next.
 * @throws what `work` throws, and the signal's reason when it is aborted, which ends the worker
 */
export async function withWorker<T>(
  engine: Engine,
  signal: AbortSignal | undefined,
  work: (client: WorkerClient) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const client = take(engine);
  const abort = (): void => client.terminate(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const result = await work(client);
    if (!signal?.aborted) keep(engine, client);
    return result;
  } catch (error) {
    client.terminate(error); // whatever state it is in
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

/** A worker of one's own, which is `keep`ed or terminated in the end. */
export function take(engine: Engine): WorkerClient {
  const waiting = idle.get(keyOf(engine)) ?? [];
  for (let found = waiting.pop(); found !== undefined; found = waiting.pop()) {
    clearTimeout(found.timer);
    if (!found.client.hasEnded) return found.client;
  }
  return new WorkerClient();
}

/** Leaves a worker that does nothing any more to whoever needs one next. */
export function keep(engine: Engine, client: WorkerClient): void {
  const key = keyOf(engine);
  const timer = setTimeout(() => {
    idle.set(
      key,
      (idle.get(key) ?? []).filter((one) => one.client !== client),
    );
    client.terminate(undefined);
  }, patience);
  idle.set(key, [...(idle.get(key) ?? []), { client, timer }]);
}

function keyOf({ device, threads }: Engine): string {
  return `${device} ${threads}`;
}
