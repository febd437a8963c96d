import { calibrationError } from '../calibration/index.ts';
import type { Predictions } from './predictions.ts';

/** How good a model is on one class. */
export interface ClassEvaluation {
  readonly class: string;
  /** Rows of this class. */
  readonly rows: number;
  /** Rows that are predicted to be of this class. */
  readonly predicted: number;
  /** Share of the class's rows that are predicted so; absent where it has none. */
  readonly recall?: number;
  /** Share of the rows predicted so that are of the class; absent where none are. */
  readonly precision?: number;
}

/** How good a model is on labelled rows; shares are in [0, 1]. */
export interface ModelEvaluation {
  readonly n: number;
  /** Share of rows that are predicted as their label. */
  readonly accuracy: number;
  /** Mean recall of the classes that have rows. */
  readonly balancedAccuracy: number;
  /** In the order of the model's classes. */
  readonly perClass: readonly ClassEvaluation[];
  /** `confusion[label][predicted]`, k rows of k counts. */
  readonly confusion: readonly (readonly number[])[];
  /** Mean of −ln p(label), in nats; p from 2⁻²³ up, as scikit-learn does with float32. */
  readonly logLoss: number;
  /** Expected calibration error of the most probable class, in 15 bins. */
  readonly calibrationError: number;
  /** Share of the largest class: the accuracy of predicting it always. */
  readonly majorityShare: number;
  /** What it was measured against. */
  readonly against: 'trueLabels' | 'labels';
}

/** The machine epsilon of float32. */
const leastProbability = 2 ** -23;

/** What predictions are compared with. */
type Known = Pick<ModelEvaluation, 'against'> & {
  /** `[n]`, from 0 to k − 1, n ≥ 1 */
  readonly labels: Int32Array;
  readonly classes: readonly string[];
};

/** Compares predictions with labels. */
export function evaluatePredictions(
  { indices, probs }: Pick<Predictions, 'indices' | 'probs'>,
  known: Known,
): ModelEvaluation {
  const k = known.classes.length;
  const flat = new Float32Array(known.labels.length * k);
  for (let row = 0; row < known.labels.length; row++) flat.set(probs[row] as Float32Array, row * k);
  return evaluateProbs({ indices, probs: flat }, known);
}

/** The same for probabilities `[n*k]` in one array: a row of its own for each takes many times the memory. */
export function evaluateProbs(
  { indices, probs }: Pick<Predictions, 'indices'> & { readonly probs: Float32Array },
  { labels, classes, against }: Known,
): ModelEvaluation {
  const n = labels.length;
  const k = classes.length;
  const confusion = Array.from({ length: k }, () => new Array<number>(k).fill(0));
  let loss = 0;
  for (let row = 0; row < n; row++) {
    const label = labels[row] as number;
    const counts = confusion[label] as number[];
    const index = indices[row] as number;
    counts[index] = (counts[index] as number) + 1;
    loss -= Math.log(Math.max(probs[row * k + label] as number, leastProbability));
  }
  return {
    ...evaluateCounts(confusion, classes),
    logLoss: loss / n,
    calibrationError: calibrationError(Float64Array.from(probs), labels, k),
    against,
  };
}

/** What the counts of labels and predictions say. @param confusion [label][predicted], with one row at least */
export function evaluateCounts(
  confusion: readonly (readonly number[])[],
  classes: readonly string[],
): Omit<ModelEvaluation, 'logLoss' | 'calibrationError' | 'against'> {
  const perClass = classes.map((name, i) => classEvaluation(name, confusion, i));
  const recalls = perClass.flatMap(({ recall }) => recall ?? []);
  const right = confusion.reduce((total, counts, i) => total + (counts[i] as number), 0);
  const n = sum(perClass.map(({ rows }) => rows));
  return {
    n,
    accuracy: right / n,
    balancedAccuracy: sum(recalls) / recalls.length,
    perClass,
    confusion,
    majorityShare: Math.max(...perClass.map(({ rows }) => rows)) / n,
  };
}

function classEvaluation(
  name: string,
  confusion: readonly (readonly number[])[],
  i: number,
): ClassEvaluation {
  const rows = sum(confusion[i] as readonly number[]);
  const predicted = sum(confusion.map((counts) => counts[i] as number));
  const right = confusion[i]?.[i] as number;
  return {
    class: name,
    rows,
    predicted,
    ...(rows > 0 && { recall: right / rows }),
    ...(predicted > 0 && { precision: right / predicted }),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
