import type { Format, OpenOptions } from '../format.ts';
import { unlabelled } from '../shared/dataset.ts';
import { channelsOf, decodeFields } from '../shared/decode-images.ts';
import { labelNames } from '../shared/label-names.ts';
import type { Relabel } from '../shared/relabelling.ts';
import { tableFormat } from '../table/format.ts';
import { hasImages, parquetColumns, readParquetImageRows, readParquetImages } from './images.ts';
import { relabelParquet } from './relabel.ts';
import { ParquetTable } from './table.ts';

const relabel: Relabel = { extensions: ['parquet'], writes: 'source', write: relabelParquet };

/** Columns of numbers, texts and dates in a Parquet file. */
const parquetTable: Format = tableFormat({
  name: 'parquet-table',
  about: 'a Parquet file without images',
  detect: () => false, // `parquet` looks inside
  openTable: (path, reading) => ParquetTable.open(path, reading),
  relabel,
});

/** Encoded images in a column of a Parquet file, or of several. */
function parquetImages(about: string, several?: readonly string[]): Format {
  const source = (path: string) => (several === undefined ? path : { path, files: several });
  return {
    name: 'parquet',
    about,
    kind: 'file',
    detect: () => false,
    join: (paths) => parquetImages('several Parquet files of images', paths),
    fields: [
      ...decodeFields,
      ...(['label', 'trueLabel', 'consensus', 'imageColumn'] as const),
      ...(['id', 'group', 'missing'] as const),
    ],
    open: async (path, options) => ({ data: await readParquetImages(source(path), options) }),
    async openRows(path, _, options) {
      const { rows, ...more } = await readParquetImageRows(source(path), options);
      return { ...unlabelled(rows), ...more };
    },
    testOptions: async (path, options, training) => ({
      ...(await labelOptions(several?.[0] ?? path, options)),
      ...channelsOf(training),
    }),
    relabel,
  };
}

const oneOfImages = parquetImages('a Parquet file of images');

/** Any Parquet file: a look inside tells of which kind. */
export const parquet: Format = {
  ...parquetImages('a Parquet file'),
  extensions: ['parquet'],
  detect: ({ start }) => start?.toString('latin1', 0, 4) === 'PAR1',
  resolve: async (path) => ((await hasImages(path)) ? oneOfImages : parquetTable),
};

/**
 * A test file may have the true labels only: where the column of the labels as given is missing, those
 * are tested on. It need not say which row is which, nor what belongs together.
 */
async function labelOptions(path: string, options: OpenOptions): Promise<OpenOptions> {
  const { group: _, id, ...given } = options;
  const columns = await parquetColumns(path);
  const has = (name: string) => columns.includes(name);
  const all = { ...given, ...(id?.every(has) && { id }) };
  const { trueLabel, ...own } = all;
  const { label, consensus: _c, ...rest } = own;
  if (label === undefined || trueLabel === undefined) return all;
  if (labelNames(path, label, has).every(has)) return has(trueLabel) ? all : own;
  return has(trueLabel) ? { ...rest, label: trueLabel } : all;
}
