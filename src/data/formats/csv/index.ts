import { SymlossError } from '../../../core/index.ts';
import type { Format } from '../format.ts';
import { tableFields } from '../table/read.ts';
import { tableTestOptions } from '../table/test-options.ts';
import { CsvFile } from './file.ts';
import { readCsv, readRows } from './read.ts';

/** A table of text with a header line. */
export const csv: Format = {
  name: 'csv',
  about: 'a CSV or TSV file',
  kind: 'file',
  extensions: ['csv', 'tsv'],
  detect: ({ start }) => start !== undefined && !start.includes(0), // text, whatever it is called
  fields: tableFields,
  open: async (path, options) => ({ data: await readCsv(path, options) }),
  async openRows(path, { columns, featureShape }, { missing, id, memoryLimit, signal }) {
    if (columns === undefined) {
      const [expected, of] =
        featureShape.length === 3 ? ['images', 'images'] : ['an array', 'arrays'];
      throw new SymlossError(path, expected, 'a table', { hint: `the model was trained on ${of}` });
    }
    const given = Object.entries({ missing, id, memoryLimit, signal });
    const options = Object.fromEntries(given.filter(([, value]) => value !== undefined));
    const { columns: _, ...rows } = await readRows(path, columns, options);
    return { ...rows, featureShape: [columns.length] };
  },
  async testOptions(path, options, training) {
    const { columns } = await CsvFile.open(path, options);
    return tableTestOptions(options, training, (name) => columns.includes(name));
  },
};
