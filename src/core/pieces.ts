/**
 * A long computation in pieces: a generator that yields often, and returns the result. It is run to
 * its end at once, or with breaks in which the thread can do something else.
 */
export type Pieces<T> = Generator<undefined, T, undefined>;

/** Runs a computation to its end. */
export function finish<T>(pieces: Pieces<T>): T {
  for (;;) {
    const { done, value } = pieces.next();
    if (done) return value;
  }
}

/** A thread that works this long without a break still answers at once, and a page moves on. */
const longestPiece = 12; // milliseconds: a page that draws 60 pictures a second has 16 for each

/**
 * Runs a computation to its end, with a break wherever it has worked for 12 ms.
 * @throws the signal's reason when it is aborted; what the computation holds open is closed then
 */
export async function finishWithBreaks<T>(pieces: Pieces<T>, signal?: AbortSignal): Promise<T> {
  for (;;) {
    if (signal?.aborted) {
      pieces.return(undefined as never);
      throw signal.reason;
    }
    const end = performance.now() + longestPiece;
    while (performance.now() < end) {
      const { done, value } = pieces.next();
      if (done) return value;
    }
    await pause();
  }
}

/** Lets the thread do what else waits. Pages make timers wait for 4 ms, messages not. */
export function pause(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

/** Breaks of a long loop in an `async` function, which other work needs: `if (breaks.isDue) await breaks.take()`. */
export class Breaks {
  readonly #signal: AbortSignal | undefined;
  #end = performance.now() + longestPiece;

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  /** Whether the thread has worked for 12 ms since the last break. */
  get isDue(): boolean {
    return performance.now() >= this.#end;
  }

  /** @throws the signal's reason when it is aborted */
  async take(): Promise<void> {
    await pause();
    this.#signal?.throwIfAborted();
    this.#end = performance.now() + longestPiece;
  }
}
