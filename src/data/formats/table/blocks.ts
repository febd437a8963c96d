type Values = Int32Array | Float32Array;

const size = { first: 16, last: 1 << 16 };

/** A list of numbers that grows, in blocks: nothing is copied when it does, and short lists stay small. */
export class Blocks<A extends Values> {
  readonly #make: (length: number) => A;
  #blocks: A[] = [];
  /** Of the last block, how much is filled. */
  #filled = 0;
  length = 0;

  private constructor(make: (length: number) => A) {
    this.#make = make;
  }

  static ints(): Blocks<Int32Array> {
    return new Blocks((length) => new Int32Array(length));
  }

  static floats(): Blocks<Float32Array> {
    return new Blocks((length) => new Float32Array(length));
  }

  push(value: number): void {
    let block = this.#blocks[this.#blocks.length - 1];
    if (block === undefined || this.#filled === block.length) {
      block = this.#make(block === undefined ? size.first : Math.min(2 * block.length, size.last));
      this.#blocks.push(block);
      this.#filled = 0;
    }
    block[this.#filled++] = value;
    this.length++;
  }

  /** Calls `use` with every value and its place. */
  each(use: (value: number, at: number) => void): void {
    let start = 0;
    for (const [i, block] of this.#blocks.entries()) {
      const end = i === this.#blocks.length - 1 ? this.#filled : block.length;
      for (let k = 0; k < end; k++) use(block[k] as number, start + k);
      start += end;
    }
  }

  /**
   * Writes the values into column `at` of `out`, [length, d]; much faster than a call for each of them.
   * @param values what to write instead: each value here is a place among them, and NaN is written where it is none
   */
  writeTo(out: Float32Array, at: number, d: number, values?: Float64Array): void {
    let to = at;
    for (const [i, block] of this.#blocks.entries()) {
      const end = i === this.#blocks.length - 1 ? this.#filled : block.length;
      if (values === undefined) {
        for (let k = 0; k < end; k++, to += d) out[to] = block[k] as number;
      } else {
        for (let k = 0; k < end; k++, to += d) {
          const place = block[k] as number;
          out[to] = place < 0 ? Number.NaN : (values[place] as number);
        }
      }
    }
  }

  /** The place of the first value for which `holds`; −1 where there is none. */
  find(holds: (value: number) => boolean): number {
    let start = 0;
    for (const [i, block] of this.#blocks.entries()) {
      const end = i === this.#blocks.length - 1 ? this.#filled : block.length;
      for (let k = 0; k < end; k++) if (holds(block[k] as number)) return start + k;
      start += end;
    }
    return -1;
  }

  clear(): void {
    this.#blocks = [];
    this.#filled = 0;
    this.length = 0;
  }
}
