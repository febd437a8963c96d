import { field, SymlossError } from '../../../core/index.ts';
import type { ColumnKind, Dataset } from '../../dataset.ts';
import { list } from '../../text.ts';
import { vectorOf } from '../../vectors.ts';
import type { OpenOptions, TrainedColumn } from '../format.ts';
import { labelNames } from '../shared/label-names.ts';

/**
 * Options to read test data with: the columns of the training data by name, each of the kind that it has there. Ids,
 * weights and groups are of no use in a test.
 * @param path of the test data
 * @param has whether the test data have a column
 * @throws SymlossError where the vectors of an embedding are not there
 */
export function tableTestOptions(
  path: string,
  options: OpenOptions,
  { columns = [], kinds, dayFirst, numberStyles = [], missingTexts = [] }: Dataset,
  has: (name: string) => boolean,
): OpenOptions {
  const { missing, memoryLimit, signal, embedding } = options;
  const kindOf = (j: number): ColumnKind => kinds?.[j] ?? 'numeric';
  const names = columns.map((name, j) => (kindOf(j) === 'embedding' ? vectorOf(name) : name));
  const of = (kind: ColumnKind) => names.filter((_, j) => kindOf(j) === kind);
  const absent = [...new Set(of('embedding'))].filter(
    (name) => !has(name) && embedding?.[name] === undefined,
  );
  if (absent.length > 0) {
    const expected = `the vectors of ${path}: ${list(absent)}`;
    throw new SymlossError(field('testEmbedding'), expected, 'none', {
      hint: `name their file: ${field('testEmbedding', `${absent[0]}=vectors.npy`)}`,
    });
  }
  const trained = new Map(
    names.map((name, j): [string, TrainedColumn] => [
      name,
      {
        ...(kindOf(j) === 'numeric' && { comma: numberStyles[j]?.comma ?? 'none' }),
        missingTexts: missingTexts[j],
      },
    ]),
  );
  const isDayFirst = (name: string) => dayFirst?.[names.indexOf(name)] === true;
  return {
    ...labelsToTest(options, has),
    ...(missing !== undefined && { missing }),
    ...(memoryLimit !== undefined && { memoryLimit }),
    ...(signal !== undefined && { signal }),
    ...(embedding !== undefined && { embedding }),
    trained,
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
