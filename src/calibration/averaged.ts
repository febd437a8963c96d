import type { Pieces } from '../core/index.ts';
import { identityTransition } from '../noise/index.ts';
import type { RateShare, TemperaturePrior } from './explanations.ts';
import { explanationsInPieces, rateInterval, wrongShare } from './explanations.ts';
import type { NoiseModel, TemperatureAndTransitionFit } from './joint.ts';
import {
  jointFitInPieces,
  labelProbabilities,
  noiseModel,
  oneRateModel,
  transitionOf,
} from './joint.ts';
import { spreadRow } from './prior.ts';
import { minimiseOverTemperature } from './search.ts';
import { crossEntropy, softmaxRows } from './softmax.ts';

/** Half a row: none leaves temperatures near 0 as probable as others, a whole one makes noise look like doubt. */
const prior: TemperaturePrior = (_, row) => -row / 2;

/** Of more scores than this, one temperature and one noise are all that is probable. */
const mostScores = 1e6;

/** The least probability of a label, so that one label alone does not rule out a temperature. */
const least = 1e-300;

export interface AveragedFit extends Pick<TemperatureAndTransitionFit, 'transition' | 'noiseRate'> {
  /** τ, within `TEMPERATURE_RANGE`. */
  readonly temperature: number;
  /** The mean of the transition matrices that are probable [k*k]; `transition` is the most probable one. */
  readonly meanTransition: Float64Array;
  /** The share of wrong labels, from and to: the 2.5 and the 97.5 % quantile over what is probable. */
  readonly rates: readonly [low: number, high: number];
}

/**
 * The τ of softmax(z/τ) where neither τ nor the noise of the labels is known, and rows may be too few to tell doubt from noise.
 * There the best pair of τ and T often takes one for the other: on a few hundred rows of two classes that are hard to tell
 * apart it finds noise, and probabilities near 0 and 1, where there are none.
 *
 * So probabilities are averaged over three models of the noise (none; one rate, evenly over the other classes; that of
 * `fitTemperatureAndTransition`) and over τ, by how probable they are (`explanationsInPieces`). The result is the τ whose
 * probabilities are nearest to the averages (in cross-entropy, with the prior of `prior.ts`). Where rows decide, that is the τ of
 * `fitTemperatureAndTransition`.
 * @param scores out-of-sample scores [n*k], n ≥ 1, finite
 * @param labels as given [n], 0 to k − 1
 * @throws SymlossError for wrong sizes
 */
export function* averagedFitInPieces(
  scores: Float64Array,
  labels: Int32Array,
  k: number,
): Pieces<AveragedFit> {
  const own = noiseModel(scores, labels, k);
  if (k < 2 || scores.length > mostScores) {
    const fit = yield* jointFitInPieces(scores, labels, k);
    const rate = wrongShare(softmaxRows(scores, k, fit.temperature), fit.transition, k);
    return { ...fit, meanTransition: fit.transition, rates: [rate, rate] };
  }
  const n = labels.length;
  const even = oneRateModel(scores, labels, k, true);
  const models = [own, noNoise(scores, labels, k), even] as const;
  const { best, explanations } = yield* explanationsInPieces(scores, n, models, prior);
  const mean = new Float64Array(scores.length);
  const meanTransition = new Float64Array(k * k);
  const rates: RateShare[] = [];
  for (const { temperature, transition, share } of explanations) {
    yield;
    const probs = softmaxRows(scores, k, temperature);
    add(mean, probs, share);
    add(meanTransition, transition, share);
    rates.push({ rate: wrongShare(probs, transition, k), share });
  }
  const [temperature] = yield* minimiseOverTemperature(4, 1e-3, function* (t) {
    return (yield* crossEntropy(scores, k, t, mean)) + (yield* spreadRow(scores, k, t)) / n;
  });
  return {
    temperature,
    meanTransition: withRowsOfOne(meanTransition, k),
    rates: rateInterval(rates),
    ...transitionOf(best),
  };
}

/** Labels as they should be: nothing to fit. */
function noNoise(scores: Float64Array, labels: Int32Array, k: number): NoiseModel {
  return {
    parameters: 0,
    *estimate(t) {
      const probs = yield* labelProbabilities(scores, labels, k, t);
      const logLikelihood = probs.reduce((sum, p) => sum + Math.log(Math.max(p, least)), 0);
      return {
        logLikelihood,
        logPosterior: logLikelihood,
        transition: () => identityTransition(k),
      };
    },
  };
}

/** Shares sum to 1 up to rounding, and so do the rows of a mean by them: an entry may be 1 + 2⁻⁵². */
function withRowsOfOne(matrix: Float64Array, k: number): Float64Array {
  for (let start = 0; start < matrix.length; start += k) {
    const row = matrix.subarray(start, start + k);
    const sum = row.reduce((total, entry) => total + entry, 0);
    for (let j = 0; j < k; j++) row[j] = (row[j] as number) / sum;
  }
  return matrix;
}

function add(to: Float64Array, values: Float64Array, factor: number): void {
  for (let i = 0; i < to.length; i++) to[i] = (to[i] as number) + factor * (values[i] as number);
}
