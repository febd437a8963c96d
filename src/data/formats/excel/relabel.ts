import type { Relabelling, RelabelOptions } from '../shared/relabelling.ts';
import {
  checkIsNew,
  checkRows,
  checkSameColumns,
  labelOf,
  requireLabel,
} from '../shared/relabelling.ts';
import { ColumnNames } from '../table/names.ts';
import type { ExcelCell } from './package.ts';
import { writeSheet } from './package.ts';
import { ExcelTable } from './table.ts';

/**
 * Workbooks as one of one sheet with other labels. Values and their types stay as they are; of formulas their results are
 * written, and colours, widths and formats of numbers are not.
 * @throws SymlossError where workbooks that are read as one have other columns than the first
 */
export async function* relabelExcel(
  paths: readonly string[],
  changes: Relabelling,
  options: RelabelOptions,
): AsyncGenerator<Uint8Array> {
  const tables: ExcelTable[] = [];
  for (const path of paths) tables.push(await ExcelTable.open(path, options));
  const [first] = tables as [ExcelTable];
  for (const table of tables) checkSameColumns(first, table);
  const { added } = changes;
  if (added !== undefined) checkIsNew(first.path, first, added);
  const column = new ColumnNames(first).find('label column', requireLabel(changes));
  const rows = tables.flatMap((table) => table.rows);
  const labels = new Map(rows.map(({ [column]: cell = null }, row) => [row, cell]));
  const width = first.columns.length;
  const written = [...rows.entries()].flatMap(([row, own]) => {
    if (changes.dropped?.has(row)) return [];
    const cells: ExcelCell[] = Array.from({ length: width }, (_, j) => own[j] ?? null);
    const old = cells[column] as ExcelCell;
    const source = changes.labels.get(row);
    if (source !== undefined) cells[column] = labelOf(labels, source, first.path);
    if (added !== undefined) cells.push(added.cell === 'label' ? old : added.cell(row));
    return [cells];
  });
  checkRows(first.path, changes, rows.length);
  const header = [...first.columns, ...(added ? [added.name] : [])];
  yield await writeSheet({ name: first.sheet, cells: [header, ...written] });
}
