import { checkFields, checkList, matrixRows, SymlossError } from '../../core/index.ts';
import { calibratedJoint } from './calibrated-joint.ts';
import type { IssueFilter } from './filters.ts';
import { errorCount, issuesOf } from './filters.ts';
import { confidentJoint } from './joint.ts';
import { latentEstimates } from './latent.ts';
import { auditNotices } from './notices.ts';
import type { ClassOverlap, ClassQuality } from './quality.ts';
import { classOverlaps, classQuality } from './quality.ts';
import type { ProbRows } from './rows.ts';
import { rowsOf } from './rows.ts';
import type { LabelScores } from './scores.ts';
import { labelScores } from './scores.ts';
import { classThresholds } from './thresholds.ts';

export interface AuditInput {
  /** [n], 0 to k − 1, as given, maybe wrong. Every class occurs. */
  readonly labels: ArrayLike<number>;
  /**
   * p(class | row) by a model that did not learn from the row, [n, k]: lists, or one row-major typed array. Rows sum to 1
   * within 1e-4.
   */
  readonly probs: ProbRows;
  /** k, at least 2. Default: as many as there are probabilities of a row. */
  readonly classCount?: number | undefined;
  /** Make the noise matrices and `py` agree with the shares of the labels exactly. Default: false. */
  readonly converge?: boolean | undefined;
  /** Whether it is known that the probabilities are out of sample, so that no notice doubts it. Default: false. */
  readonly areOutOfSample?: boolean | undefined;
  /** [k], what notices call the classes. Default: their numbers. */
  readonly classNames?: readonly string[] | undefined;
  /** The loss of the models, where it is known, so that no notice advises the same. */
  readonly loss?: string | undefined;
}

const fields = [
  ...(['labels', 'probs', 'classCount', 'converge', 'areOutOfSample', 'classNames'] as const),
  'loss',
] as const satisfies readonly (keyof AuditInput)[];

type Matrix = readonly (readonly number[])[];

/** What labels and out-of-sample probabilities say about wrong labels. All of it is estimated. */
export interface Audit {
  /** [k], the mean probability of a class over the rows labelled so. */
  readonly thresholds: Float64Array;
  /** [given][true]: rows by label and the class that they are confidently in. */
  readonly confidentJoint: Matrix;
  /** [given][true]: the same scaled to all n rows; whole numbers. */
  readonly calibratedJoint: Matrix;
  /** [given][true]: estimated p(given, true), `calibratedJoint`/n. */
  readonly joint: Matrix;
  /** [given][true]: estimated p(given | true); columns sum to 1. It is the transposed of a `transition`. */
  readonly noiseMatrix: Matrix;
  /** [true][given]: estimated p(true | given); columns sum to 1. */
  readonly inverseNoiseMatrix: Matrix;
  /** [k], estimated p(true class). */
  readonly py: Float64Array;
  readonly scores: LabelScores;
  /** Estimated share of labels that are right: 1 − (rows that `confidentLearning` names)/n. */
  readonly health: number;
  /** How good the labels of each class are. */
  readonly classes: readonly ClassQuality[];
  /** Pairs of classes that are taken for each other, the most frequent first. */
  readonly overlaps: readonly ClassOverlap[];
  /** What a reader should know: probabilities that look like a training fit, classes of few rows. */
  readonly notices: readonly string[];
  /** Rows that a filter names as label errors, by ascending self-confidence. @throws SymlossError for an unknown filter */
  readonly issues: (filter: IssueFilter) => Uint32Array;
}

/**
 * Finds wrong labels by confident learning (Northcutt, Jiang, Chuang, *Confident learning: Estimating uncertainty in dataset
 * labels*, Journal of Artificial Intelligence Research 70, 2021): a row is confidently in a class if its probability reaches
 * the mean probability of that class over the rows labelled so, and counts of rows by label and such class estimate
 * how labels go wrong.
 *
 * Limits: the probabilities must be **out of sample**. A model gives the labels that it was trained on back, wrong ones
 * too; see `notices`. Rows that are hard are named beside rows whose label is wrong, and noise is taken to
 * depend on the class only.
 *
 * Takes about 100 bytes a row beside its input for ten classes, and time linear in n·k.
 * @throws SymlossError for fields that it does not know, other numbers of rows, labels out of range, probabilities that are NaN, negative or do not
 * sum to 1, fewer than two classes, a class without a row, or another number of
 * names than of classes
 * @example
 * const { health, issues } = audit({ labels: [0, 0, 1, 1], probs: [[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.9, 0.1]] });
 * issues('confidentLearning'); // [3]
 */
export function audit(input: AuditInput): Audit {
  checkFields('audit', input, fields);
  const { labels, probs, classCount, converge = false, areOutOfSample = false } = input;
  const { classNames, loss } = input;
  const rows = rowsOf('audit', labels, probs, classCount);
  const { n, k, counts } = rows;
  if (classNames !== undefined) {
    checkList('audit classNames', classNames);
    if (classNames.length !== k) {
      const expected = `${k} names, one per class`;
      throw new SymlossError('audit classNames', expected, `${classNames.length}`);
    }
  }
  const thresholds = classThresholds(rows);
  const confident = confidentJoint(rows, thresholds);
  const calibrated = calibratedJoint(confident.counts, counts);
  const latent = latentEstimates(calibrated, counts, converge);
  const scores = labelScores(rows, thresholds);
  const counted = { rows, joint: calibrated, offDiagonal: confident.offDiagonal, scores };
  return {
    thresholds,
    confidentJoint: matrixRows(confident.counts, k),
    calibratedJoint: matrixRows(calibrated, k),
    joint: matrixRows(
      calibrated.map((count) => count / n),
      k,
    ),
    noiseMatrix: matrixRows(latent.noiseMatrix, k),
    inverseNoiseMatrix: matrixRows(latent.inverseNoiseMatrix, k),
    py: latent.py,
    scores,
    health: 1 - errorCount(counted) / n,
    classes: classQuality(calibrated, k),
    overlaps: classOverlaps(calibrated, k),
    notices: auditNotices(rows, { areOutOfSample, classNames, loss }),
    issues: (filter) => issuesOf(counted, filter),
  };
}
