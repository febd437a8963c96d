export { alignClasses } from './align.ts';
export type { ArraySource } from './arrays.ts';
export { fromArrays } from './arrays.ts';
export * from './augment.ts';
export * from './batches.ts';
export type { Dataset, Features, RowFile, Table } from './dataset.ts';
export {
  checkDataset,
  isImages,
  isRowFile,
  rowCount,
  selectRows,
  toFloats,
} from './dataset.ts';
export * from './gather.ts';
export type { OpenRows, RowReader } from './row-reader.ts';
export { memoryRows } from './row-reader.ts';
export * from './split.ts';
export * from './standardise.ts';
