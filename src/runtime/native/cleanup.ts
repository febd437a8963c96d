/** Frees what was made, the last first, once. */
export class Cleanup {
  readonly #steps: (() => void)[] = [];

  add(step: () => void): void {
    this.#steps.push(step);
  }

  run(): void {
    for (const step of this.#steps.splice(0).reverse()) step();
  }

  /** Runs it if the work fails. */
  unless<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      this.run();
      throw error;
    }
  }
}
