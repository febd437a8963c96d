import { join } from 'node:path';
import writeWorkbook from 'write-excel-file/node';
import { openDataset } from '../../../src/data/formats/index.ts';
import type { Target } from '../target.ts';
import { checkDataset } from './data.ts';

const memoryLimit = 64 * 2 ** 20;
const rows = Array.from({ length: 12 }, (_, i) => [
  i % 5 === 0 ? null : i / 4,
  ['x', 'y, "z"', '=1+1'][i % 3],
  { value: new Date(i * 1e10), type: Date, format: 'yyyy-mm-dd' },
  i % 2 === 0,
  ['at', 'cat', 'dog'][i % 3],
]);

export const excelTable: Target = {
  name: 'excel',
  every: 10, // opening an archive takes long
  seeds: async () => [
    { 'data.xlsx': await writeWorkbook([['a', 'b c', 'd', 'e', 'y'], ...rows]).toBuffer() },
  ],
  kindOf: () => 'bytes',
  async read(folder) {
    const { data } = await openDataset(join(folder, 'data.xlsx'), { label: 'y', memoryLimit });
    checkDataset(data);
  },
};
