import type { Rng } from '../core/index.ts';
import { checkInteger } from '../core/index.ts';

/**
 * Mini-batches of row indices. Every epoch draws a fresh permutation of the n rows and cuts it into
 * batches of exactly b rows; the n mod b rows that do not fill a batch sit out that epoch, other
 * random ones each time.
 * @example
 * for (const rows of new Batches(n, 128, stream(1, 'shuffle')).epoch()) step(rows);
 */
export class Batches {
  readonly rowCount: number;
  readonly batchSize: number;
  /** Batches of an epoch, ⌊n / b⌋. */
  readonly perEpoch: number;
  readonly #rng: Rng;

  /**
   * @param n rows, at least 1
   * @param b rows of a batch, from 1 to n
   * @param rng shuffles the rows; each epoch draws from it once, when `epoch` is called
   * @throws SymlossError if n or b is out of range
   */
  constructor(n: number, b: number, rng: Rng) {
    this.rowCount = checkInteger('batches, number of rows', n, { min: 1 });
    this.batchSize = checkInteger('batches, batch size', b, { min: 1, max: n });
    this.perEpoch = Math.floor(n / b);
    this.#rng = rng;
  }

  /** The batches of the next epoch: views, each `[b]`, of one permutation. */
  epoch(): IterableIterator<Uint32Array> {
    return cut(this.#rng.permutation(this.rowCount), this.batchSize);
  }
}

function* cut(rows: Uint32Array, size: number): Generator<Uint32Array> {
  for (let end = size; end <= rows.length; end += size) yield rows.subarray(end - size, end);
}
