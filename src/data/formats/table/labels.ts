import { field, SymlossError, show } from '../../../core/index.ts';
import type { Classes } from '../../classes.ts';
import { alikeNotices, collectClasses, isNumeric } from '../../classes.ts';
import { count, list } from '../../text.ts';
import type { TableFile } from '../shared/table-file.ts';
import type { Column } from './column.ts';
import { cellPlace } from './names.ts';

/** Fewer rows than this can't tell an id from a label. */
const rowsToTell = 20;
const missing = -1;

/** How rows without a label can be left out, for hints. */
export function leaveOutHint(): string {
  const [such, all] = [field('missing', 'drop-unlabelled'), field('missing', 'drop')];
  return `drop such rows (${such}), or all with a missing cell (${all}), or delete them`;
}

/** The labels of a column. */
export class LabelColumn {
  readonly #file: TableFile;
  /** Its index in the table. */
  readonly #column: number;
  /** The distinct texts of filled cells. */
  readonly #texts: readonly string[];
  /** The place of each row's text among them. */
  readonly #rows: Int32Array;

  /** @throws SymlossError if the column holds lists */
  constructor(file: TableFile, index: number, column: Column) {
    if (column.form === 'lists') {
      const where = cellPlace(file, 0, index);
      throw new SymlossError(where, 'a label', 'a list of numbers');
    }
    this.#file = file;
    this.#column = index;
    this.#texts = column.texts;
    const rows = new Int32Array(column.rows);
    column.eachCode((code, row) => {
      rows[row] = code;
    });
    this.#rows = rows;
  }

  get rows(): number {
    return this.#rows.length;
  }

  /** Whether a row has a label. */
  isFilled(row: number): boolean {
    return this.#rows[row] !== missing;
  }

  /**
   * @param canDrop whether such rows may be left out, for the hint
   * @param what a cell of the column is
   * @throws SymlossError naming the first row without a label, and their number
   */
  checkComplete(canDrop: boolean, what = 'a label'): void {
    const row = this.#rows.indexOf(missing);
    if (row < 0) return;
    const empty = this.#rows.reduce((sum, code) => (code === missing ? sum + 1 : sum), 0);
    const where = cellPlace(this.#file, row, this.#column);
    const drop = canDrop ? leaveOutHint() : 'delete such rows';
    throw new SymlossError(where, what, oneMissing(empty), {
      hint: `${drop} (NA, NaN and null count as missing)`,
    });
  }

  /** The text of a row's label; '' where it is missing. */
  text(row: number): string {
    return this.#texts[this.#rows[row] as number] ?? '';
  }

  /** A number for the text of a row's label, −1 where it is missing. */
  code(row: number): number {
    return this.#rows[row] as number;
  }

  /** What messages call the column. */
  get place(): string {
    return `${this.#file.path}, column ${show(this.#file.columns[this.#column])}`;
  }

  /** The classes of rows, −1 where a label is missing. */
  labels(kept: Uint32Array, { indexOf }: Classes): Int32Array {
    const unknown = -2;
    const known = new Int32Array(this.#texts.length).fill(unknown);
    const labels = new Int32Array(kept.length);
    for (let i = 0; i < labels.length; i++) {
      const code = this.#rows[kept[i] as number] as number;
      if (code !== missing && known[code] === unknown) {
        known[code] = indexOf(this.#texts[code] as string);
      }
      labels[i] = code === missing ? missing : (known[code] as number);
    }
    return labels;
  }

  /** The distinct texts of rows, in the order in which they come up. */
  textsOf(kept: Uint32Array): string[] {
    const isSeen = new Uint8Array(this.#texts.length);
    const texts: string[] = [];
    for (const row of kept) {
      const code = this.#rows[row] as number;
      if (code === missing || isSeen[code] === 1) continue;
      isSeen[code] = 1;
      texts.push(this.#texts[code] as string);
    }
    return texts;
  }
}

/**
 * The classes of the labels in some columns, and of true labels beside them.
 * @param kept rows
 * @throws SymlossError if there are fewer than two, or almost as many as rows, unless they are to test on
 */
export function checkClasses(
  columns: readonly LabelColumn[],
  kept: Uint32Array,
  truth?: LabelColumn,
  use?: 'test',
): Classes {
  const own = columns.flatMap((column) => column.textsOf(kept));
  const found = collectClasses([own, truth === undefined ? [] : truth.textsOf(kept)]);
  if (use === 'test') return found;
  const where = columns[0]?.place ?? '';
  const n = kept.length;
  const k = new Set(own.map(found.indexOf)).size;
  if (k < 2) {
    const received = own.length === 0 ? 'no label' : `only ${show(own[0])}`;
    throw new SymlossError(where, 'at least 2 classes', `${received} in ${count(n, 'row')}`);
  }
  if (n >= rowsToTell && k > n / 2) {
    const received = `${k} different values in ${n} rows`;
    throw new SymlossError(where, 'a label that many rows share', received, {
      hint: `is it an id? name the column of the classes (${field('label')})`,
    });
  }
  return found;
}

/** Numbers that labels are at least, before they are taken for amounts: with digits, or with so few rows of each. */
const leastAmounts = { fractions: 10, integers: 20, rowsOfEach: 10 };

/** Says which texts are one class, which classes may be meant to be one, and where they may be amounts. @param n rows */
export function classNotices(found: Classes, n: number): string[] {
  const { classes } = found;
  const k = classes.length;
  const { fractions, integers, rowsOfEach } = leastAmounts;
  const hasFractions = classes.some((name) => !Number.isInteger(Number(name)));
  const areMany = hasFractions ? k > fractions : k > integers && k > n / rowsOfEach;
  const areAmounts = areMany && classes.every(isNumeric);
  return [
    ...joinedNotices(found),
    ...(areAmounts
      ? [
          `warning: the labels are ${k} different numbers, and each is a class of its own: if they are amounts, make a few ranges of them`,
        ]
      : []),
  ];
}

function joinedNotices({ joined, classes }: Classes): string[] {
  return [
    ...joined.map((names) => `${list(names)} are one class: the same number`),
    ...alikeNotices(classes),
  ];
}

/** `a missing cell, one of 3` */
export function oneMissing(cells: number): string {
  return cells === 1 ? 'a missing cell' : `a missing cell, one of ${cells}`;
}
