import type { Format } from '../format.ts';
import { tableFormat } from '../table/format.ts';
import { relabelExcel } from './relabel.ts';
import { ExcelTable } from './table.ts';

/** A workbook of Excel with one sheet. */
export const excel: Format = tableFormat({
  name: 'excel',
  about: 'a workbook of Excel (.xlsx)',
  extensions: ['xlsx', 'xlsm'],
  detect: () => false, // by its extension only: other files are archives, too
  openTable: (path, reading) => ExcelTable.open(path, reading),
  relabel: { extensions: ['xlsx'], writes: 'source', write: relabelExcel },
});
