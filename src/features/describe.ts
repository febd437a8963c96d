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
  | (NumericColumn & Missing & { readonly unit?: string; readonly comma?: 'thousands' | 'decimal' })
  | (DateColumn & Missing & { readonly dayFirst?: boolean })
  | (Pick<TextColumn, 'kind' | 'name'> & {
      readonly terms: number;
      readonly characters?: number;
    });

/** Texts that were read as missing cells. */
interface Missing {
  readonly missingTexts?: readonly string[];
}

/** @param read of each column, how its cells were read: the order of days and months, how numbers were written, what was missing */
export function describeColumns(
  { columns }: FeaturePipeline,
  read: Pick<Dataset, 'dayFirst' | 'numberStyles' | 'missingTexts'> = {},
): ColumnDescription[] {
  const { dayFirst = [], numberStyles = [], missingTexts = [] } = read;
  return columns.map((column, i) => {
    const { kind, name } = column;
    if (kind === 'text') {
      const characters = column.characters?.terms.length;
      return {
        ...{ kind, name, terms: column.terms.length },
        ...(characters !== undefined && { characters }),
      };
    }
    const texts = missingTexts[i];
    const missing = texts && { missingTexts: texts };
    if (kind === 'numeric') {
      const { unit, comma } = numberStyles[i] ?? {};
      return {
        ...column,
        ...(unit !== undefined && { unit }),
        ...(comma !== undefined && comma !== 'none' && { comma }),
        ...missing,
      };
    }
    const order = dayFirst[i];
    if (kind !== 'date') return column;
    return { ...column, ...(order !== undefined && { dayFirst: order }), ...missing };
  });
}
