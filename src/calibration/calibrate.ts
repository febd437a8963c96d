import type { Pieces } from '../core/index.ts';
import { finish, matrixRows } from '../core/index.ts';
import type { AveragedFit } from './averaged.ts';
import { averagedFitInPieces } from './averaged.ts';
import { classShares } from './class-shares.ts';
import { calibrationError, noisyCalibrationError } from './error.ts';
import { rowsToFit } from './rows-to-fit.ts';
import { applyTemperature } from './softmax.ts';
import { temperatureInPieces } from './temperature.ts';

/** How the scores were turned into probabilities, and how good these are. */
export interface Calibration {
  /** τ of softmax(z/τ); 1 when there is no validation part to fit it on. */
  readonly temperature: number;
  /**
   * Where the transition matrix came from: the noise that was added, or the validation labels, as
   * for noise that no one matrix describes.
   */
  readonly transition: 'known' | 'estimated' | 'none';
  /**
   * Present where the matrix was estimated as that of one rate for all classes, which many classes or
   * few rows allow no more than: the mean share of labels that are wrong.
   */
  readonly noiseRate?: number;
  /** transition[true][noisy], k rows; estimated, the most probable one. */
  readonly matrix?: readonly (readonly number[])[];
  /** [k], the estimated share of each class among the true labels of the validation part. */
  readonly classShares?: readonly number[];
  /** Expected calibration error of the predicted noisy labels on the validation part. */
  readonly validationError?: number;
  /** Expected calibration error on the test part, against its labels. */
  readonly testError?: number;
}

/** Out-of-sample scores of rows with their labels. */
export interface ScoredRows {
  /** [n*k], finite. */
  readonly scores: ArrayLike<number>;
  /** [n], from 0 to k − 1. */
  readonly labels: Int32Array;
}

export interface CalibrateOptions {
  /** k */
  readonly classCount: number;
  /** Rows to fit on, with labels as given, maybe wrong. Without them the temperature is 1. */
  readonly validation?: ScoredRows | undefined;
  /** Rows to measure the calibration on, with the labels that they should have. */
  readonly test?: ScoredRows | undefined;
  /** `transition[true*k + noisy]` of the validation labels. Default: estimated with the temperature. */
  readonly transition?: Float64Array | undefined;
  /** What was estimated of the rows to fit on by `averagedFitInPieces`. Default: it is estimated, unless `transition` is given. */
  readonly estimated?: AveragedFit | undefined;
}

/**
 * Calibrates scores on rows with noisy labels, and measures the result.
 *
 * Scores trained with a robust loss are not log-odds: such a loss has another minimiser than the
 * class probabilities, and normalised scores have a fixed scale. One temperature τ, fitted by the
 * likelihood of Tᵀ·softmax(z/τ), turns them into probabilities of the true labels; plain likelihood
 * would calibrate to the noise. Where T is not known either, τ is that of an average over what is probable (`averaged.ts`). Of more than 50,000 validation rows, so many are fitted on, evenly spaced; all are measured.
 * @throws SymlossError for wrong sizes, or a label that the transition makes impossible
 */
export function calibrate(options: CalibrateOptions): Calibration {
  return finish(calibrationInPieces(options));
}

/** `calibrate`, in pieces. */
export function* calibrationInPieces({
  classCount: k,
  validation,
  test,
  transition: known,
  estimated,
}: CalibrateOptions): Pieces<Calibration> {
  if (validation === undefined) return { temperature: 1, transition: 'none' };
  const { labels } = validation;
  const scores = Float64Array.from(validation.scores);
  const fitted = rowsToFit({ scores: [scores], labels }, k);
  const some = [fitted.scores[0] as Float64Array, fitted.labels, k] as const;
  const { temperature, transition, noiseRate, meanTransition } =
    known === undefined
      ? (estimated ?? (yield* averagedFitInPieces(...some)))
      : {
          ...(yield* temperatureInPieces(...some, known)),
          ...{ transition: known, meanTransition: known, noiseRate: undefined },
        };
  yield;
  const probsOf = (z: Float64Array) => applyTemperature(z, k, temperature);
  const probs = probsOf(scores);
  const validationError = noisyCalibrationError(probs, labels, k, meanTransition);
  const shares = classShares(probs, k);
  yield;
  return {
    temperature,
    transition: known === undefined ? 'estimated' : 'known',
    ...(noiseRate !== undefined && { noiseRate }),
    matrix: matrixRows(transition, k),
    classShares: shares,
    validationError,
    ...(test && {
      testError: calibrationError(probsOf(Float64Array.from(test.scores)), test.labels, k),
    }),
  };
}
