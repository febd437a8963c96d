import type { Dataset } from './dataset.ts';

/** The number of a row as a reader of the source counts: from 1, of a table below the header. */
export function rowNumber({ sourceRows }: Pick<Dataset, 'sourceRows'>, row: number): number {
  return (sourceRows?.[row] ?? row) + 1;
}

/** Cells of the id columns of a row. */
export function rowIds({ rowIds: ids = [] }: Pick<Dataset, 'rowIds'>, row: number): string[] {
  return ids.map(({ values }) => values[row] as string);
}
