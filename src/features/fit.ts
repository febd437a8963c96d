import type { Pieces } from '../core/index.ts';
import { finish, SymlossError } from '../core/index.ts';
import type { ColumnKind, Dataset } from '../data/index.ts';
import type { FeaturePipeline, FittedColumn, TextColumn } from './columns.ts';
import { columnTerms } from './columns.ts';
import { fitCategories } from './fit-categories.ts';
import { fitDates, fitEmbedding, fitNumbers } from './fit-numbers.ts';
import { fitText } from './fit-text.ts';

/** A table of numbers in memory, or of texts as places in their lists. */
export type TableRows = Pick<Dataset, 'columns' | 'kinds' | 'texts' | 'wordsOnly'> & {
  readonly features: Float32Array;
};

/** Rows that quantiles and means are taken from, at most: a quartile of so many is off by a thousandth of the rows. */
export const mostFittedRows = 200_000;

interface Fitter {
  /** Rows that it looks at, at most. */
  readonly most: number;
  readonly fitted: (column: {
    readonly name: string;
    readonly values: Float32Array;
    readonly texts: readonly string[] | undefined;
    readonly wordsOnly: boolean;
  }) => FittedColumn | Pieces<TextColumn>;
}

const fitters: { readonly [K in ColumnKind]: Fitter } = {
  numeric: { most: mostFittedRows, fitted: ({ name, values }) => fitNumbers(name, values) },
  date: { most: mostFittedRows, fitted: ({ name, values }) => fitDates(name, values) },
  embedding: { most: mostFittedRows, fitted: ({ name, values }) => fitEmbedding(name, values) },
  categorical: {
    most: Number.POSITIVE_INFINITY,
    fitted: ({ name, values, texts }) => fitCategories(name, values, texts),
  },
  text: {
    most: Number.POSITIVE_INFINITY,
    fitted: ({ name, values, texts = [], wordsOnly }) => fitText(name, values, texts, wordsOnly),
  },
};

/**
 * Learns from the training rows how each column becomes numbers for the network; other rows are not looked at.
 * @param table [n, d]
 * @param rows the training rows
 */
export function fitFeatures(table: TableRows, d: number, rows: Uint32Array): FeaturePipeline {
  return finish(fitFeaturesInPieces(table, d, rows));
}

/** As `fitFeatures`, in pieces. */
export function* fitFeaturesInPieces(
  table: TableRows,
  d: number,
  rows: Uint32Array,
): Pieces<FeaturePipeline> {
  const columns: FittedColumn[] = [];
  for (let column = 0; column < d; column++) {
    const { fitted, most } = fitters[table.kinds?.[column] ?? 'numeric'];
    const own = fitted({
      name: table.columns?.[column] ?? `feature ${column}`,
      values: columnOf(table.features, d, column, rows, most),
      texts: table.texts?.[column],
      wordsOnly: table.wordsOnly?.[column] === true,
    });
    columns.push('next' in own ? yield* own : own);
    yield;
  }
  if (!columns.some(saysSomething)) {
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

/** Whether a column tells rows apart. */
function saysSomething(column: FittedColumn): boolean {
  if (column.kind === 'text') return columnTerms(column) > 0;
  if (column.kind === 'categorical') return column.values.length + (column.other ? 1 : 0) > 1;
  return column.scale !== 0 || (column.kind !== 'embedding' && column.missing);
}
