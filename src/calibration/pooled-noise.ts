import { mostMatrixClasses, oneRateTransition } from '../noise/one-rate.ts';

/** So many rows of each class are added that follow the one rate of all classes. */
const pooledRows = 5;

/** Rows in each entry of the matrix, so that none is 0. */
const priorRows = 0.1;

/** What the noise is taken for at the start. */
const firstKept = 0.8;

/**
 * The noise of labels as expectation-maximisation estimates it: a matrix whose rows are drawn towards one rate for all classes,
 * T0[i][j] = ρ·q_j/(1 − q_i) for i ≠ j and 1 − ρ for i = j, where ρ is the share of wrong labels and q what they say; of more
 * than 32 classes, or where it is asked for, of one rate only.
 */
export class PooledNoise {
  readonly n: number;
  readonly k: number;
  readonly #labels: Int32Array;
  readonly #isMatrix: boolean;
  /** [k·k] for a matrix. */
  #transition: Float64Array;
  readonly #counts: Float64Array;
  /** Of one rate: the share of labels that are drawn, and what they say. */
  #drawn = 1 - firstKept;
  #targets: Float64Array;
  readonly #drawnCounts: Float64Array;

  /**
   * @param labels [n], as given
   * @param isOneRate whether the noise is of one rate; it is beyond 32 classes
   * @param start a matrix to start from [k·k], where there is one. Default: 20 % wrong labels
   */
  constructor(labels: Int32Array, k: number, isOneRate = false, start?: Float64Array) {
    this.n = labels.length;
    this.k = k;
    this.#labels = labels;
    this.#isMatrix = k <= mostMatrixClasses && !isOneRate;
    this.#targets = new Float64Array(k).fill(1 / k);
    this.#transition = this.#isMatrix
      ? (start?.slice() ?? oneRateTransition(this.#rate()))
      : new Float64Array();
    this.#counts = new Float64Array(this.#transition.length);
    this.#drawnCounts = new Float64Array(k);
  }

  /**
   * The posterior of a row's true class, into `q`; it is counted.
   * @param p [k], without its label
   * @returns the probability of its label
   */
  posterior(row: number, p: Float64Array, q: Float64Array): number {
    const label = this.#labels[row] as number;
    const { k } = this;
    if (this.#isMatrix) {
      let sum = 0;
      for (let c = 0; c < k; c++) {
        const mass = (p[c] as number) * (this.#transition[c * k + label] as number);
        q[c] = mass;
        sum += mass;
      }
      for (let c = 0; c < k; c++) {
        q[c] = (q[c] as number) / sum;
        const cell = c * k + label;
        this.#counts[cell] = (this.#counts[cell] as number) + (q[c] as number);
      }
      return sum;
    }
    const other = this.#drawn * (this.#targets[label] as number);
    const kept = (1 - this.#drawn) * (p[label] as number);
    const share = other / (kept + other);
    for (let c = 0; c < k; c++) q[c] = share * (p[c] as number);
    q[label] = (q[label] as number) + 1 - share;
    this.#drawnCounts[label] = (this.#drawnCounts[label] as number) + share;
    return kept + other;
  }

  /** Takes what was counted for the noise, and counts anew. @returns the largest change of an entry */
  update(): number {
    return this.#isMatrix ? this.#updateMatrix() : this.#updateRate();
  }

  /** [k·k], rows sum to 1. */
  transition(): Float64Array {
    return this.#isMatrix ? this.#transition : oneRateTransition(this.#rate());
  }

  /** The mean over the classes of the share of wrong labels; `undefined` of a matrix. */
  get noiseRate(): number | undefined {
    return this.#isMatrix ? undefined : this.#drawn * (1 - 1 / this.k);
  }

  #rate() {
    return { drawn: this.#drawn, targets: this.#targets };
  }

  #updateMatrix(): number {
    const { k } = this;
    const counts = this.#counts;
    const wrong = new Float64Array(k); // by the label as given
    for (const [cell, count] of counts.entries()) {
      const label = cell % k;
      if (Math.floor(cell / k) !== label) wrong[label] = (wrong[label] as number) + count;
    }
    const total = wrong.reduce((sum, count) => sum + count, 0);
    const rate = total / this.n;
    let far = 0;
    for (let i = 0; i < k; i++) {
      const others = total - (wrong[i] as number);
      const row = counts.subarray(i * k, (i + 1) * k);
      let sum = 0;
      for (let j = 0; j < k; j++) {
        const evenly = 1 / (k - 1);
        const share = others > 0 ? (wrong[j] as number) / others : evenly;
        row[j] = (row[j] as number) + pooledRows * (i === j ? 1 - rate : rate * share) + priorRows;
        sum += row[j] as number;
      }
      for (let j = 0; j < k; j++) {
        const entry = (row[j] as number) / sum;
        far = Math.max(far, Math.abs(entry - (this.#transition[i * k + j] as number)));
        this.#transition[i * k + j] = entry;
      }
    }
    counts.fill(0);
    return far;
  }

  #updateRate(): number {
    const counts = this.#drawnCounts;
    const total = counts.reduce((sum, count) => sum + count, 0);
    const drawn = (total + priorRows) / (this.n + 1);
    const targets = counts.map((count) => (count + priorRows) / (total + priorRows * this.k));
    const far = Math.max(
      Math.abs(drawn - this.#drawn),
      ...targets.map((target, j) => Math.abs(target - (this.#targets[j] as number))),
    );
    [this.#drawn, this.#targets] = [drawn, targets];
    counts.fill(0);
    return far;
  }
}
