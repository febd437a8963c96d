import { field, SymlossError, show } from '../../../core/index.ts';
import { count } from '../../text.ts';

/** Checks that the lists of every column have one length: each is one vector of numbers. */
export class ListLengths {
  readonly #place: (row: number) => string;
  readonly #columns: readonly string[];
  readonly #first = new Map<number, { readonly row: number; readonly length: number }>();

  /** @param place what messages call a row @param columns their names */
  constructor(place: (row: number) => string, columns: readonly string[]) {
    this.#place = place;
    this.#columns = columns;
  }

  /** @param row from 1 @throws SymlossError where the list is not as long as the first one of its column */
  check(column: number, row: number, length: number): void {
    const first = this.#first.get(column);
    if (first === undefined) {
      this.#first.set(column, { row, length });
    } else if (first.length !== length) {
      const where = `${this.#place(row)}, column ${show(this.#columns[column])}`;
      const expected = `a list of ${count(first.length, 'number')}, as in row ${first.row}`;
      throw new SymlossError(where, expected, String(length), {
        hint: `make the lists equally long, or leave the column out (${field('ignore')})`,
      });
    }
  }
}
