/** Longer texts are mostly different from each other, so that remembering them does not pay. */
const longest = 64;
/** So many bytes of a text are its key; of a longer one the hash of all bytes is a part of it, and all are compared. */
const short = 8;
/** Places that are looked at for a text: so many texts whose hashes fall together are slow to look up, more are not remembered. */
const mostProbes = 16;
const none = -1;
/** What is known of a text: two words of key, its length, and its number. */
const fields = 4;

/**
 * Finds the number of a text by its bytes, so that a string is made of the first of equal cells only. It remembers texts of
 * up to 64 bytes, and asks for the numbers of others each time.
 */
export class ByteTexts {
  /** Bytes held, about. */
  bytes = 0;
  readonly #numberOf: (text: string) => number;
  /** Open addressing: the entry at each place, `none` where there is none. Its length is a power of two. */
  #slots = new Int32Array(32).fill(none);
  #count = 0;
  #entries = new Int32Array(fields * 16);
  /** Where each longer text's bytes start among those of all. */
  #starts = new Int32Array(16);
  #texts = new Uint8Array(0);
  #used = 0;

  /** @param numberOf the number of a text, always the same for the same text */
  constructor(numberOf: (text: string) => number) {
    this.#numberOf = numberOf;
  }

  /** The number of the text between two places of `bytes`, which are valid UTF-8. */
  find(bytes: Buffer, start: number, end: number): number {
    const length = end - start;
    if (length > longest) return this.#numberOf(bytes.toString('utf8', start, end));
    let low = 0;
    let high = 0;
    if (length <= short) {
      const middle = length > 4 ? start + 4 : end;
      for (let i = start; i < middle; i++) low = (low << 8) | (bytes[i] as number);
      for (let i = middle; i < end; i++) high = (high << 8) | (bytes[i] as number);
    } else {
      for (let i = start; i < end; i++) {
        low = Math.imul(low ^ (bytes[i] as number), 0x01000193);
        high = (high << 5) ^ (high >>> 27) ^ (bytes[i] as number);
      }
    }
    const entries = this.#entries;
    const slots = this.#slots;
    const mask = slots.length - 1;
    const hash = hashOf(low, high, length);
    for (let probe = 0; probe < mostProbes; probe++) {
      const entry = slots[(hash + probe) & mask] as number;
      if (entry === none) return this.#remember(bytes, start, end, low, high);
      const at = fields * entry;
      if (entries[at] !== low || entries[at + 1] !== high || entries[at + 2] !== length) continue;
      if (length > short && !this.#isText(entry, bytes, start, length)) continue;
      return entries[at + 3] as number;
    }
    return this.#numberOf(bytes.toString('utf8', start, end));
  }

  /** The number of a text that is not in bytes as it is. */
  findText(text: string): number {
    return this.#numberOf(text);
  }

  #isText(entry: number, bytes: Buffer, start: number, length: number): boolean {
    const texts = this.#texts;
    const own = this.#starts[entry] as number;
    for (let i = 0; i < length; i++) if (texts[own + i] !== bytes[start + i]) return false;
    return true;
  }

  #remember(bytes: Buffer, start: number, end: number, low: number, high: number): number {
    const number = this.#numberOf(bytes.toString('utf8', start, end));
    const length = end - start;
    if (2 * (this.#count + 1) > this.#slots.length) this.#grow();
    const entry = this.#count++;
    this.#entries.set([low, high, length, number], fields * entry);
    if (length > short) this.#keep(entry, bytes, start, end);
    this.#place(entry);
    return number;
  }

  #keep(entry: number, bytes: Buffer, start: number, end: number): void {
    const next = this.#used + end - start;
    if (next > this.#texts.length) {
      const more = new Uint8Array(2 * next + longest);
      more.set(this.#texts);
      this.#texts = more;
      this.#weigh();
    }
    this.#starts[entry] = this.#used;
    for (let i = start; i < end; i++) this.#texts[this.#used++] = bytes[i] as number;
  }

  #place(entry: number): void {
    const mask = this.#slots.length - 1;
    const at = fields * entry;
    const word = (i: number) => this.#entries[at + i] as number;
    const hash = hashOf(word(0), word(1), word(2));
    for (let probe = 0; probe < mostProbes; probe++) {
      const place = (hash + probe) & mask;
      if (this.#slots[place] !== none) continue;
      this.#slots[place] = entry;
      return;
    }
  }

  /** Room for twice as many, half of which is used at most. */
  #grow(): void {
    const size = 2 * this.#slots.length;
    this.#entries = grown(this.#entries, (fields * size) / 2);
    this.#starts = grown(this.#starts, size / 2);
    this.#slots = new Int32Array(size).fill(none);
    for (let entry = 0; entry < this.#count; entry++) this.#place(entry);
    this.#weigh();
  }

  #weigh(): void {
    this.bytes =
      4 * (this.#slots.length + this.#entries.length + this.#starts.length) + this.#texts.length;
  }
}

function hashOf(low: number, high: number, length: number): number {
  let hash = Math.imul(low ^ Math.imul(high, 0x85ebca6b) ^ length, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
  return hash ^ (hash >>> 13);
}

function grown(values: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const more = new Int32Array(length);
  more.set(values);
  return more;
}
