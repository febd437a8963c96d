export { alignClasses } from './align.ts';
export * from './batches.ts';
export type { ArraySource, Dataset } from './dataset.ts';
export { checkDataset, fromArrays, rowCount, selectRows } from './dataset.ts';
export * from './gather.ts';
export * from './split.ts';
export * from './standardise.ts';
