import { flattened } from './flatten.ts';
import type { Json, JsonObject } from './parse.ts';

/** What a value is: one bit each. */
const bits = { number: 1, text: 2, boolean: 4, numbers: 8, list: 16, object: 32 } as const;
const words: readonly (readonly [number, string])[] = [
  [bits.number, 'numbers'],
  [bits.text, 'texts'],
  [bits.boolean, 'booleans'],
  [bits.numbers, 'lists of numbers'],
  [bits.list, 'lists'],
  [bits.object, 'objects'],
];

/** The columns of a table of objects: their keys in the order in which they come up, and what is in them. */
export class JsonColumns {
  readonly names: string[] = [];
  readonly #places = new Map<string, number>();
  /** Of each column, of all its values. */
  readonly #found: number[] = [];
  /** Keys of what are objects somewhere, whose values are columns of their own. */
  readonly #objects = new Set<string>();

  /** @param where what messages call the row */
  addNested(where: string, row: JsonObject): void {
    this.add(flattened(where, row, (key) => this.#objects.add(key)));
  }

  add(row: JsonObject): void {
    let i = 0;
    for (const key of Object.keys(row)) {
      const column = this.place(key, i++) ?? this.#add(key);
      this.#found[column] = (this.#found[column] as number) | kindOf(row[key] as Json);
    }
  }

  /** @param guess where it may be: rows mostly have their keys in one order */
  place(key: string, guess: number): number | undefined {
    return this.names[guess] === key ? guess : this.#places.get(key);
  }

  #add(key: string): number {
    this.#places.set(key, this.names.length);
    this.#found.push(0);
    return this.names.push(key) - 1;
  }

  /** Whether it is no column: missing where it is not an object, whose values are columns of their own. */
  isOnlyObject(column: number): boolean {
    return this.#found[column] === 0 && this.#objects.has(this.names[column] as string);
  }

  /**
   * What a column's cells are. Numbers beside texts or booleans are texts.
   * @returns `undefined` for what are no cells of a table, such as lists of texts
   */
  kind(column: number): 'texts' | 'numbers' | 'lists' | undefined {
    const found = this.#found[column] as number;
    if (found === bits.number) return 'numbers';
    if (found === bits.numbers) return 'lists';
    return found <= (bits.number | bits.text | bits.boolean) ? 'texts' : undefined;
  }

  /** `objects`, `lists and texts` */
  holds(column: number): string {
    const found = this.#found[column] as number;
    return words.flatMap(([bit, word]) => (found & bit ? [word] : [])).join(' and ');
  }
}

function kindOf(value: Json): number {
  if (value === null) return 0;
  switch (typeof value) {
    case 'number':
      return bits.number;
    case 'string':
      return bits.text;
    case 'boolean':
      return bits.boolean;
    default:
      if (!Array.isArray(value)) return bits.object;
      return value.every((own) => own === null || typeof own === 'number')
        ? bits.numbers
        : bits.list;
  }
}
