import { field, SymlossError, show } from '../../../core/index.ts';
import type { Classes } from '../../classes.ts';
import { collectClasses } from '../../classes.ts';
import { list } from '../../text.ts';
import { oneMissing } from './features.ts';
import type { CsvFile } from './file.ts';
import { filledText } from './numbers.ts';

/** Fewer rows than this can't tell an id from a label. */
const rowsToTell = 20;

/** Bytes of a row's label, until it is a label of the dataset, and of a text that is new, beside its characters. */
const held = { row: 32, text: 128 };
const missing = -1;

/** The labels of a column, collected row by row. */
export class LabelColumn {
  readonly #file: CsvFile;
  readonly #column: number;
  /** The distinct texts of filled cells. */
  readonly #texts: string[] = [];
  /** Place of a cell's text in that list, for all cells of the same content. */
  readonly #codes = new Map<string, number>();
  /** Of each row. */
  #rows = new Int32Array(1024);
  #count = 0;

  constructor(file: CsvFile, column: number) {
    this.#file = file;
    this.#column = column;
  }

  get rows(): number {
    return this.#count;
  }

  add(cells: readonly string[]): void {
    const cell = cells[this.#column] as string;
    if (this.#count === this.#rows.length) {
      const rows = new Int32Array(2 * this.#count);
      rows.set(this.#rows);
      this.#rows = rows;
    }
    this.#rows[this.#count++] = this.#codes.get(cell) ?? this.#newCode(cell);
    this.#hold(held.row);
  }

  /** Whether a row has a label. */
  isFilled(row: number): boolean {
    return this.#rows[row] !== missing;
  }

  /** What a cell of the column stands for. */
  #newCode(cell: string): number {
    const text = filledText(cell);
    if (text === undefined) return missing;
    const known = this.#codes.get(text);
    const code = known ?? this.#texts.push(text) - 1;
    this.#codes.set(text, code).set(cell, code);
    this.#hold(held.text + 4 * cell.length);
    return code;
  }

  #hold(bytes: number): void {
    this.#file.budget.hold(bytes, () => this.#file.place(this.#count));
  }

  /**
   * @param canDrop whether such rows may be left out, for the hint
   * @throws SymlossError naming the first row without a label, and their number
   */
  checkComplete(canDrop: boolean): void {
    const rows = this.#rows.subarray(0, this.#count);
    const row = rows.indexOf(missing);
    if (row < 0) return;
    const empty = rows.reduce((sum, code) => (code === missing ? sum + 1 : sum), 0);
    const where = this.#file.cellPlace(row + 1, this.#column);
    const drop = canDrop
      ? `drop such rows (${field('missing', 'drop')}) or delete them`
      : 'delete such rows';
    throw new SymlossError(where, 'a label', oneMissing(empty), {
      hint: `${drop} (NA, NaN and null count as missing)`,
    });
  }

  /**
   * The classes of labels of this column, and of true labels beside them.
   * @param kept rows, which have labels
   * @throws SymlossError if there are fewer than two, or almost as many as rows
   */
  classes(kept: Uint32Array, truth?: LabelColumn): Classes {
    const own = this.#textsOf(kept);
    const found = collectClasses([own, truth === undefined ? [] : truth.#textsOf(kept)]);
    const where = `${this.#file.path}, column ${show(this.#file.columns[this.#column])}`;
    const n = kept.length;
    const k = new Set(own.map(found.indexOf)).size;
    if (k < 2) {
      throw new SymlossError(where, 'at least 2 classes', `only ${show(own[0])} in ${n} rows`);
    }
    if (n >= rowsToTell && k > n / 2) {
      const received = `${k} different values in ${n} rows`;
      throw new SymlossError(where, 'a label that many rows share', received, {
        hint: 'is it an id? name the column of the classes',
      });
    }
    return found;
  }

  /** The classes of rows, which have labels. */
  labels(kept: Uint32Array, { indexOf }: Classes): Int32Array {
    const known = new Map<number, number>();
    return Int32Array.from(kept, (row) => {
      const code = this.#rows[row] as number;
      const label = known.get(code) ?? indexOf(this.#texts[code] as string);
      known.set(code, label);
      return label;
    });
  }

  /** The distinct texts of rows, in the order in which they come up. */
  #textsOf(kept: Uint32Array): string[] {
    const codes = new Set<number>();
    for (const row of kept) codes.add(this.#rows[row] as number);
    return Array.from(codes, (code) => this.#texts[code] as string);
  }
}

/** Says which texts are one class. */
export function joinedNotices({ joined }: Classes): string[] {
  return joined.map((names) => `${list(names)} are one class: the same number`);
}
