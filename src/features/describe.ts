import type { Dataset } from '../data/index.ts';
import type { DateColumn, FeaturePipeline, FittedColumn, TextColumn } from './columns.ts';

/** A fitted column as a model's card lists it: of texts only the numbers of terms. */
export type ColumnDescription =
  | Exclude<FittedColumn, TextColumn | DateColumn>
  | (DateColumn & { readonly dayFirst?: boolean })
  | (Pick<TextColumn, 'kind' | 'name'> & {
      readonly terms: number;
      readonly characters?: number;
    });

/** @param dayFirst of each column, whether in 03/04/2024 the day comes first */
export function describeColumns(
  { columns }: FeaturePipeline,
  dayFirst: Dataset['dayFirst'] = [],
): ColumnDescription[] {
  return columns.map((column, i) => {
    const { kind, name } = column;
    if (kind === 'text') {
      const characters = column.characters?.terms.length;
      return {
        ...{ kind, name, terms: column.terms.length },
        ...(characters !== undefined && { characters }),
      };
    }
    const order = dayFirst[i];
    return kind === 'date' && order !== undefined ? { ...column, dayFirst: order } : column;
  });
}
