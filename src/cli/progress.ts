import type { EpochMetrics, Run, RunKey } from '../train/index.ts';
import { formatDuration, formatShare } from './format.ts';

/** Where lines go: a terminal is redrawn, anything else gets plain lines. */
export interface Screen {
  readonly isTTY?: boolean | undefined;
  /** Width of a terminal. */
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** Not on a terminal, a long run says where it is this often. */
const lineEvery = 10_000; // milliseconds

/** Tells how far a set of runs is: one line that is redrawn on a terminal, plain lines elsewhere. */
export class Progress {
  readonly #screen: Screen;
  readonly #epochs: number;
  readonly #total: number;
  readonly #started = performance.now();
  readonly #current = new Map<string, EpochMetrics>();
  readonly #isResumed: boolean;
  readonly #seen = new Set<string>();
  /** Runs, in parts of one, that were done before this command resumed them: they took no time. */
  #before = 0;
  #finished = 0;
  #lastLine = performance.now();

  /** @param isResumed whether runs may go on in the middle, or be over already */
  constructor(screen: Screen, total: number, epochs: number, isResumed = false) {
    this.#isResumed = isResumed;
    this.#screen = screen;
    this.#total = total;
    this.#epochs = epochs;
  }

  epoch({ loss, seed }: RunKey, metrics: EpochMetrics): void {
    const name = `${loss}, seed ${seed}`;
    if (this.#isFirst(name)) this.#before += (metrics.epoch - 1) / this.#epochs;
    this.#current.set(name, metrics);
    const line = `${this.#place()} ${name}: ${this.#describe(metrics)}`;
    if (this.#screen.isTTY) {
      this.#screen.write(`\r\x1b[2K${line.slice(0, (this.#screen.columns ?? 80) - 1)}`);
    } else if (performance.now() - this.#lastLine > lineEvery) {
      this.#lastLine = performance.now();
      this.#screen.write(`${line}\n`);
    }
  }

  run(run: Run): void {
    const name = `${run.loss}, seed ${run.seed}`;
    if (this.#isFirst(name) && run.trained !== undefined) this.#before++;
    this.#current.delete(name);
    this.#finished++;
    this.#lastLine = performance.now();
    this.clear();
    this.#screen.write(`${this.#place()} ${run.loss}, seed ${run.seed}: ${outcome(run)}\n`);
  }

  /** Takes the redrawn line away. */
  clear(): void {
    if (this.#screen.isTTY) this.#screen.write('\r\x1b[2K');
  }

  /** Whether a resumed command hears of a run for the first time. */
  #isFirst(name: string): boolean {
    const isNew = this.#isResumed && !this.#seen.has(name);
    this.#seen.add(name);
    return isNew;
  }

  #place(): string {
    return `[${this.#finished}/${this.#total}]`;
  }

  #describe({ epoch, loss, validationAccuracy }: EpochMetrics): string {
    const parts = [`epoch ${epoch}/${this.#epochs}`, `loss ${loss.toPrecision(4)}`];
    if (validationAccuracy !== undefined) {
      parts.push(`validation ${formatShare(validationAccuracy)} (labels as given)`);
    }
    const left = this.#secondsLeft();
    return left === undefined
      ? parts.join(', ')
      : `${parts.join(', ')}, ${formatDuration(left)} left`;
  }

  #secondsLeft(): number | undefined {
    const partial = [...this.#current.values()].reduce((sum, m) => sum + m.epoch / this.#epochs, 0);
    const done = (this.#finished + partial - this.#before) / (this.#total - this.#before);
    const passed = (performance.now() - this.#started) / 1000;
    return passed < 2 || !(done > 0) ? undefined : (passed * (1 - done)) / done;
  }
}

function outcome(run: Run): string {
  if (run.trained === undefined) return run.error.message;
  const { final, seconds } = run.trained.metrics;
  const parts = [`loss ${final.loss.toPrecision(4)}`];
  if (final.testAccuracy !== undefined) parts.push(`test ${formatShare(final.testAccuracy)}`);
  if (final.memorised !== undefined) parts.push(`memorised ${formatShare(final.memorised)}`);
  return `${parts.join(', ')} in ${formatDuration(seconds)}`;
}
