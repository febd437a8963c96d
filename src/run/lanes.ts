/** What works off items, one at a time. */
export interface Lane<T> {
  work(item: T): Promise<void>;
  /** When there are no more items, or something failed. */
  close?(): Promise<void>;
}

/**
 * Works off items in their order, several at a time. The first error, or an abort of the signal, stops
 * the lanes: it is thrown when all of them have ended.
 * @param lanes how many items at a time
 * @param open makes a lane; its signal aborts when the lane is to stop
 */
export async function inLanes<T>(
  items: readonly T[],
  { lanes, signal }: { readonly lanes: number; readonly signal?: AbortSignal | undefined },
  open: (signal: AbortSignal) => Lane<T>,
): Promise<void> {
  const stop = new AbortController();
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  either.throwIfAborted();
  const queue = items.values();
  const run = async (): Promise<void> => {
    const lane = open(either);
    try {
      for (const item of queue) await lane.work(item);
    } finally {
      await lane.close?.();
    }
  };
  const running = Array.from({ length: Math.min(lanes, items.length) }, run);
  try {
    await Promise.all(running);
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled(running); // they may be writing their checkpoints
    throw error;
  }
}
