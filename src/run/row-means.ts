/** Means of vectors [k] by row, over those that were added for it. */
export class RowMeans {
  readonly #sums: Float64Array;
  readonly #counts: Uint32Array;
  readonly #k: number;

  constructor(n: number, k: number) {
    this.#sums = new Float64Array(n * k);
    this.#counts = new Uint32Array(n);
    this.#k = k;
  }

  /** @param vectors [rows, k], of these rows */
  add(rows: ArrayLike<number>, vectors: ArrayLike<number>): void {
    const k = this.#k;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      this.#counts[row] = (this.#counts[row] as number) + 1;
      for (let c = 0; c < k; c++) {
        const at = row * k + c;
        this.#sums[at] = (this.#sums[at] as number) + (vectors[i * k + c] as number);
      }
    }
  }

  /** [n, k]; of rows that nothing was added for those of `others`. */
  mean(others: Float64Array): Float64Array {
    const k = this.#k;
    return this.#sums.map((sum, i) => {
      const count = this.#counts[Math.floor(i / k)] as number;
      return count === 0 ? (others[i] as number) : sum / count;
    });
  }
}
