import { closest, SymlossError, show } from '../../../core/index.ts';
import { isNumeric } from '../../classes.ts';
import type { ColumnOwner } from '../../missing-columns.ts';
import { missingColumns } from '../../missing-columns.ts';
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
    this.#refuseOther(role, name);
    const named = this.#named();
    const similar = closest(name, named);
    throw new SymlossError(`${this.#file.path}, ${role}`, `one of ${list(named)}`, show(name), {
      hint: similar === undefined ? this.#headerHint(name) : `did you mean ${show(similar)}?`,
    });
  }

  /**
   * Checks that columns are there.
   * @param of what has them, where nobody named them
   * @throws SymlossError that lists those that are not, and the columns of the file
   */
  require(names: readonly string[], of: ColumnOwner | undefined): void {
    const absent = names.filter((name) => !this.has(name));
    const [first] = absent;
    if (first === undefined) return;
    for (const name of absent) this.#refuseOther('feature column', name);
    const hint = this.#headerHint(first);
    throw missingColumns(this.#file.path, absent, this.#named(), { of, hint });
  }

  #named(): string[] {
    return this.#file.columns.filter((name) => name !== '');
  }

  /** @throws SymlossError for a column that holds no cells of a table */
  #refuseOther(role: string, name: string): void {
    const { path, otherColumns } = this.#file;
    const other = otherColumns?.find((column) => column.name === name);
    if (other === undefined) return;
    const where = `${path}, ${role} ${show(name)}`;
    throw new SymlossError(where, 'numbers, texts or dates', other.holds);
  }

  /** What may be wrong with the first line of a file without a column, or with what separates columns. */
  #headerHint(name: string): string | undefined {
    const { columns } = this.#file;
    const named = this.#named();
    const isHeader = named.length === columns.length && !named.some(isNumeric);
    const [only = ''] = columns;
    const isSplit = columns.length > 1 || !only.split(/\s+/).includes(name);
    if (!isSplit) return 'put a comma, a semicolon, a tab or | between the columns';
    return isHeader ? undefined : 'the first line of the file must name the columns';
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
