import type { FeaturePipeline, FittedColumn, TextColumn } from './columns.ts';

/** A fitted column as a model's card lists it: of texts only the number of terms. */
export type ColumnDescription =
  | Exclude<FittedColumn, TextColumn>
  | (Pick<TextColumn, 'kind' | 'name'> & { readonly terms: number });

export function describeColumns({ columns }: FeaturePipeline): ColumnDescription[] {
  return columns.map((column) =>
    column.kind === 'text'
      ? { kind: column.kind, name: column.name, terms: column.terms.length }
      : column,
  );
}
