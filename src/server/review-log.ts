import type { Answer, Decision, Review } from '../review/index.ts';
import { appendDecision, decisionOf, readReviewLog } from '../review/index.ts';
import { stateOf } from './file-state.ts';

/** The decisions of a review, which others may add to at any time: a terminal, or another server. */
export class ReviewLog {
  readonly #review: Review;
  #decisions: readonly Decision[] = [];
  #state = '';
  #last: Promise<unknown> = Promise.resolve();

  constructor(review: Review) {
    // every decision is checked against its row whenever the file is read
    const hashes = new Map<number, string>();
    const contentOf = (row: number) => {
      const hash = hashes.get(row) ?? review.contentOf(row);
      hashes.set(row, hash);
      return hash;
    };
    this.#review = { ...review, contentOf };
  }

  /** All decisions so far, read again where the file has changed. @throws SymlossError as `readReviewLog` does */
  read(): Promise<readonly Decision[]> {
    return this.#inTurn(() => this.#read());
  }

  /**
   * Writes down what is decided of the decisions so far, and waits until the disk has it. One after the other, so that nobody here
   * decides on what has changed meanwhile.
   */
  add(
    author: string,
    decide: (
      decisions: readonly Decision[],
    ) => Promise<{ readonly suspect: { row: number; given: string }; readonly answer: Answer }>,
  ): Promise<readonly Decision[]> {
    return this.#inTurn(async () => {
      const decisions = await this.#read();
      const { suspect, answer } = await decide(decisions);
      const decision = decisionOf(this.#review, suspect, answer, { author, decisions });
      await appendDecision(this.#review.decisionsPath, decision);
      return this.#read();
    });
  }

  /** Changes when the file does. */
  state(): Promise<string> {
    return stateOf(this.#review.decisionsPath);
  }

  async #read(): Promise<readonly Decision[]> {
    const state = await this.state();
    if (state === this.#state) return this.#decisions;
    const { decisions } = await readReviewLog(this.#review);
    this.#decisions = decisions;
    this.#state = state;
    return decisions;
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#last.then(act);
    this.#last = done.catch(() => {});
    return done;
  }
}
