import { checkFields, SymlossError } from '../../../core/index.ts';
import type { Table } from '../../dataset.ts';
import type { ModelColumn } from '../format.ts';
import { checkTableOptions } from '../table/check-options.ts';
import { checkMissing } from '../table/checks.ts';
import type { TableOptions } from '../table/read.ts';
import { readTable, tableFields } from '../table/read.ts';
import type { RowsOptions, TableRows } from '../table/rows.ts';
import { readTableRows } from '../table/rows.ts';
import { CsvFile } from './file.ts';

export type CsvOptions = TableOptions;
export type CsvRows = TableRows;

/**
 * Reads a CSV file with a header line as a table with labels, by the rules of `readTable`. Delimiter (`,` `;` tab or
 * `|`), quotes, byte order mark, line ends and gzip are recognised; the encoding is UTF-8. Empty lines don't count, and a
 * quoted line break does not start a row.
 * @throws SymlossError as `readTable` does, for an option that it does not know, and for a file that is no CSV
 */
export async function readCsv(path: string, options: CsvOptions): Promise<Table> {
  checkFields('readCsv', options, [...tableFields, 'memoryLimit', 'signal']);
  checkTableOptions(options as object);
  checkMissing(options.missing);
  const file = await CsvFile.open(path, options);
  return readTable(file, options, file);
}

/**
 * Reads the columns of a model from a CSV file, by the rules of `readTableRows`.
 * @param columns the d features, in the order that the model wants them: names of columns of numbers, or name and kind
 * @throws SymlossError if a column is absent, or a cell cannot be read
 */
export async function readRows(
  path: string,
  columns: readonly (string | ModelColumn)[],
  options: RowsOptions = {},
): Promise<CsvRows> {
  checkFields('readRows', options, ['missing', 'id', 'memoryLimit', 'signal']);
  if (columns.length === 0) throw new SymlossError(path, 'at least one column to read', 'none');
  const file = await CsvFile.open(path, options);
  return readTableRows(file, columns, options, file);
}
