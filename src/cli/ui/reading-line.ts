import { basename } from 'node:path';
import { oneLine } from '../../core/index.ts';
import type { ReadProgress } from '../../data/formats/index.ts';
import { formatDuration, formatShare } from './format.ts';
import { writeLine } from './lines.ts';
import type { Screen } from './progress.ts';

/** Shorter readings show nothing, and a line is redrawn this often; in milliseconds. */
const patience = { first: 1000, next: 200 };
/** Not on a terminal, a long embedding says where it is this often. */
const plainPatience = { first: 10_000, next: 10_000 };

/**
 * Tells on a terminal how far the reading of data is, the decoding of images or the embedding: one line that is redrawn.
 * Elsewhere an embedding gets plain lines.
 */
export class ReadingLine {
  readonly #screen: Screen;
  readonly #now: () => number;
  #start: { readonly what: string; readonly time: number; readonly share: number } | undefined;
  #last = 0;
  #isShown = false;

  /** @param now milliseconds; for tests */
  constructor(screen: Screen, now: () => number = () => performance.now()) {
    this.#screen = screen;
    this.#now = now;
  }

  readonly show = ({ work = 'reading', source, rows, share }: ReadProgress): void => {
    const { isTTY = false } = this.#screen;
    if (!isTTY && work !== 'embedding') return;
    const { first: least, next } = isTTY ? patience : plainPatience;
    const time = this.#now();
    // another work, or the same one from its start again
    const what = `${work} ${source}`;
    if (this.#start?.what !== what || (share ?? 1) < this.#start.share) {
      this.#start = { what, time, share: share ?? 0 };
    }
    const { time: began, share: first } = this.#start;
    if (time - began < least || time - this.#last < next) return;
    this.#last = time;
    this.#isShown = isTTY;
    const parts = [`${rows.toLocaleString('en-US')} ${work === 'decoding' ? 'images' : 'rows'}`];
    if (share !== undefined && share > first) {
      const left = ((1 - share) * (time - began)) / (share - first) / 1000;
      parts.push(formatShare(share), `${formatDuration(left)} left`);
    }
    const line = `${work} ${basename(source)}: ${parts.join(', ')}`;
    if (!isTTY) {
      writeLine(this.#screen, line);
      return;
    }
    const { columns = 0 } = this.#screen; // 0 where a terminal has not said its size
    this.#screen.write(`\r\x1b[2K${oneLine(line).slice(0, (columns > 0 ? columns : 80) - 1)}`);
  };

  /** Takes the line away. */
  clear(): void {
    if (this.#isShown) this.#screen.write('\r\x1b[2K');
    this.#isShown = false;
  }
}
