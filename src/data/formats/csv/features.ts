import { SymlossError, show } from '../../../core/index.ts';
import { count, rowPlace } from './structure.ts';
import type { ColumnStats, CsvTable } from './table.ts';

/** What is done about a missing cell. */
export type Missing = 'error' | 'mean' | 'drop';

export const missingOptions: readonly Missing[] = ['error', 'mean', 'drop'];

/** What a column holds, after the checks. */
export type ColumnKind = 'numbers' | 'text' | 'empty';

/**
 * What kind of column this is.
 * @throws SymlossError if it mixes numbers and text, writes numbers with a decimal comma, or holds
 * an infinite number
 */
export async function columnKind(
  table: CsvTable,
  column: number,
  stats: ColumnStats,
): Promise<ColumnKind> {
  const { filled, numeric, firstText, firstInfinite } = stats;
  if (filled === 0) return 'empty';
  if (firstText !== undefined) {
    const cell = await table.cell(column, firstText);
    if (table.structure.delimiter !== ',' && /^[+-]?\d+,\d+$/.test(cell)) {
      throw new SymlossError(
        cellPlace(table, column, firstText),
        'a number with a decimal point',
        show(cell),
        { hint: 'write decimal points, or leave the column out (--ignore)' },
      );
    }
    if (numeric > 0) throw await textError(table, column, firstText, numeric);
    return 'text';
  }
  if (firstInfinite !== undefined) {
    throw new SymlossError(
      cellPlace(table, column, firstInfinite),
      'a finite number (below 3.4e38)',
      show(await table.cell(column, firstInfinite)),
      { hint: 'mend the cell, or leave it empty and say what to do then (--missing)' },
    );
  }
  return 'numbers';
}

/** The error for a text where a number belongs. */
export async function textError(
  table: CsvTable,
  column: number,
  row: number,
  numeric: number,
): Promise<SymlossError> {
  return new SymlossError(
    cellPlace(table, column, row),
    numeric > 0 ? `a number, as in ${count(numeric, 'other cell')} of the column` : 'a number',
    show(await table.cell(column, row)),
    { hint: 'mend the cell, or leave the column out (--ignore)' },
  );
}

/**
 * Checks that no cell of the columns is missing.
 * @throws SymlossError naming the first row with a missing cell
 */
export function checkNoneMissing(
  table: CsvTable,
  columns: readonly number[],
  stats: readonly ColumnStats[],
): void {
  let row = Infinity;
  let column = 0;
  for (const [i, { firstMissing = Infinity }] of stats.entries()) {
    if (firstMissing >= row) continue;
    row = firstMissing;
    column = columns[i] as number;
  }
  if (row === Infinity) return;
  const cells = stats.reduce((sum, { filled }) => sum + table.rows - filled, 0);
  throw new SymlossError(
    cellPlace(table, column, row),
    'a number',
    `a missing cell, one of ${cells}`,
    {
      hint: "fill it in, or take the column's mean (--missing mean) or drop the row (--missing drop)",
    },
  );
}

/** The rows, counted from 0, without a missing feature. */
export function completeRows(features: Float32Array, d: number): Uint32Array {
  const n = features.length / d;
  const kept: number[] = [];
  for (let row = 0; row < n; row++) {
    let complete = true;
    for (let i = row * d; i < (row + 1) * d && complete; i++) {
      complete = !Number.isNaN(features[i]);
    }
    if (complete) kept.push(row);
  }
  return Uint32Array.from(kept);
}

/** Says how many rows were dropped, if any. */
export function dropNotices(table: CsvTable, kept: Uint32Array): string[] {
  const dropped = table.rows - kept.length;
  return dropped === 0 ? [] : [`${dropped} of ${table.rows} rows dropped: a cell is missing`];
}

/** All rows, counted from 0. */
export function allRows(table: CsvTable): Uint32Array {
  return Uint32Array.from({ length: table.rows }, (_, row) => row);
}

/** Says how many cells are missing, if any. */
export function missingNotices(features: Float32Array): string[] {
  let cells = 0;
  for (let i = 0; i < features.length; i++) if (Number.isNaN(features[i])) cells++;
  if (cells === 0) return [];
  return [`${count(cells, 'missing cell')}: the column's mean stands in`];
}

export function cellPlace(table: CsvTable, column: number, row: number): string {
  return `${table.path}, ${rowPlace(row)}, column ${show(table.names[column])}`;
}
