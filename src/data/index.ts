export { alignClasses } from './align.ts';
export * from './annotations/index.ts';
export type { AnnotationSource, ArraySource } from './array-source.ts';
export { fromArrays } from './arrays.ts';
export type { AugmentationForm, Frame, ImageChange } from './augmentation/change.ts';
export type { Augmentation } from './augmentation/forms.ts';
export {
  augmentationForms,
  checkAugmentation,
  parseAugmentation,
} from './augmentation/forms.ts';
export * from './batches.ts';
export type { ColumnKind, Dataset, Features, RowFile, Table } from './dataset.ts';
export {
  areNumbers,
  checkDataset,
  columnKinds,
  isImages,
  isRowFile,
  rowCount,
  selectRows,
  toFloats,
} from './dataset.ts';
export type { Embedder } from './embedded.ts';
export { columnsBeforeEmbedding, textsAsVectors } from './embedded.ts';
export type { Embedding } from './embedding.ts';
export { embeddedKinds, imageColumn, poolings, vectorColumns } from './embedding.ts';
export * from './fill-images.ts';
export { groupedFolds, groupedSplit, stratifiedFolds } from './folds.ts';
export * from './gather.ts';
export { numberColumns } from './number-columns.ts';
export type { RowField } from './row-fields.ts';
export { float32Text, rowFields, squareShape } from './row-fields.ts';
export { rowIds, rowNumber } from './row-names.ts';
export type { OpenRows, RowReader } from './row-reader.ts';
export { memoryRows } from './row-reader.ts';
export * from './split.ts';
export * from './standardise.ts';
