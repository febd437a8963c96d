import { checkFields, checkList, formatShape, SymlossError, show, sizeOf } from '../core/index.ts';
import { readLabels } from './array-labels.ts';
import type { ArraySource, Numbers } from './array-source.ts';
import type { Dataset, Table } from './dataset.ts';
import { checkCount, checkDataset } from './dataset.ts';
import { checkSampleWeights } from './soft-labels.ts';

const fields: readonly (keyof ArraySource)[] = [
  ...(['features', 'featureShape', 'labels', 'annotations', 'classes', 'trueLabels'] as const),
  ...(['sampleWeights', 'columns', 'name'] as const),
];

/**
 * A dataset from arrays. Without `classes` their names are the distinct labels of `labels` and
 * `trueLabels` as text, sorted as numbers if all are numbers, as text otherwise. Soft labels are
 * divided by their sums; the label of a row is then its largest share, of equal ones the first. Of
 * several annotators the labels are the consensus, and soft where it leaves any doubt.
 * @throws SymlossError if lengths disagree, a value is not a number, a label is not among `classes`,
 * shares of classes are negative or do not sum to 1 (within 0.01), fewer than two classes occur, or
 * a field does not exist
 * @example
 * fromArrays({ features: [[0, 1], [1, 0]], labels: ['cat', 'dog'] }).classes // ['cat', 'dog']
 * @example
 * const soft = fromArrays({
 *   features: [[0], [1]],
 *   labels: [[0.9, 0.1], [0.2, 0.8]],
 *   classes: ['cat', 'dog'],
 * });
 * soft.labels // Int32Array [0, 1]
 */
export function fromArrays(
  source: ArraySource & { readonly features: readonly Numbers[] | Float32Array },
): Table;
export function fromArrays(source: ArraySource): Dataset;
export function fromArrays(source: ArraySource): Dataset {
  const where = source?.name ?? 'fromArrays';
  checkFields(where, source, fields);
  const { columns, sampleWeights } = source;
  if (columns !== undefined) checkList(`${where}, columns`, columns);
  if (source.classes !== undefined) checkList(`${where}, classes`, source.classes);
  checkList(`${where}, features`, source.features);
  const { notices = [], ...labelled } = readLabels(where, source);
  const n = labelled.labels.length;
  if (sampleWeights) checkSampleWeights(`${where}, sample weights`, sampleWeights, n);
  const dataset: Dataset = {
    name: source.name ?? 'arrays',
    ...readFeatures(where, source, n),
    ...labelled,
    ...(sampleWeights && { sampleWeights: Float32Array.from(sampleWeights) }),
    ...(columns && { columns: [...columns] }),
    notices,
  };
  checkDataset(where, dataset);
  return dataset;
}

/**
 * The features of arrays, checked.
 * @param n rows there must be
 * @throws SymlossError for rows of another length, or what is no number
 */
export function readFeatures(
  where: string,
  { features, featureShape }: ArraySource,
  n: number,
): Pick<Dataset, 'features' | 'featureShape'> {
  const isFlat = features instanceof Float32Array || features instanceof Uint8Array;
  if (!isFlat) checkCount(where, 'rows of features, one per label', n, features.length);
  const d = isFlat ? features.length / Math.max(n, 1) : (features[0]?.length ?? 0);
  if (featureShape === undefined && !Number.isInteger(d)) {
    const expected = `rows of equal length, or their shape (featureShape)`;
    throw new SymlossError(
      `${where}, features`,
      expected,
      `${features.length} values, ${n} labels`,
    );
  }
  const shape = featureShape ?? [d];
  if (featureShape?.some((size) => !Number.isSafeInteger(size) || size < 1)) {
    throw new SymlossError(`${where}, featureShape`, 'positive integers', formatShape(shape));
  }
  if (!isFlat) {
    const what = featureShape === undefined ? 'features, as in row 0' : 'features (featureShape)';
    return { features: flatten(where, features, sizeOf(shape), what), featureShape: shape };
  }
  const keep = features instanceof Float32Array || shape.length === 3; // pixels stay bytes
  return { features: keep ? features : Float32Array.from(features), featureShape: shape };
}

function flatten(where: string, rows: readonly Numbers[], d: number, what: string): Float32Array {
  const values = new Float32Array(rows.length * d);
  for (const [i, row] of rows.entries()) {
    checkList(`${where}, row ${i}`, row);
    checkCount(`${where}, row ${i}`, what, d, row.length);
    for (const [j, value] of row.entries()) {
      if (typeof value !== 'number') {
        throw new SymlossError(`${where}, row ${i}, feature ${j}`, 'a number', show(value));
      }
      values[i * d + j] = value;
    }
  }
  return values;
}
