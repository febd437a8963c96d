import {
  applyTemperature,
  calibrationError,
  fitTemperature,
  fitTemperatureAndTransition,
  noisyCalibrationError,
} from '../model/index.ts';
import type { LabelNoise } from '../noise/index.ts';
import type { JobResult, Parts } from './job.ts';

/** How the scores were turned into probabilities, and how good these are. */
export interface Calibration {
  /** τ of softmax(z/τ); 1 when there is no validation part to fit it on. */
  readonly temperature: number;
  /**
   * Where the transition matrix came from: the noise that was added, or the validation labels, as
   * for noise that no one matrix describes.
   */
  readonly transition: 'known' | 'estimated' | 'none';
  /** transition[true][noisy], k rows. */
  readonly matrix?: readonly (readonly number[])[];
  /** Expected calibration error of the predicted noisy labels on the validation part. */
  readonly validationError?: number;
  /** Expected calibration error on the test part, against its labels. */
  readonly testError?: number;
}

/**
 * Fits the temperature on the validation part's noisy labels, by the likelihood of
 * Tᵀ·softmax(z/τ): plain likelihood would calibrate to the noise.
 */
export function calibrate(
  scores: JobResult['scores'],
  { validation, test }: Parts,
  classes: readonly string[],
  noise: LabelNoise | undefined,
): Calibration {
  const k = classes.length;
  const tested =
    test === undefined || scores.test === undefined ? undefined : { ...test, scores: scores.test };
  if (validation === undefined || scores.validation === undefined) {
    return { temperature: 1, transition: 'none' };
  }
  const z = Float64Array.from(scores.validation);
  const known = noise?.transition(k, { classes });
  const fit =
    known === undefined
      ? fitTemperatureAndTransition(z, validation.labels, k)
      : { ...fitTemperature(z, validation.labels, k, { transition: known }), transition: known };
  const { temperature, transition } = fit;
  const probs = applyTemperature(z, k, temperature);
  return {
    temperature,
    transition: known === undefined ? 'estimated' : 'known',
    matrix: Array.from({ length: k }, (_, i) =>
      Array.from(transition.subarray(i * k, (i + 1) * k)),
    ),
    validationError: noisyCalibrationError(probs, validation.labels, k, transition),
    ...(tested && {
      testError: calibrationError(
        applyTemperature(Float64Array.from(tested.scores), k, temperature),
        tested.trueLabels ?? tested.labels,
        k,
      ),
    }),
  };
}
