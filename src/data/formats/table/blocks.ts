type Values = Int32Array | Float32Array;

/** Rows from one to before another. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

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
    if (block === undefined || this.#filled === block.length) block = this.#addBlock();
    block[this.#filled++] = value;
    this.length++;
  }

  /** @param values as `push` takes them one by one */
  pushAll(values: ArrayLike<number>): void {
    for (let at = 0; at < values.length; ) {
      let block = this.#blocks[this.#blocks.length - 1];
      if (block === undefined || this.#filled === block.length) block = this.#addBlock();
      const count = Math.min(values.length - at, block.length - this.#filled);
      for (let i = 0; i < count; i++) block[this.#filled + i] = values[at + i] as number;
      at += count;
      this.#filled += count;
    }
    this.length += values.length;
  }

  #addBlock(): A {
    const last = this.#blocks[this.#blocks.length - 1];
    const length = last === undefined ? size.first : Math.min(2 * last.length, size.last);
    const block = this.#make(length);
    this.#blocks.push(block);
    this.#filled = 0;
    return block;
  }

  /** Calls `use` with every value from place `from` to before `to`, and its place. */
  each(use: (value: number, at: number) => void, from = 0, to = this.length): void {
    this.#eachPart(from, to, (block, first, last, start) => {
      for (let k = first; k < last; k++) use(block[k] as number, start + k);
    });
  }

  /**
   * Writes the values from place `from` to before `to` into column `at` of the same rows of `out`, [length, d]; much faster
   * than a call for each of them.
   * @param values what to write instead: each value here is a place among them, and NaN is written where it is none
   */
  writeTo(
    out: Float32Array,
    at: number,
    d: number,
    { from, to }: RowRange,
    values?: Float64Array,
  ): void {
    this.#eachPart(from, to, (block, first, last, start) => {
      let place = (start + first) * d + at;
      if (values === undefined) {
        for (let k = first; k < last; k++, place += d) out[place] = block[k] as number;
        return;
      }
      for (let k = first; k < last; k++, place += d) {
        const code = block[k] as number;
        out[place] = code < 0 ? Number.NaN : (values[code] as number);
      }
    });
  }

  /** The blocks that hold some places, what of each is asked for, and the place at which it starts. */
  #eachPart(
    from: number,
    to: number,
    use: (block: A, first: number, last: number, start: number) => void,
  ): void {
    let start = 0;
    for (const block of this.#blocks) {
      if (start >= to || start >= this.length) return;
      const end = Math.min(block.length, to - start, this.length - start);
      if (end > from - start) use(block, Math.max(0, from - start), end, start);
      start += block.length;
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
