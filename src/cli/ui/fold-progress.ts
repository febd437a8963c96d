import { formatDuration } from './format.ts';
import { writeLine } from './lines.ts';
import type { Screen } from './progress.ts';
import { terminalSize } from './terminal-size.ts';

/** Not on a terminal, a long command says where it is this often; on one the line is redrawn. In milliseconds. */
const every = { terminal: 200, plain: 10_000 };

/** Tells how far runs are that are made one by one, of equally many epochs each: those of folds, unless they are called otherwise. */
export class FoldProgress {
  readonly #screen: Screen;
  readonly #runs: number;
  readonly #epochs: number;
  readonly #name: string;
  readonly #start = performance.now();
  #last = performance.now();
  #isShown = false;

  constructor(screen: Screen, runs: number, epochs: number, name = 'fold') {
    this.#screen = screen;
    this.#runs = runs;
    this.#epochs = epochs;
    this.#name = name;
  }

  /** @param run from 0 @param epoch from 1 */
  readonly show = (run: number, epoch: number): void => {
    const { isTTY = false } = this.#screen;
    const { columns } = terminalSize(this.#screen);
    const now = performance.now();
    if (now - this.#last < (isTTY ? every.terminal : every.plain)) return;
    this.#last = now;
    const done = run * this.#epochs + epoch;
    const left = ((now - this.#start) / done) * (this.#runs * this.#epochs - done);
    const line = `${this.#name} ${run + 1} of ${this.#runs}, epoch ${epoch} of ${this.#epochs}: ${formatDuration(left / 1000)} left`;
    this.#isShown = isTTY;
    if (isTTY) this.#screen.write(`\r\x1b[2K${line.slice(0, columns - 1)}`);
    else writeLine(this.#screen, line);
  };

  /** Takes the line away. */
  clear(): void {
    if (this.#isShown) this.#screen.write('\r\x1b[2K');
    this.#isShown = false;
  }
}
