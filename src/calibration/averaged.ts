import type { Pieces } from '../core/index.ts';
import { identityTransition } from '../noise/index.ts';
import type { NoiseAt, NoiseModel, TemperatureAndTransitionFit } from './joint.ts';
import {
  gridSteps,
  jointFitInPieces,
  labelProbabilities,
  noiseModel,
  oneRateModel,
  profile,
  transitionOf,
} from './joint.ts';
import { spreadRow } from './prior.ts';
import { minimiseOverTemperature, TEMPERATURE_RANGE } from './search.ts';
import { crossEntropy, softmaxRows } from './softmax.ts';

/** Rows of the prior by which temperatures weigh: none leaves those near 0 as probable as others, a whole one makes noise look like doubt. */
const priorRows = 0.5;

/** Grid of temperatures, in log τ: 12 for each decade. */
const step = Math.LN10 / 12;

/** What is so much less probable than the best, in nats, is left out. */
const negligible = 12;

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
 * `fitTemperatureAndTransition`) and over τ, by how probable they are: a model by exp(ℓ − p), with its highest log likelihood ℓ
 * and the p numbers that it fits (Akaike weights: Burnham and Anderson, *Model selection and multimodel inference*, 2002), and a
 * τ under it by exp(ℓ(τ) − R(τ)/2), with the prior R of `prior.ts`. The result is the τ whose probabilities are nearest to the
 * averages (in cross-entropy, with the prior). Where rows decide, that is the τ of `fitTemperatureAndTransition`.
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
  const points: Point[] = [];
  let noise: NoiseAt | undefined;
  const even = oneRateModel(scores, labels, k, true);
  for (const model of [own, noNoise(scores, labels, k), even]) {
    const best = yield* profile(n, model);
    noise ??= best.noise;
    points.push(...(yield* posterior(scores, k, model, best)));
  }
  const highest = Math.max(...points.map(({ value }) => value));
  const probable = points.filter(({ value }) => value > highest - negligible);
  const total = probable.reduce((sum, { value }) => sum + Math.exp(value - highest), 0);
  const mean = new Float64Array(scores.length);
  const meanTransition = new Float64Array(k * k);
  const rates: { rate: number; share: number }[] = [];
  for (const point of probable) {
    yield;
    const share = Math.exp(point.value - highest) / total;
    const probs = softmaxRows(scores, k, point.temperature);
    const transition = point.noise.transition();
    add(mean, probs, share);
    add(meanTransition, transition, share);
    rates.push({ rate: wrongShare(probs, transition, k), share });
  }
  const [temperature] = yield* minimiseOverTemperature(4, 1e-3, function* (t) {
    return (yield* crossEntropy(scores, k, t, mean)) + (yield* spreadRow(scores, k, t)) / n;
  });
  return {
    temperature,
    meanTransition,
    rates: [quantile(rates, 0.025), quantile(rates, 0.975)],
    ...transitionOf(noise as NoiseAt),
  };
}

/** Σ_i π_i·(1 − T_ii), with the mean probabilities π. */
function wrongShare(probs: Float64Array, transition: Float64Array, k: number): number {
  let share = 0;
  for (let at = 0; at < probs.length; at++) {
    const i = at % k;
    share += (probs[at] as number) * (1 - (transition[i * k + i] as number));
  }
  return (share * k) / probs.length;
}

/** @param rates with shares that sum to 1 */
function quantile(rates: readonly { rate: number; share: number }[], level: number): number {
  const sorted = [...rates].sort((a, b) => a.rate - b.rate);
  let below = 0;
  for (const { rate, share } of sorted) {
    below += share;
    if (below >= level) return rate;
  }
  return (sorted.at(-1) as { rate: number }).rate;
}

/** A temperature under one model of the noise. */
interface Point {
  readonly temperature: number;
  readonly noise: NoiseAt;
  /** Logarithm of how probable both are, up to a constant. */
  readonly value: number;
}

/** The temperatures around the best one of a model that are not negligible under it. */
function* posterior(
  scores: Float64Array,
  k: number,
  { estimate, parameters }: NoiseModel,
  best: { readonly temperature: number; readonly noise: NoiseAt },
): Pieces<Point[]> {
  const points: Point[] = [];
  let highest = Number.NEGATIVE_INFINITY;
  const put = function* (temperature: number, noise: NoiseAt): Pieces<boolean> {
    const prior = priorRows * (yield* spreadRow(scores, k, temperature));
    const value = noise.logPosterior - prior;
    points.push({ temperature, noise, value });
    highest = Math.max(highest, value);
    return value > highest - negligible;
  };
  yield* put(best.temperature, best.noise);
  const [low, high] = TEMPERATURE_RANGE;
  for (const factor of [Math.exp(-step), Math.exp(step)]) {
    let { temperature: t, noise } = best;
    for (t *= factor; t >= low && t <= high; t *= factor) {
      noise = yield* estimate(t, gridSteps, noise);
      if (!(yield* put(t, noise))) break;
    }
  }
  const total = points.reduce((sum, { value }) => sum + Math.exp(value - highest), 0);
  const ofModel = best.noise.logLikelihood - parameters;
  return points.map((point) => ({
    ...point,
    value: ofModel + point.value - highest - Math.log(total),
  }));
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
