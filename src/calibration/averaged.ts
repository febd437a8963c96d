import type { Pieces } from '../core/index.ts';
import { normaliseRows } from '../core/index.ts';
import { identityTransition } from '../noise/index.ts';
import type { RateInterval, RateShare, TemperaturePrior } from './explanations.ts';
import { explanationsInPieces, rateInterval } from './explanations.ts';
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
  /** The share of wrong labels, over what is probable. */
  readonly rates: RateInterval;
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
    // shares sum to 1 up to rounding: an entry may be 1 + 2⁻⁵²
    meanTransition: normaliseRows(meanTransition, k),
    rates: rateInterval(rates),
    ...transitionOf(best),
  };
}

/** Σ_i π_i·(1 − T_ii), with the mean probabilities π: the share of labels that are wrong. */
function wrongShare(probs: Float64Array, transition: Float64Array, k: number): number {
  let share = 0;
  for (let at = 0; at < probs.length; at++) {
    const i = at % k;
    share += (probs[at] as number) * (1 - (transition[i * k + i] as number));
  }
  return (share * k) / probs.length;
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

function add(to: Float64Array, values: Float64Array, factor: number): void {
  for (let i = 0; i < to.length; i++) to[i] = (to[i] as number) + factor * (values[i] as number);
}
