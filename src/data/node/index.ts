export type { CsvOptions, CsvRows, Missing } from './csv.ts';
export { readCsv, readRows } from './csv.ts';
export { digits } from './digits.ts';
