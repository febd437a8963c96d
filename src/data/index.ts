export { alignClasses } from './align.ts';
export * from './batches.ts';
export type { ArraySource, Dataset, Features, RowFile, Table } from './dataset.ts';
export {
  checkDataset,
  fromArrays,
  isImages,
  isRowFile,
  rowCount,
  selectRows,
  toFloats,
} from './dataset.ts';
export * from './gather.ts';
export * from './split.ts';
export * from './standardise.ts';
