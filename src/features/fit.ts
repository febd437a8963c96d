import { SymlossError } from '../core/index.ts';
import type { ColumnKind, Dataset } from '../data/index.ts';
import type { FeaturePipeline, FittedColumn } from './columns.ts';
import { fitCategories } from './fit-categories.ts';
import { fitDates, fitEmbedding, fitNumbers } from './fit-numbers.ts';
import { fitText } from './fit-text.ts';

/** A table of numbers in memory, or of texts as places in their lists. */
export type TableRows = Pick<Dataset, 'columns' | 'kinds' | 'texts'> & {
  readonly features: Float32Array;
};

export interface FitOptions {
  /** Bins of a numeric column that is encoded by pieces. Default: 0, no such encoding. */
  readonly bins?: number;
}

/** Rows that quantiles are taken from, at most: more move them by less than a hundredth of a bin. */
const mostRows = 200_000;

/**
 * Learns from the training rows how each column becomes numbers for the network; other rows are not looked at.
 * @param table [n, d]
 * @param rows the training rows
 */
export function fitFeatures(
  table: TableRows,
  d: number,
  rows: Uint32Array,
  { bins = 0 }: FitOptions = {},
): FeaturePipeline {
  const columns = Array.from({ length: d }, (_, column): FittedColumn => {
    const kind: ColumnKind = table.kinds?.[column] ?? 'numeric';
    const name = table.columns?.[column] ?? `feature ${column}`;
    const texts = table.texts?.[column];
    const all = kind === 'categorical' || kind === 'text';
    const values = columnOf(table.features, d, column, rows, all ? rows.length : mostRows);
    switch (kind) {
      case 'numeric':
        return fitNumbers(name, values, bins);
      case 'date':
        return fitDates(name, values);
      case 'embedding':
        return fitEmbedding(name, values);
      case 'categorical':
        return fitCategories(name, values, texts);
      case 'text':
        return fitText(name, values, texts ?? []);
    }
  });
  if (columns.every((column) => widthOf(column) === 0)) {
    throw new SymlossError('data', 'a column that says something of its rows', 'none', {
      hint: 'every column is constant or empty on the training rows',
    });
  }
  return { columns };
}

/** Values of a column in some rows; of more rows than asked for, evenly spaced ones. */
function columnOf(
  features: Float32Array,
  d: number,
  column: number,
  rows: Uint32Array,
  most: number,
): Float32Array {
  const n = Math.min(rows.length, most);
  const values = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    const row = rows[n === rows.length ? i : Math.floor((i * rows.length) / n)] as number;
    values[i] = features[row * d + column] as number;
  }
  return values;
}

/** Numbers that the network sees of a column. */
function widthOf(column: FittedColumn): number {
  switch (column.kind) {
    case 'numeric':
    case 'date':
      return (column.scale === 0 ? 0 : 1) + (column.missing ? 1 : 0);
    case 'embedding':
      return column.scale === 0 ? 0 : 1;
    case 'categorical':
      return column.values.length + (column.other ? 1 : 0) > 1 ? 1 : 0;
    case 'text':
      return column.terms.length;
  }
}
