export type { CsvOptions, CsvRows, Missing } from './csv.ts';
export { readCsv, readRows } from './csv.ts';
export type { Relabelling } from './csv-relabel.ts';
export { openRelabelling } from './csv-relabel.ts';
export { digits } from './digits.ts';
export { openRowFile, openRows } from './row-file.ts';
