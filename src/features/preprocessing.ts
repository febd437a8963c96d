import type { Dataset, Standardiser } from '../data/index.ts';
import { areNumbers } from '../data/index.ts';
import type { FeaturePipeline } from './columns.ts';
import type { TableRows } from './fit.ts';

/** What was learnt of the features from the training rows: of a table its columns, of other data mean and deviation. */
export type Preprocessing =
  | ({ readonly kind: 'columns' } & FeaturePipeline)
  | ({ readonly kind: 'standardise' } & Standardiser);

/** Whether rows are those of a table: numbers [d] in memory. */
export function isTable<D extends Pick<Dataset, 'features' | 'featureShape'>>(
  data: D,
): data is D & TableRows {
  return data.featureShape.length === 1 && data.features instanceof Float32Array;
}

/** Whether rows are those of a table, in memory or in a file. */
export function isAnyTable({
  features,
  featureShape,
}: Pick<Dataset, 'features' | 'featureShape'>): boolean {
  return featureShape.length === 1 && areNumbers(features);
}
