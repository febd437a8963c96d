import { either, field, SymlossError } from '../../../core/index.ts';
import type { StoreOptions } from '../shared/byte-store.ts';
import { memoryLimitOf } from '../shared/byte-store.ts';

/** What limits the reading of a table. */
export type TableLimits = Pick<StoreOptions, 'memoryLimit' | 'signal'>;

/** A table takes more memory than it may. */
export class TableTooLarge extends SymlossError {}

/** Counts what is held of a file in memory. */
export class MemoryBudget {
  /** Ends the reading. */
  readonly signal: AbortSignal | undefined;
  readonly #limit: number;
  #held = 0;

  constructor(limits: TableLimits) {
    this.signal = limits.signal;
    this.#limit = memoryLimitOf(limits);
  }

  /**
   * @param place says how far the file was read
   * @throws SymlossError if so many bytes more exceed the memory limit
   */
  hold(bytes: number, place: () => string): void {
    this.check(bytes, place);
    this.#held += bytes;
  }

  /** As `hold`, before the bytes are there: they are not counted. */
  check(bytes: number, place: () => string): void {
    if (this.#held + bytes <= this.#limit) return;
    const expected = `a table within the memory limit of ${this.#limit} bytes`;
    throw new TableTooLarge(place(), expected, 'a larger one', {
      hint: either(
        `raise the limit (${field('memoryLimit')})`,
        `leave columns out (${field('ignore')})`,
        'take a part of the rows',
      ),
    });
  }
}
