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
export type { SparseRows, StoredRows } from './encode.ts';
export { encodeRows, encodeRowsInPieces, fillSparse, StoredReader } from './encode.ts';
export type { TableRows } from './fit.ts';
export { fitFeatures, fitFeaturesInPieces, mostFittedRows } from './fit.ts';
export type { TableInput } from './inputs.ts';
export { encodedInputs, tableInputs } from './inputs.ts';
export { featureLayer } from './layer.ts';
export type { Preprocessing } from './preprocessing.ts';
export { isAnyTable, isTable } from './preprocessing.ts';
