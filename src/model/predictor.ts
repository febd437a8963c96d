import { SymlossError, sizeOf } from '../core/index.ts';
import type { Executable } from '../runtime/index.ts';
import type { ModelCard } from './card.ts';

export interface Predictions {
  /** Name of the most probable class of each row, [n]. */
  readonly labels: string[];
  /** Its index in `classes`, [n]. */
  readonly indices: Int32Array;
  /** Calibrated probabilities [n, k], row-major. */
  readonly probs: Float32Array;
}

/** Rows that are run at once: at most this many, and about this many numbers. */
const mostRows = 1024;
const mostNumbers = 2 ** 20;

/** A trained model, ready for raw feature rows. */
export class Predictor {
  readonly card: ModelCard;
  readonly #executable: Executable;

  constructor(card: ModelCard, executable: Executable) {
    this.card = card;
    this.#executable = executable;
  }

  get classes(): readonly string[] {
    return this.card.classes;
  }

  /**
   * Predicts rows of raw features, in the order of the card's columns; NaN is a missing value.
   * @param rows n rows of numbers, or the same row-major in one array; for images, [n, c, h, w],
   * bytes or the same as numbers
   * @throws SymlossError if a row has another number of features
   */
  async predict(
    rows: readonly (readonly number[])[] | Float32Array | Uint8Array,
  ): Promise<Predictions> {
    const width = sizeOf(this.card.featureShape);
    const features = ArrayBuffer.isView(rows) ? rows : flatten(rows, width);
    if (features.length % width !== 0) {
      throw new SymlossError('predict', `rows of ${width} features`, `${features.length} numbers`);
    }
    const n = features.length / width;
    const k = this.classes.length;
    const batchSize = Math.min(mostRows, Math.max(1, Math.floor(mostNumbers / width)));
    const indices = new Int32Array(n);
    const probs = new Float32Array(n * k);
    for (let start = 0; start < n; start += batchSize) {
      const end = Math.min(n, start + batchSize);
      const data = Float32Array.from(features.subarray(start * width, end * width));
      const shape = [end - start, ...this.card.featureShape];
      const outputs = await this.#executable.run({ features: { dtype: 'float32', shape, data } });
      probs.set(outputs.probs?.data as Float32Array, start * k);
      indices.set(Array.from(outputs.label?.data as BigInt64Array, Number), start);
    }
    const labels = Array.from(indices, (index) => this.classes[index] as string);
    return { labels, indices, probs };
  }

  /** Frees the session. */
  async dispose(): Promise<void> {
    await this.#executable.dispose();
  }
}

function flatten(rows: readonly (readonly number[])[], width: number): Float32Array {
  const out = new Float32Array(rows.length * width);
  for (const [i, row] of rows.entries()) {
    if (row.length !== width) {
      throw new SymlossError(`predict, row ${i}`, `${width} features`, String(row.length));
    }
    out.set(row, i * width);
  }
  return out;
}
