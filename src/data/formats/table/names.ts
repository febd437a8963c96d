import { SymlossError, show } from '../../../core/index.ts';
import { isNumeric } from '../../classes.ts';
import { closest } from '../../closest.ts';
import { list } from '../../text.ts';
import type { TableFile } from '../shared/table-file.ts';

/** The columns of a table by their names. */
export class ColumnNames {
  readonly #file: Pick<TableFile, 'path' | 'columns' | 'otherColumns'>;
  readonly #places: ReadonlyMap<string, number>;

  /** @throws SymlossError if two columns have one name */
  constructor(file: Pick<TableFile, 'path' | 'columns' | 'otherColumns'>) {
    this.#file = file;
    this.#places = placesOf(file);
  }

  has(name: string): boolean {
    return this.#places.has(name);
  }

  /**
   * The index of a column.
   * @param role what the message calls it, such as `label column`
   * @throws SymlossError that lists the columns, and suggests one with a similar name
   */
  find(role: string, name: string): number {
    const index = this.#places.get(name);
    if (index !== undefined) return index;
    const { path, columns, otherColumns } = this.#file;
    const other = otherColumns?.find((column) => column.name === name);
    if (other !== undefined) {
      const where = `${path}, ${role} ${show(name)}`;
      throw new SymlossError(where, 'numbers, texts or dates', other.holds);
    }
    const named = columns.filter((other) => other !== '');
    const similar = closest(name, named);
    const isHeader = named.length === columns.length && !named.some(isNumeric);
    const [only = ''] = columns;
    const isSplit = columns.length > 1 || !only.split(/\s+/).includes(name);
    const hint = !isSplit
      ? 'put a comma, a semicolon, a tab or | between the columns'
      : isHeader
        ? undefined
        : 'the first line of the file must name the columns';
    throw new SymlossError(`${path}, ${role}`, `one of ${list(named)}`, show(name), {
      hint: similar === undefined ? hint : `did you mean ${show(similar)}?`,
    });
  }
}

/** Where the named columns are. @throws SymlossError if two have one name */
function placesOf({
  path,
  columns,
}: Pick<TableFile, 'path' | 'columns' | 'otherColumns'>): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (const [i, name] of columns.entries()) {
    const first = places.get(name);
    if (first !== undefined) {
      const received = `${show(name)} for columns ${first + 1} and ${i + 1}`;
      throw new SymlossError(`${path}, header`, 'a different name for each column', received, {
        hint: 'rename one of them',
      });
    }
    if (name !== '') places.set(name, i);
  }
  return places;
}

/** What messages need to know of a table. */
export type TablePlaces = Pick<TableFile, 'path' | 'columns' | 'place'>;

/** What messages call a cell. @param row from 0 */
export function cellPlace(file: TablePlaces, row: number, column: number): string {
  return `${file.place(row + 1)}, column ${show(file.columns[column])}`;
}
