import type { Data, Dictionary, Vector } from 'apache-arrow';
import { gather } from './gather.ts';
import type { Arrow } from './package.ts';

/**
 * One dictionary in place of those that a column has in its files and batches: a file of Arrow holds only one, and what has an
 * entry in one of them may have none in another.
 */
export class JoinedDictionary {
  readonly #arrow: Arrow;
  readonly #type: Dictionary;
  readonly #places = new Map<unknown, number>();
  readonly #parts: Data[] = [];
  /** Of each entry the part that it is in, and its row there. */
  readonly #entries: (readonly [part: number, row: number])[] = [];
  /** The places of the values of dictionaries as they are read. */
  readonly #known = new WeakMap<Vector, Int32Array>();
  #joined: { readonly type: Dictionary; readonly entries: Vector } | undefined;

  /** @param id that no other column has */
  constructor(arrow: Arrow, { dictionary, indices, isOrdered }: Dictionary, id: number) {
    this.#arrow = arrow;
    this.#type = new arrow.Dictionary(dictionary, indices, id, isOrdered);
  }

  /** Takes the entries of a column's dictionary that are new. All columns are added before one is made. */
  add({ dictionary }: Data): void {
    if (dictionary === undefined || this.#known.has(dictionary)) return;
    for (const part of dictionary.data) {
      for (const [row, value] of keysOf(this.#arrow, part)) {
        if (this.#places.has(value)) continue;
        this.#places.set(value, this.#entries.length);
        this.#entries.push([this.#parts.length, row]);
      }
      this.#parts.push(part);
    }
    this.#placesOf(dictionary);
  }

  /** With wider indices where there are more entries than the narrow ones reach. */
  get type(): Dictionary {
    return this.#join().type;
  }

  /** A column with the joined dictionary, that of another one that was added or is read again. */
  column(data: Data): Data {
    const { type, entries } = this.#join();
    const { length, nullCount, nullBitmap, values, dictionary } = data;
    const indices = new type.indices.ArrayType(length);
    if (dictionary !== undefined) {
      const places = this.#placesOf(dictionary);
      for (let i = 0; i < length; i++) {
        if (data.getValid(i)) indices[i] = places[Number(values[i])] as number;
      }
    }
    const own = { length, nullCount, nullBitmap, data: indices, dictionary: entries };
    return this.#arrow.makeData({ type, ...own } as never);
  }

  #join() {
    this.#joined ??= this.#made();
    return this.#joined;
  }

  #made() {
    const { Dictionary: DictionaryOf, Int32, makeData, makeVector } = this.#arrow;
    const { dictionary, indices, id, isOrdered } = this.#type;
    const entries = this.#entries;
    const isTooNarrow = entries.length > 2 ** (indices.bitWidth - (indices.isSigned ? 1 : 0));
    const type = isTooNarrow
      ? new DictionaryOf(dictionary, new Int32(), id, isOrdered)
      : this.#type;
    const picks = {
      length: entries.length,
      column: (i: number) => entries[i]?.[0] as number,
      row: (i: number) => entries[i]?.[1] as number,
    };
    const values =
      entries.length === 0
        ? makeData({ type: dictionary })
        : gather(this.#arrow, this.#parts, picks);
    return { type, entries: makeVector(values) };
  }

  /** @throws Error for values that were not added */
  #placesOf(dictionary: Vector): Int32Array {
    const known = this.#known.get(dictionary);
    if (known !== undefined) return known;
    const places: number[] = [];
    for (const part of dictionary.data) {
      for (const [, value] of keysOf(this.#arrow, part)) {
        const place = this.#places.get(value);
        if (place === undefined) throw new Error('a dictionary that changes');
        places.push(place);
      }
    }
    const made = Int32Array.from(places);
    this.#known.set(dictionary, made);
    return made;
  }
}

/** What tells the values of a dictionary apart. */
function* keysOf({ makeVector }: Arrow, part: Data): Generator<[row: number, key: unknown]> {
  const values = makeVector(part);
  for (let row = 0; row < part.length; row++) {
    const value: unknown = values.get(row);
    yield [row, typeof value === 'object' && value !== null ? String(value) : value];
  }
}
