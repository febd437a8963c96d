import { rowNumbers } from '../shared/rows.ts';
import type { TableLimits } from '../table/budget.ts';
import { MemoryBudget } from '../table/budget.ts';
import { collect } from '../table/collect.ts';
import type { Column } from '../table/column.ts';
import { checkClasses, joinedNotices, LabelColumn } from '../table/labels.ts';
import { ColumnNames } from '../table/names.ts';
import { CsvFile } from './file.ts';

/** The labels of a CSV file. */
export interface CsvLabels {
  /** [n] */
  readonly labels: Int32Array;
  readonly classes: readonly string[];
  /** Of each class a row whose label is spelled as the name of the class. */
  readonly rowOf: readonly number[];
  readonly notices: readonly string[];
}

/**
 * Reads the labels of a CSV file; classes are those of `readCsv`.
 * @param label the label column
 * @throws SymlossError if the file can't be read, has no such column, a row without a label or fewer than two classes
 */
export async function readCsvLabels(
  path: string,
  label: string,
  limits: TableLimits = {},
): Promise<CsvLabels> {
  const file = await CsvFile.open(path, limits);
  const column = new ColumnNames(file).find('label column', label);
  const wanted = [{ column, keepTexts: true }];
  const { columns } = await collect(file, wanted, new MemoryBudget(limits));
  const given = new LabelColumn(file, column, columns[0] as Column);
  given.checkComplete(false);
  const all = rowNumbers(given.rows);
  const found = checkClasses([given], all);
  const { classes } = found;
  const labels = given.labels(all, found);
  const rowOf = new Array<number>(classes.length).fill(-1);
  for (const [row, own] of labels.entries()) {
    if (rowOf[own] === -1 && given.text(row) === classes[own]) rowOf[own] = row;
  }
  return { labels, classes, rowOf, notices: joinedNotices(found) };
}
