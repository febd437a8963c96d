import { SymlossError, show } from '../../../core/index.ts';
import type { Classes } from '../../classes.ts';
import { rowPlace } from './structure.ts';
import type { CsvTable } from './table.ts';

/** Fewer rows than this can't tell an id from a label. */
const ROWS_TO_TELL = 20;

/** @throws SymlossError naming the first row without a label and their number */
export function checkNoneUnlabelled(
  table: CsvTable,
  column: number,
  labels: readonly (string | undefined)[],
): void {
  const first = labels.indexOf(undefined);
  if (first < 0) return;
  const empty = labels.filter((label) => label === undefined).length;
  throw new SymlossError(
    `${table.path}, ${rowPlace(first + 1)}, column ${show(table.names[column])}`,
    'a label',
    `a missing cell, one of ${empty}`,
    { hint: 'drop such rows (--missing drop) or delete them (NA, NaN and null count as missing)' },
  );
}

/**
 * Checks that a column can be the label: at least two classes, and not almost as many as rows.
 * @param labels those of the rows that are kept
 */
export function checkClasses(
  table: CsvTable,
  column: number,
  labels: readonly string[],
  { indexOf }: Classes,
): void {
  const where = `${table.path}, column ${show(table.names[column])}`;
  const classes = new Set(labels.map(indexOf)).size;
  if (classes < 2) {
    const received = `only ${show(labels[0])} in ${labels.length} rows`;
    throw new SymlossError(where, 'at least 2 classes', received);
  }
  if (labels.length >= ROWS_TO_TELL && classes > labels.length / 2) {
    throw new SymlossError(
      where,
      'a label that many rows share',
      `${classes} different values in ${labels.length} rows`,
      { hint: 'is it an id? name the column of the classes' },
    );
  }
}
