import { field, SymlossError, show } from '../../../core/index.ts';
import type { Classes } from '../../classes.ts';
import { collectClasses } from '../../classes.ts';
import { list } from '../../text.ts';
import { oneMissing } from './features.ts';
import type { CsvFile } from './file.ts';
import { filledText } from './numbers.ts';

/** Fewer rows than this can't tell an id from a label. */
const rowsToTell = 20;

/** The labels of a column, collected row by row; `undefined` where a cell is missing. */
export class LabelColumn {
  readonly values: (string | undefined)[] = [];
  readonly #column: number;
  /** One string for all cells of the same text, instead of one each. */
  readonly #texts = new Map<string, string | undefined>();

  constructor(column: number) {
    this.#column = column;
  }

  add(cells: readonly string[]): void {
    const cell = cells[this.#column] as string;
    if (!this.#texts.has(cell)) this.#texts.set(cell, filledText(cell));
    this.values.push(this.#texts.get(cell));
  }

  /**
   * @param canDrop whether such rows may be left out, for the hint
   * @throws SymlossError naming the first row without a label, and their number
   */
  checkComplete(file: CsvFile, canDrop: boolean): void {
    const row = this.values.indexOf(undefined);
    if (row < 0) return;
    const empty = this.values.filter((label) => label === undefined).length;
    const where = file.cellPlace(row + 1, this.#column);
    const drop = canDrop
      ? `drop such rows (${field('missing', 'drop')}) or delete them`
      : 'delete such rows';
    throw new SymlossError(where, 'a label', oneMissing(empty), {
      hint: `${drop} (NA, NaN and null count as missing)`,
    });
  }

  /**
   * The classes of labels of this column, and of true labels beside them.
   * @param given of the rows that are kept
   * @throws SymlossError if there are fewer than two, or almost as many as rows
   */
  classes(file: CsvFile, given: readonly string[], truth: readonly string[] = []): Classes {
    const found = collectClasses([given, truth]);
    const where = `${file.path}, column ${show(file.columns[this.#column])}`;
    const k = new Set(given.map(found.indexOf)).size;
    if (k < 2) {
      const received = `only ${show(given[0])} in ${given.length} rows`;
      throw new SymlossError(where, 'at least 2 classes', received);
    }
    if (given.length >= rowsToTell && k > given.length / 2) {
      const received = `${k} different values in ${given.length} rows`;
      throw new SymlossError(where, 'a label that many rows share', received, {
        hint: 'is it an id? name the column of the classes',
      });
    }
    return found;
  }
}

/** Says which texts are one class. */
export function joinedNotices({ joined }: Classes): string[] {
  return joined.map((names) => `${list(names)} are one class: the same number`);
}
