import type { Data, DataType, Dictionary, Field, RecordBatch, Schema, Vector } from 'apache-arrow';
import { gather } from './gather.ts';
import type { Arrow } from './package.ts';

/** The dictionaries of all columns of files, and of the fields of structs, each one in place of all that it has. */
export class JoinedDictionaries {
  readonly #arrow: Arrow;
  /** By places: that of the column, then in the structs that lead to it. */
  readonly #joined = new Map<string, JoinedDictionary>();

  constructor(arrow: Arrow, { fields, dictionaries }: Schema) {
    this.#arrow = arrow;
    let id = Math.max(-1, ...dictionaries.keys());
    const { DataType: of } = arrow;
    const find = ({ type }: Field, places: readonly number[]): void => {
      if (of.isDictionary(type)) {
        this.#joined.set(places.join(), new JoinedDictionary(arrow, type, ++id));
      } else if (of.isStruct(type)) {
        for (const [place, field] of type.children.entries()) find(field, [...places, place]);
      }
    };
    for (const [place, field] of fields.entries()) find(field, [place]);
  }

  /** Takes the entries that are new. All batches are added before a column or a field is made. */
  add({ data }: RecordBatch): void {
    for (const [places, joined] of this.#joined) {
      joined.add(fieldOf(data, places.split(',').map(Number)));
    }
  }

  /** A field of the schema, of the type that its column gets. */
  field(field: Field, places: readonly number[]): Field {
    return field.clone({ type: this.type(field.type, places) });
  }

  /** The type that a column, or a field of a struct, gets. */
  type(type: DataType, places: readonly number[]): DataType {
    const joined = this.#joined.get(places.join());
    if (joined !== undefined) return joined.type;
    if (!this.#isWithin(places)) return type;
    const { Struct } = this.#arrow;
    return new Struct(type.children.map((child, i) => this.field(child, [...places, i])));
  }

  /** A column, or a field of a struct, with the joined dictionaries. */
  column(data: Data, places: readonly number[]): Data {
    const joined = this.#joined.get(places.join());
    if (joined !== undefined) return joined.column(data);
    if (!this.#isWithin(places)) return data;
    return structOf(this.#arrow, data, this.type(data.type, places), (child, i) =>
      this.column(child, [...places, i]),
    );
  }

  /** Whether a field of the struct has a dictionary. */
  #isWithin(places: readonly number[]): boolean {
    return [...this.#joined.keys()].some((own) => own.startsWith(`${places.join()},`));
  }
}

/** A field of a struct, or of one within it; without places the column itself. */
export function fieldOf(data: Data, places: readonly number[]): Data {
  return places.reduce((within, place) => within.children[place] as Data, data);
}

/** A column whose field is another one of the same type. @param places those of `fieldOf` */
export function withField(arrow: Arrow, data: Data, places: readonly number[], field: Data): Data {
  const [own, ...within] = places;
  if (own === undefined) return field;
  return structOf(arrow, data, data.type, (child, i) =>
    i === own ? withField(arrow, child, within, field) : child,
  );
}

function structOf(
  arrow: Arrow,
  { length, nullCount, nullBitmap, children }: Data,
  type: DataType,
  child: (child: Data, place: number) => Data,
): Data {
  const own = { type, length, nullCount, nullBitmap, children: children.map(child) };
  return arrow.makeData(own as never);
}

/**
 * One dictionary in place of those that a column has in its files and batches: a file of Arrow holds only one, and what has an
 * entry in one of them may have none in another.
 */
class JoinedDictionary {
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
