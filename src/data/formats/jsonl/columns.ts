import { flattened } from '../../flatten.ts';
import type { ColumnCells, OtherColumn } from '../shared/table-file.ts';
import { cellsOf } from './cells.ts';
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

/** The columns that a table of objects has. */
export interface JsonTableColumns {
  /** Names of those that hold cells, without the blanks around them. */
  readonly columns: readonly string[];
  /** The place of each of these among the keys. */
  readonly places: readonly number[];
  readonly otherColumns: readonly OtherColumn[];
}

/** The columns of a table of objects: their keys in the order in which they come up, and what is in them. */
export class JsonColumns {
  readonly names: string[] = [];
  readonly #places = new Map<string, number>();
  /** Of each column, of all its values. */
  readonly #found: number[] = [];
  /** Keys of what are objects somewhere, whose values are columns of their own. */
  readonly #objects = new Set<string>();

  /**
   * Takes the keys of a row, and of the objects in it.
   * @param where what messages call the row
   * @param jsonOf the JSON for a value that is no object
   */
  add<V>(
    where: string,
    row: Readonly<Record<string, V>>,
    jsonOf: (value: V, key: string) => Json,
  ): void {
    const flat = flattened(where, row, (key) => this.#objects.add(key));
    let i = 0;
    for (const key of Object.keys(flat)) {
      const column = this.place(key, i++) ?? this.#add(key);
      const value = jsonOf(flat[key] as V, key);
      this.#found[column] = (this.#found[column] as number) | kindOf(value);
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

  /** The columns of the table, when all rows were added. */
  table(): JsonTableColumns {
    const names = this.names.map((name) => name.trim());
    const all = [...names.keys()].filter((key) => !this.#isOnlyObject(key));
    const places = all.filter((key) => this.#kind(key) !== undefined);
    return {
      places,
      columns: places.map((key) => names[key] as string),
      otherColumns: all
        .filter((key) => this.#kind(key) === undefined)
        .map((key) => ({ name: names[key] as string, holds: this.#holds(key) })),
    };
  }

  /**
   * The cells of some rows, whose objects are columns of their own. @param place of the column among the keys
   * @returns `undefined` where they are something else than before
   */
  cells(rows: readonly JsonObject[], place: number): ColumnCells | undefined {
    const name = this.names[place] as string;
    // a key may be called as what every object inherits
    const values = rows.map((row) => (Object.hasOwn(row, name) ? (row[name] as Json) : null));
    return cellsOf(values, this.#kind(place));
  }

  /** Whether it is no column: missing where it is not an object, whose values are columns of their own. */
  #isOnlyObject(column: number): boolean {
    return this.#found[column] === 0 && this.#objects.has(this.names[column] as string);
  }

  /**
   * What a column's cells are. Numbers beside texts or booleans are texts.
   * @returns `undefined` for what are no cells of a table, such as lists of texts
   */
  #kind(column: number): 'texts' | 'numbers' | 'lists' | undefined {
    const found = this.#found[column] as number;
    if (found === bits.number) return 'numbers';
    if (found === bits.numbers) return 'lists';
    return found <= (bits.number | bits.text | bits.boolean) ? 'texts' : undefined;
  }

  /** `objects`, `lists and texts` */
  #holds(column: number): string {
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
