import { checkOneOf, SymlossError } from '../../../core/index.ts';
import { gatherRows } from '../../gather.ts';
import type { Missing } from './features.ts';
import {
  allRows,
  checkNoneMissing,
  columnKind,
  completeRows,
  dropNotices,
  missingNotices,
  missingOptions,
  textError,
} from './features.ts';
import type { ColumnStats } from './table.ts';
import { CsvTable, list } from './table.ts';

/** Rows to predict for. */
export interface CsvRows {
  /** `[rowCount, d]`, columns in the order asked for; NaN is a missing value. */
  readonly features: Float32Array;
  readonly rowCount: number;
  /** `[rowCount]`: which rows of the file these are, counted from 0; all but those dropped. */
  readonly kept: Uint32Array;
  /** What the reader did, one plain line each. */
  readonly notices: readonly string[];
}

/**
 * Reads the given columns of a CSV file as numbers, by the rules of `readCsv`; other columns are
 * not looked at, so no label is needed.
 * @param columns names of the d features, in the order that the model wants them
 * @param options.missing as for `readCsv`; a column may be missing throughout with `mean`
 * @throws SymlossError if a column is absent, or a cell is no number or missing
 */
export async function readRows(
  path: string,
  columns: readonly string[],
  options: { readonly missing?: Missing } = {},
): Promise<CsvRows> {
  const missing = checkOneOf('missing', options.missing ?? 'error', missingOptions);
  const d = columns.length;
  if (d === 0) throw new SymlossError(path, 'at least one column to read', 'none');
  const table = await CsvTable.open(path);
  try {
    const indices = findAll(table, columns);
    const stats = await table.stats(indices);
    for (const [i, column] of indices.entries()) {
      const found = stats[i] as ColumnStats;
      const kind = await columnKind(table, column, found);
      if (kind === 'text') throw await textError(table, column, found.firstText ?? 1, 0);
    }
    if (missing === 'error') checkNoneMissing(table, indices, stats);
    const all = await table.numbers(indices);
    const kept = missing === 'drop' ? completeRows(all, d) : allRows(table);
    const features =
      kept.length === table.rows
        ? all
        : gatherRows(all, d, kept, new Float32Array(kept.length * d));
    const notices = [...dropNotices(table, kept), ...missingNotices(features)];
    return { features, rowCount: kept.length, kept, notices };
  } finally {
    table.close();
  }
}

function findAll(table: CsvTable, columns: readonly string[]): number[] {
  const absent = columns.filter((name) => name === '' || !table.names.includes(name));
  if (absent.length > 1) {
    throw new SymlossError(
      `${table.path}, feature columns`,
      `${columns.length} columns, ${list(absent)} among them`,
      `${absent.length} of them absent: the file has ${list(table.names)}`,
    );
  }
  return columns.map((name) => table.find('feature column', name));
}
