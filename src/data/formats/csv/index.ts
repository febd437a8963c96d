import { field, SymlossError } from '../../../core/index.ts';
import type { Format } from '../format.ts';
import { mayBeText } from '../shared/text-content.ts';
import { readCsv, readRows } from './read.ts';

/** A table of text with a header line. */
export const csv: Format = {
  name: 'csv',
  about: 'a CSV or TSV file',
  kind: 'file',
  extensions: ['csv', 'tsv'],
  detect: ({ start }) => start !== undefined && mayBeText(start), // text, whatever it is called
  fields: ['label', 'trueLabel', 'features', 'ignore', 'missing'],
  async open(path, { label, ...options }) {
    if (label !== undefined) return { data: await readCsv(path, { label, ...options }) };
    throw new SymlossError(field('label'), 'the column of the labels', 'nothing', {
      hint: `name it with ${field('label')}`,
    });
  },
  async openRows(path, { columns, featureShape }, { missing, memoryLimit, signal }) {
    if (columns === undefined) {
      const [expected, of] =
        featureShape.length === 3 ? ['images', 'images'] : ['an array', 'arrays'];
      throw new SymlossError(path, expected, 'a table', { hint: `the model was trained on ${of}` });
    }
    const given = Object.entries({ missing, memoryLimit, signal });
    const options = Object.fromEntries(given.filter(([, value]) => value !== undefined));
    const rows = await readRows(path, columns, options);
    return { ...rows, featureShape: [columns.length] };
  },
  testOptions: (_, options, { columns = [] }) => ({ ...options, features: columns, ignore: [] }),
};
