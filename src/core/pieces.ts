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
    await new Promise((resolve) => setTimeout(resolve));
  }
}
