import { SymlossError } from '../../src/core/index.ts';
import { CsvFile } from '../../src/data/formats/csv/file.ts';
import type { ColumnRole } from '../../src/data/formats/table/column-role.ts';
import { readTable } from '../../src/data/formats/table/read.ts';
import type { Table } from '../../src/data/index.ts';
import { giveFile } from './file-bytes.ts';

/** Of a file that the page reads, in bytes: it holds the table several times over. */
export const mostBytes = 50 * 2 ** 20;

/** A CSV file that somebody gave to the page. */
export interface GivenTable {
  readonly name: string;
  readonly columns: readonly string[];
  /**
   * Its rows, with the labels of a column, by the rules of `symloss train`.
   * @param roles what some columns are; those of other files, and that of the labels, count for nothing
   * @param missing whether rows with empty cells are kept
   * @throws SymlossError naming the row and column that is wrong, or where there is no such column
   */
  read(
    label: string,
    roles: readonly (readonly [column: string, role: ColumnRole])[],
    missing: 'impute' | 'drop' | 'drop-unlabelled',
    signal: AbortSignal,
  ): Promise<Table>;
}

/**
 * Opens a CSV file with the reader of the command line; nothing of it leaves the page.
 * @throws SymlossError for a file that is too large, empty, or no text
 */
export async function openTable(file: File): Promise<GivenTable> {
  const { name, size } = file;
  if (size > mostBytes) {
    const received = `${Math.ceil(size / 2 ** 20)} MB`;
    throw new SymlossError(name, `at most ${mostBytes / 2 ** 20} MB in a page`, received, {
      hint: 'take a part of its rows; the command symloss train takes tables of any size',
    });
  }
  // of two files with one name the latter counts, also while the former is being read
  giveFile(name, file);
  const { columns } = await CsvFile.open(name);
  return {
    ...{ name, columns },
    async read(label, roles, missing, signal) {
      const csv = await CsvFile.open(name, { signal });
      const own = roles.filter(([column]) => column !== label && columns.includes(column));
      const said = Object.fromEntries(own);
      return readTable(csv, { label, columns: said, missing, signal }, csv);
    },
  };
}

/** Names that columns of labels have. */
const usual = /^(label|class|target|category|species)$/i;

/** The column that probably holds the labels: one with a usual name, else the last. */
export function probableLabel(columns: readonly string[]): string {
  return columns.find((name) => usual.test(name)) ?? columns.at(-1) ?? '';
}
