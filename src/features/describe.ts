import type { Dataset } from '../data/index.ts';
import type {
  DateColumn,
  FeaturePipeline,
  FittedColumn,
  NumericColumn,
  TextColumn,
} from './columns.ts';

/** A fitted column as a model's card lists it: of texts only the numbers of terms. */
export type ColumnDescription =
  | Exclude<FittedColumn, TextColumn | DateColumn | NumericColumn>
  | (NumericColumn & { readonly unit?: string; readonly comma?: 'thousands' | 'decimal' })
  | (DateColumn & { readonly dayFirst?: boolean })
  | (Pick<TextColumn, 'kind' | 'name'> & {
      readonly terms: number;
      readonly characters?: number;
    });

/** @param written of each column, whether in 03/04/2024 the day comes first, and how its numbers were written */
export function describeColumns(
  { columns }: FeaturePipeline,
  { dayFirst = [], numberStyles = [] }: Pick<Dataset, 'dayFirst' | 'numberStyles'> = {},
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
    const style = numberStyles[i];
    if (kind === 'numeric' && style !== undefined) {
      const { unit, comma } = style;
      return {
        ...column,
        ...(unit !== undefined && { unit }),
        ...(comma !== 'none' && { comma }),
      };
    }
    const order = dayFirst[i];
    return kind === 'date' && order !== undefined ? { ...column, dayFirst: order } : column;
  });
}
