import { field, SymlossError, show } from '../../../core/index.ts';
import { rowNumbers } from '../shared/rows.ts';
import type { TableLimits } from '../table/budget.ts';
import { MemoryBudget } from '../table/budget.ts';
import { collect } from '../table/collect.ts';
import type { Column } from '../table/column.ts';
import { checkClasses, joinedNotices, LabelColumn } from '../table/labels.ts';
import { ColumnNames } from '../table/names.ts';
import { CsvFile } from './file.ts';

/** Labels as a file has them, and the file with other ones. */
export interface Relabelling {
  /** [n] */
  readonly labels: Int32Array;
  readonly classes: readonly string[];
  /** The delimiter of the file. */
  readonly delimiter: string;
  readonly notices: readonly string[];
  /**
   * The file's records, the header first, some at a time: other labels in the label column, the
   * old cells in a new last column, and every other cell as it stands. A label that stays keeps
   * its spelling.
   * @param labels [n]
   */
  records(labels: Int32Array): AsyncGenerator<string[][]>;
}

/**
 * Opens a CSV file to give it other labels. Classes are those of `readCsv`.
 * @param label the label column
 * @param trueLabel what to call the column for the labels as they were
 * @throws SymlossError if the file can't be read, has no such label column, a row without a label or
 * fewer than two classes, or has a column `trueLabel` already
 */
export async function openRelabelling(
  path: string,
  label: string,
  trueLabel: string,
  limits: TableLimits = {},
): Promise<Relabelling> {
  const file = await CsvFile.open(path, limits);
  const names = new ColumnNames(file);
  const column = names.find('label column', label);
  checkIsNew(file, names, trueLabel);
  const wanted = [{ column, keepTexts: true }];
  const { columns } = await collect(file, wanted, new MemoryBudget(limits));
  const given = new LabelColumn(file, column, columns[0] as Column);
  given.checkComplete(false);
  const all = rowNumbers(given.rows);
  const classes = checkClasses([given], all);
  const labels = given.labels(all, classes);

  function relabel(cells: readonly string[], label: number, row: number): string[] {
    checkQuotes(file.place(row + 1), cells);
    const old = cells[column] as string;
    const name = label === labels[row] ? old : (classes.classes[label] as string);
    return [...cells.with(column, name), old];
  }

  return {
    labels,
    classes: classes.classes,
    delimiter: file.delimiter,
    notices: joinedNotices(classes),
    async *records(noisy) {
      const header = await file.header();
      checkQuotes(`${path}, header`, header);
      yield [[...header, trueLabel]];
      let start = 0;
      for await (const rows of file.rows({ keepBlanks: true })) {
        const first = start;
        yield rows.map((cells, i) => relabel(cells, noisy[first + i] as number, first + i));
        start += rows.length;
      }
    },
  };
}

/** A quote behind blanks is read as a character where blanks are kept. */
function checkQuotes(where: string, cells: readonly string[]): void {
  const cell = cells.find((text) => /^\s+"/.test(text));
  if (cell === undefined) return;
  throw new SymlossError(where, 'a quoted cell without blanks before it', show(cell), {
    hint: 'remove the blanks',
  });
}

function checkIsNew(file: CsvFile, names: ColumnNames, trueLabel: string): void {
  if (trueLabel.trim() === '' || trueLabel !== trueLabel.trim()) {
    throw new SymlossError(field('trueLabel'), 'a name without blanks around it', show(trueLabel));
  }
  if (!names.has(trueLabel)) return;
  const where = `${file.path}, true-label column`;
  throw new SymlossError(where, 'a name that no column has', show(trueLabel), {
    hint: `choose another (${field('trueLabel')})`,
  });
}
