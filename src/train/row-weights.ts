import { checkNumber, SymlossError } from '../core/index.ts';

export interface WeightOptions {
  /** Weights of the data's rows, [n], not negative. Default: those of the dataset, else equal. */
  readonly sampleWeights?: ArrayLike<number> | undefined;
  /**
   * A weight for each class, by the label as given; `balanced`: n/(k · rows of the class) over the
   * training rows. Multiplies the row's weight. A symmetric loss weighted by class is not symmetric.
   */
  readonly classWeights?: 'balanced' | readonly number[] | undefined;
}

/**
 * The weights of the training rows, or `undefined` where all are equal.
 * @param n rows of the data
 * @param rows those that are trained on
 * @param labels their labels as given, [rows.length]
 * @throws SymlossError for a wrong number of weights, a negative one, or none above 0
 */
export function rowWeights(
  { sampleWeights, classWeights }: WeightOptions,
  n: number,
  rows: Uint32Array,
  labels: Int32Array,
  k: number,
): Float32Array | undefined {
  if (sampleWeights === undefined && classWeights === undefined) return undefined;
  if (sampleWeights) checkAll('sampleWeights', 'one per row', sampleWeights, n);
  const ofClass = classWeights === 'balanced' ? balanced(labels, k) : classWeights;
  if (ofClass) checkAll('classWeights', 'one per class', ofClass, k);
  const weights = Float32Array.from(rows, (row, i) => {
    const own = sampleWeights?.[row] ?? 1;
    return own * (ofClass?.[labels[i] as number] ?? 1);
  });
  if (weights.every((weight) => weight === 0)) {
    const where = sampleWeights === undefined ? 'classWeights' : 'sampleWeights';
    throw new SymlossError(where, 'a training row of weight above 0', 'only zeros');
  }
  return weights;
}

/** n/(k · rows of the class); 0 for a class without rows, which weighs nothing anyway. */
function balanced(labels: Int32Array, k: number): number[] {
  const counts = new Array<number>(k).fill(0);
  for (const label of labels) counts[label] = (counts[label] as number) + 1;
  return counts.map((count) => (count === 0 ? 0 : labels.length / (k * count)));
}

function checkAll(where: string, what: string, weights: ArrayLike<number>, count: number): void {
  if (weights.length !== count) {
    throw new SymlossError(where, `${count} weights, ${what}`, String(weights.length));
  }
  const unit = where === 'classWeights' ? 'class' : 'row';
  for (let i = 0; i < count; i++) checkNumber(`${where}, ${unit} ${i}`, weights[i], { min: 0 });
}
