import type { ColumnKind, Dataset } from '../../dataset.ts';
import type { OpenOptions } from '../format.ts';
import { vectorOf } from './rows.ts';

/**
 * Options to read test data with: the columns of the training data by name, each of the kind that it has there. Ids,
 * weights and groups are of no use in a test.
 */
export function tableTestOptions(
  { label, trueLabel, missing, memoryLimit, signal }: OpenOptions,
  { columns = [], kinds, dayFirst }: Dataset,
): OpenOptions {
  const kindOf = (j: number): ColumnKind => kinds?.[j] ?? 'numeric';
  const names = columns.map((name, j) => (kindOf(j) === 'embedding' ? vectorOf(name) : name));
  const of = (kind: ColumnKind) => names.filter((_, j) => kindOf(j) === kind);
  const isDayFirst = (name: string) => dayFirst?.[names.indexOf(name)] === true;
  return {
    ...(label !== undefined && { label }),
    ...(trueLabel !== undefined && { trueLabel }),
    ...(missing !== undefined && { missing }),
    ...(memoryLimit !== undefined && { memoryLimit }),
    ...(signal !== undefined && { signal }),
    features: [...new Set(names)],
    numeric: of('numeric'),
    categorical: of('categorical'),
    text: of('text'),
    date: of('date').filter((name) => !isDayFirst(name)),
    dayFirst: of('date').filter(isDayFirst),
  };
}
