import { RowMeans } from './row-means.ts';
import type { Trained } from './trained.ts';

/** What models say of rows that they are trained with: by row of the data, the mean over the models that were trained with it. */
export class TrainingMeans {
  readonly #n: number;
  readonly #k: number;
  readonly #probs: RowMeans;
  #memory: RowMeans | undefined;

  constructor(n: number, k: number) {
    this.#n = n;
    this.#k = k;
    this.#probs = new RowMeans(n, k);
  }

  /** @param model trained with `trainingProbs` and `memoryProbs` */
  add({
    split: { train },
    trainingProbs,
    memoryProbs,
  }: Pick<Trained, 'split' | 'trainingProbs' | 'memoryProbs'>): void {
    if (trainingProbs) this.#probs.add(train, trainingProbs);
    if (memoryProbs === undefined) return;
    this.#memory ??= new RowMeans(this.#n, this.#k);
    this.#memory.add(train, memoryProbs);
  }

  /** Of `trainingProbs`, [n, k]; those of `others` for rows that no model was trained with. */
  probs(others: Float64Array): Float64Array {
    return this.#probs.mean(others);
  }

  /** Of `memoryProbs`, [n, k]; equal ones for rows that no model was trained with. `undefined` if no loss has such a memory. */
  memory(): Float64Array | undefined {
    return this.#memory?.mean(new Float64Array(this.#n * this.#k).fill(1 / this.#k));
  }
}
