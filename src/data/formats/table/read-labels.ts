import { rowNumbers } from '../shared/rows.ts';
import type { TableFile } from '../shared/table-file.ts';
import type { TableLimits } from './budget.ts';
import { MemoryBudget } from './budget.ts';
import { collect } from './collect.ts';
import type { Column } from './column.ts';
import { checkClasses, classNotices, LabelColumn } from './labels.ts';
import { ColumnNames } from './names.ts';

/** The labels of a table. */
export interface TableLabels {
  /** [n] */
  readonly labels: Int32Array;
  readonly classes: readonly string[];
  /** Of each class a row whose label is spelled as the name of the class. */
  readonly rowOf: readonly number[];
  readonly notices: readonly string[];
}

/**
 * Reads the labels of a table and nothing else; classes are those of `readTable`.
 * @param label the label column
 * @throws SymlossError if the file can't be read, has no such column, a row without a label or fewer than two classes
 */
export async function readLabels(
  file: TableFile,
  label: string,
  limits: TableLimits = {},
): Promise<TableLabels> {
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
  return { labels, classes, rowOf, notices: classNotices(found, given.rows) };
}
