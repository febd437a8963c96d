import type { ColumnKind, Dataset } from '../../dataset.ts';
import type { OpenOptions } from '../format.ts';
import { labelNames } from '../shared/label-names.ts';
import { vectorOf } from './rows.ts';

/**
 * Options to read test data with: the columns of the training data by name, each of the kind that it has there. Ids,
 * weights and groups are of no use in a test.
 * @param has whether the test data have a column
 */
export function tableTestOptions(
  options: OpenOptions,
  { columns = [], kinds, dayFirst }: Dataset,
  has: (name: string) => boolean,
): OpenOptions {
  const { missing, memoryLimit, signal } = options;
  const kindOf = (j: number): ColumnKind => kinds?.[j] ?? 'numeric';
  const names = columns.map((name, j) => (kindOf(j) === 'embedding' ? vectorOf(name) : name));
  const of = (kind: ColumnKind) => names.filter((_, j) => kindOf(j) === kind);
  const isDayFirst = (name: string) => dayFirst?.[names.indexOf(name)] === true;
  return {
    ...labelsToTest(options, has),
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

/** As of the training data; of test data without these columns the true labels, where they have those. */
function labelsToTest(
  { label, trueLabel, softLabels, annotator, consensus, id = [] }: OpenOptions,
  has: (name: string) => boolean,
): OpenOptions {
  const labels = label === undefined ? [] : labelNames('label columns', label, has);
  if (trueLabel !== undefined && has(trueLabel) && !labels.every(has)) return { label: trueLabel };
  const isLong = annotator !== undefined && [annotator, ...id].every(has);
  const isAnnotated = labels.length > 1 || isLong;
  return {
    ...(label !== undefined && { label }),
    ...(softLabels !== undefined && { softLabels }),
    ...(trueLabel !== undefined && has(trueLabel) && { trueLabel }),
    ...(isLong && { annotator, id }),
    ...(isAnnotated && consensus !== undefined && { consensus }),
  };
}
