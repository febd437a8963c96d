import type { AveragedFit } from '../../calibration/averaged.ts';
import { averagedFitInPieces } from '../../calibration/averaged.ts';
import { applyTemperature, type TemperatureAndTransitionFit } from '../../calibration/index.ts';
import { jointFitInPieces } from '../../calibration/joint.ts';
import { rowsToFit } from '../../calibration/rows-to-fit.ts';
import { finishWithBreaks } from '../../core/index.ts';
import { noiseRate, noisyProbabilities, symmetricTransition } from '../../noise/index.ts';
import type { NoiseFound } from './decision.ts';

/** The least probability of a label, so that one label alone does not rule out a loss. */
const least = 1e-9;

/** Shares that are listed, at most, and from which on. */
const listed = { most: 3, share: 0.02 };

/**
 * Estimates the noise of labels from scores of models that were not trained on these rows.
 * @param scores [n*k]
 * @param labels as given [n]
 * @param classes names of the k classes
 */
export async function findNoise(
  scores: Float32Array,
  labels: Int32Array,
  classes: readonly string[],
  signal: AbortSignal | undefined,
): Promise<NoiseFound> {
  const k = classes.length;
  const z = Float64Array.from(scores);
  const some = rowsToFit({ scores: [z], labels }, k);
  const pieces = jointFitInPieces(some.scores[0] as Float64Array, some.labels, k);
  const fit = await finishWithBreaks(pieces, signal);
  const probs = applyTemperature(z, k, fit.temperature);
  const found = noiseRate(probs, labels, k, fit.transition);
  const isUniform = uniform(probs, labels, k, fit, found.rate);
  return {
    ...found,
    ...(isUniform !== undefined && { isUniform }),
    confusions: fit.noiseRate === undefined ? confusions(fit.transition, classes) : [],
  };
}

/** What explains labels as given, by scores of models that were not trained on these rows [n*k]. */
export function explain(
  scores: Float32Array,
  labels: Int32Array,
  k: number,
  signal: AbortSignal | undefined,
): Promise<AveragedFit> {
  const some = rowsToFit({ scores: [Float64Array.from(scores)], labels }, k);
  const pieces = averagedFitInPieces(some.scores[0] as Float64Array, some.labels, k);
  return finishWithBreaks(pieces, signal);
}

/**
 * The log probability of each label as given, in nats, by scores of models that were not trained on these rows [n*k]: of
 * Tᵀ·softmax(z/τ), with what explains them.
 */
export async function logProbs(
  scores: Float32Array,
  labels: Int32Array,
  k: number,
  signal: AbortSignal | undefined,
): Promise<Float64Array> {
  const { temperature, meanTransition } = await explain(scores, labels, k, signal);
  const probs = applyTemperature(Float64Array.from(scores), k, temperature);
  const noisy = noisyProbabilities(probs, k, meanTransition);
  return Float64Array.from(labels, (label, row) =>
    Math.log(Math.max(noisy[row * k + label] as number, least)),
  );
}

/**
 * Noise with an interval that also holds other explanations of the labels, where rows are too few to tell noise from doubt: without
 * them it is that of chance in the labels alone.
 */
export function withOtherExplanations(
  noise: NoiseFound,
  { rates: [low, high] }: Pick<AveragedFit, 'rates'>,
): NoiseFound {
  return { ...noise, low: Math.min(noise.low, low), high: Math.max(noise.high, high) };
}

/** By Schwarz's criterion: whether a matrix explains the labels so much better than one rate that its numbers are worth it. */
function uniform(
  probs: Float64Array,
  labels: Int32Array,
  k: number,
  { transition, noiseRate: oneRate }: TemperatureAndTransitionFit,
  rate: number,
): boolean | undefined {
  if (oneRate !== undefined) return undefined;
  const n = labels.length;
  const even = symmetricTransition(k, Math.min(rate, 1 - 1 / k));
  let gain = 0;
  for (let row = 0; row < n; row++) {
    const label = labels[row] as number;
    let [free, one] = [0, 0];
    for (let i = 0; i < k; i++) {
      const p = probs[row * k + i] as number;
      free += p * (transition[i * k + label] as number);
      one += p * (even[i * k + label] as number);
    }
    gain += Math.log(Math.max(free, 1e-300)) - Math.log(Math.max(one, 1e-300));
  }
  return 2 * gain <= (k * (k - 1) - 1) * Math.log(n);
}

function confusions(
  transition: Float64Array,
  classes: readonly string[],
): NoiseFound['confusions'] {
  const k = classes.length;
  return Array.from(transition, (share, at) => ({ from: Math.floor(at / k), to: at % k, share }))
    .filter(({ from, to, share }) => from !== to && share >= listed.share)
    .sort((a, b) => b.share - a.share)
    .slice(0, listed.most)
    .map(({ from, to, share }) => ({
      from: classes[from] as string,
      to: classes[to] as string,
      share,
    }));
}
