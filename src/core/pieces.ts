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

/** A thread that works this long without a break still answers at once. */
const longestPiece = 50; // milliseconds

/**
 * Runs a computation to its end, with a break wherever it has worked for 50 ms.
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

const pause = () => new Promise((resolve) => setTimeout(resolve));

/** Breaks of a long loop in an `async` function, which other work needs: `if (breaks.isDue) await breaks.take()`. */
export class Breaks {
  readonly #signal: AbortSignal | undefined;
  #end = performance.now() + longestPiece;

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  /** Whether the thread has worked for 50 ms since the last break. */
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
