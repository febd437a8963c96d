import { basename } from 'node:path';
import { SymlossError } from '../../../core/index.ts';
import type { Dataset } from '../../dataset.ts';
import { count, list } from '../../text.ts';
import type { StoreOptions } from '../shared/byte-store.ts';
import { rowNumbers } from '../shared/rows.ts';
import type { TableFile } from '../shared/table-file.ts';
import { MemoryBudget, TableTooLarge } from './budget.ts';
import { checkMissing, checkSomeFeature } from './checks.ts';
import { chooseLabels } from './label-sources/choose.ts';
import { ColumnNames } from './names.ts';
import { cellNotices, kindNotice, leftOutNotices, otherNotices } from './notices.ts';
import type { TableOptions } from './read.ts';
import { readTable } from './read.ts';
import type { Hints } from './read-features.ts';
import { columnsOf, readFeatures } from './read-features.ts';
import { resolveRoles } from './roles.ts';
import { budgetOfFirst, exceedsMemory, FirstRows, spoolFeatures } from './spool.ts';

/**
 * As `readTable`; but the features of a table that exceeds the memory limit go to a file. Its first rows, 200,000 at most, then
 * say what the columns are: numbers, dates, categories or vectors. A text file that may fit is read in memory until it does not.
 * @throws SymlossError as `readTable` does, and naming a cell that is not what the first rows of its column are
 */
export async function readTableOfAnySize(
  file: TableFile,
  options: TableOptions & StoreOptions,
  hints: Hints = {},
): Promise<Dataset> {
  const names = new ColumnNames(file);
  const source = chooseLabels(file, names, options, new MemoryBudget(options), hints.comma);
  const roles = resolveRoles(file, names, options, source.own);
  const isPlain =
    checkMissing(options.missing) === 'impute' &&
    roles.weight === undefined &&
    roles.group === undefined;
  const cells = roles.features.reduce((sum, { column }) => sum + (file.widths?.[column] ?? 1), 0);
  if (!isPlain || !(await exceedsMemory(file, cells, options))) {
    const { cache: _, onProgress: _told, ...own } = options;
    try {
      return await readTable(file, own, hints);
    } catch (error) {
      // what a text file takes is known when it is read
      if (!isPlain || !(error instanceof TableTooLarge)) throw error;
    }
  }
  const first = new FirstRows(file, cells, options);
  const read = await readFeatures(first, roles.features, [], budgetOfFirst(options), hints);
  const { d, columns } = read;
  const leftOut = [
    ...leftOutNotices(columns, roles.unnamed),
    ...otherNotices(file, options.features === undefined ? (options.ignore ?? []) : undefined),
  ];
  checkSomeFeature(file, d, leftOut);
  const spooled = await spoolFeatures(file, columns, source.columns, options);
  const { features, rows, missing, texts } = spooled;
  const labels = source.take(spooled.others, false);
  const { rows: items, notices, ...labelled } = labels.of(rowNumbers(rows));
  if (items !== undefined) {
    const expected = 'one row for each item, in a table too large for memory';
    throw new SymlossError(file.path, expected, 'several');
  }
  const { classes } = labelled;
  const gaps = missing.reduce((sum, cells) => sum + cells, 0);
  const described = columnsOf(spooled.columns);
  return {
    name: basename(file.path),
    features,
    featureShape: [d],
    ...labelled,
    ...(options.label !== undefined && { labelColumn: options.label }),
    ...described,
    ...('texts' in described && { texts }),
    notices: [
      `${file.path}: ${count(rows, 'row')}, ${count(d, 'feature')}, ` +
        `${classes.length} classes: ${list(classes)}`,
      `too large for memory: kept in ${features.file}; ` +
        `the first ${count(read.rows, 'row')} say what the columns are`,
      ...kindNotice(columns),
      ...leftOut,
      ...cellNotices(file, spooled.columns),
      ...(gaps > 0 ? [count(gaps, 'missing cell')] : []),
      ...notices,
    ],
  };
}
