/** A promise that is settled from outside (`Promise.withResolvers`, which Node 20 has not). */
export class Deferred {
  readonly promise: Promise<void>;
  #isSettled = false;
  #resolve!: () => void;
  #reject!: (reason: unknown) => void;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.promise.catch(() => {}); // whoever waits is told
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  resolve(): void {
    this.#isSettled = true;
    this.#resolve();
  }

  reject(reason: unknown): void {
    this.#isSettled = true;
    this.#reject(reason);
  }
}

/** Resolves after so many milliseconds, or when the promise is settled. */
export async function pause(time: number, until?: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const waited = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, time);
  });
  await Promise.race([waited, ...(until === undefined ? [] : [until.catch(() => {})])]);
  clearTimeout(timer);
}
