import { checkInteger, checkLabels, checkProbabilities } from '../core/index.ts';
import { noisyProbabilities } from '../noise/index.ts';
import { checkAnyRow } from './checks.ts';

/**
 * Expected calibration error of the top class (Guo et al. 2017, eq. 3), in [0, 1]:
 * Σ_b (n_b/n)·|accuracy_b − mean confidence_b| over equal-width bins ((b − 1)/B, b/B] of the
 * largest probability. Ties for the largest go to the lower class. On few rows it is biased
 * upwards, by about √(bins/n).
 * @param probs [n*k], n ≥ 1
 * @param labels true labels [n], 0 to k − 1
 * @param bins B ≥ 1
 * @throws SymlossError for wrong sizes, probabilities or labels
 */
export function calibrationError(
  probs: Float64Array,
  labels: Int32Array,
  k: number,
  bins = 15,
): number {
  checkInteger('calibrationError bins', bins, { min: 1 });
  checkLabels('calibrationError labels', labels, k);
  checkProbabilities('calibrationError probs', probs, k, labels.length);
  checkAnyRow('calibrationError labels', labels);
  const surplus = new Float64Array(bins); // Σ over the bin's rows of (right? 1 : 0) − confidence
  for (let row = 0; row < labels.length; row++) {
    let top = 0;
    for (let i = 1; i < k; i++) {
      if ((probs[row * k + i] as number) > (probs[row * k + top] as number)) top = i;
    }
    const confidence = Math.min(1, probs[row * k + top] as number);
    const bin = Math.max(0, Math.ceil(confidence * bins) - 1);
    const right = labels[row] === top ? 1 : 0;
    surplus[bin] = (surplus[bin] as number) + right - confidence;
  }
  return surplus.reduce((sum, value) => sum + Math.abs(value), 0) / labels.length;
}

/**
 * The expected calibration error of the **noisy** prediction Tᵀp against the noisy labels, for when
 * no clean labels exist. Small when p and T are right. It is a weaker test than `calibrationError`
 * on clean labels: noise pulls all confidences together, so an error in p shows about 1 − ηk/(k − 1)
 * times as large.
 * @param probs p(true class | x) [n*k], n ≥ 1
 * @param noisyLabels [n], 0 to k − 1
 * @param transition `transition[true*k + noisy]`
 * @throws SymlossError for wrong sizes, probabilities, labels or transition
 */
export function noisyCalibrationError(
  probs: Float64Array,
  noisyLabels: Int32Array,
  k: number,
  transition: Float64Array,
  bins = 15,
): number {
  return calibrationError(noisyProbabilities(probs, k, transition), noisyLabels, k, bins);
}
