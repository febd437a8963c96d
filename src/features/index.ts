export type {
  CategoricalColumn,
  DateColumn,
  EmbeddingColumn,
  FeaturePipeline,
  FittedColumn,
  NumericColumn,
  TextColumn,
} from './columns.ts';
export { encodedWidth, ofKind, termCount } from './columns.ts';
export type { ColumnDescription } from './describe.ts';
export { describeColumns } from './describe.ts';
export type { SparseRows } from './encode.ts';
export { encodeRows, fillSparse } from './encode.ts';
export type { TableRows } from './fit.ts';
export { fitFeatures } from './fit.ts';
export type { TableInput } from './inputs.ts';
export { encodedInputs, tableInputs } from './inputs.ts';
export { featureLayer } from './layer.ts';
export type { Preprocessing } from './preprocessing.ts';
export { isTable } from './preprocessing.ts';
