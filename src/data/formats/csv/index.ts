import type { Format } from '../format.ts';
import { mayBeText } from '../shared/text-content.ts';
import { tableFormat } from '../table/format.ts';
import { CsvFile } from './file.ts';
import { relabelCsv } from './relabel.ts';

/** A table of text with a header line. */
export const csv: Format = tableFormat({
  name: 'csv',
  about: 'a CSV or TSV file',
  extensions: ['csv', 'tsv'],
  detect: ({ start }) => start !== undefined && mayBeText(start), // text, whatever it is called
  openTable: (path, reading) => CsvFile.open(path, reading),
  relabel: { extensions: ['csv', 'tsv'], isText: true, writes: 'source', write: relabelCsv },
});
