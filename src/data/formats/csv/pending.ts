/** Bytes that wait for the rest of a record, in memory that is used again and again: new memory for every piece of a file would add up until it is collected. */
export class Pending {
  #memory = Buffer.allocUnsafe(1 << 17);
  #start = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#start;
  }

  /** Hold until more are added. */
  get bytes(): Buffer {
    return this.#memory.subarray(this.#start, this.#end);
  }

  add(bytes: Buffer): void {
    const { length } = this;
    const isEnough = length + bytes.length <= this.#memory.length;
    const memory = isEnough ? this.#memory : Buffer.allocUnsafe(2 * (length + bytes.length));
    if (!isEnough || this.#start > 0) this.#memory.copy(memory, 0, this.#start, this.#end);
    bytes.copy(memory, length);
    this.#memory = memory;
    this.#start = 0;
    this.#end = length + bytes.length;
  }

  /** Lets go of the first bytes. */
  use(count: number): void {
    this.#start += count;
  }
}
