import { applyTemperature } from '../calibration/softmax.ts';

/** The mean of softmax(scores) over several predictions of the same rows. */
export class MeanProbs {
  readonly #k: number;
  #sums: Float64Array = new Float64Array();
  #count = 0;

  constructor(k: number) {
    this.#k = k;
  }

  /** @param scores [n, k], row-major */
  add(scores: Float32Array): void {
    const probs = applyTemperature(Float64Array.from(scores), this.#k, 1);
    for (const [i, sum] of this.#sums.entries()) probs[i] = (probs[i] as number) + sum;
    this.#sums = probs;
    this.#count++;
  }

  /** [n, k] */
  mean(): Float32Array {
    return Float32Array.from(this.#sums, (sum) => sum / this.#count);
  }
}
