import type { Pieces } from '../core/index.ts';
import type { NoiseAt, NoiseModel } from './joint.ts';
import { gridSteps, profile } from './joint.ts';
import { spreadRow } from './prior.ts';
import { TEMPERATURE_RANGE } from './search.ts';

/** Grid of temperatures, in log τ: 12 for each decade. */
const step = Math.LN10 / 12;

/** What is so much less probable than the best, in nats, is left out. */
const negligible = 12;

/** @param row R of `prior.ts` at that temperature */
export type TemperaturePrior = (temperature: number, row: number) => number;

/** One way in which scores and labels go together: a temperature, and how labels go wrong. */
export interface Explanation {
  /** τ of softmax(z/τ), within `TEMPERATURE_RANGE`. */
  readonly temperature: number;
  /** transition[true·k + given] [k·k], rows sum to 1. */
  readonly transition: Float64Array;
  /** How probable it is; the shares of all sum to 1. */
  readonly share: number;
}

/**
 * The temperatures and noises that are probable for labels as given: for each model of the noise those around its best temperature.
 * A model weighs exp(ℓ − p), with its highest log likelihood ℓ and the p numbers that it fits (Akaike weights: Burnham and
 * Anderson, *Model selection and multimodel inference*, 2002), and a τ under it exp(ℓ(τ)) times its prior.
 * @param scores out of sample [n·k], n ≥ 1, finite
 * @param models the first one is that of the estimate
 * @param prior the logarithm of the density of log τ before any label is looked at, up to a constant
 * @returns `best`, the most probable noise of the first model, and the explanations
 */
export function* explanationsInPieces(
  scores: Float64Array,
  n: number,
  models: readonly [NoiseModel, ...NoiseModel[]],
  prior: TemperaturePrior,
): Pieces<{ readonly best: NoiseAt; readonly explanations: readonly Explanation[] }> {
  const k = scores.length / n;
  const points: Point[] = [];
  let first: NoiseAt | undefined;
  for (const model of models) {
    const best = yield* profile(n, model);
    first ??= best.noise;
    points.push(...(yield* around(scores, k, model, best, prior)));
  }
  const highest = Math.max(...points.map(({ value }) => value));
  const probable = points.filter(({ value }) => value > highest - negligible);
  const total = probable.reduce((sum, { value }) => sum + Math.exp(value - highest), 0);
  return {
    best: first as NoiseAt,
    explanations: probable.map(({ temperature, noise, value }) => ({
      ...{ temperature, transition: noise.transition() },
      share: Math.exp(value - highest) / total,
    })),
  };
}

/** A temperature under one model of the noise. */
interface Point {
  readonly temperature: number;
  readonly noise: NoiseAt;
  /** Logarithm of how probable both are, up to a constant. */
  readonly value: number;
}

/** The temperatures around the best one of a model that are not negligible under it. */
function* around(
  scores: Float64Array,
  k: number,
  { estimate, parameters }: NoiseModel,
  best: { readonly temperature: number; readonly noise: NoiseAt },
  prior: TemperaturePrior,
): Pieces<Point[]> {
  const points: Point[] = [];
  let highest = Number.NEGATIVE_INFINITY;
  const put = function* (temperature: number, noise: NoiseAt): Pieces<boolean> {
    const row = yield* spreadRow(scores, k, temperature);
    const value = noise.logPosterior + prior(temperature, row);
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

/** A share of wrong labels, and how probable it is. */
export interface RateShare {
  readonly rate: number;
  readonly share: number;
}

/** The 2.5 and the 97.5 % quantile of a share of wrong labels. */
export type RateInterval = readonly [low: number, high: number];

/** @param rates at least one; their shares sum to 1 */
export function rateInterval(rates: readonly RateShare[]): RateInterval {
  const sorted = [...rates].sort((a, b) => a.rate - b.rate);
  const quantile = (level: number) => {
    let below = 0;
    for (const { rate, share } of sorted) {
      below += share;
      if (below >= level) return rate;
    }
    return (sorted.at(-1) as RateShare).rate;
  };
  return [quantile(0.025), quantile(0.975)];
}
