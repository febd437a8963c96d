import type { Pieces } from '../core/index.ts';
import { finish } from '../core/index.ts';
import { transitionInPieces } from '../noise/estimate.ts';
import type { OneRate } from '../noise/one-rate.ts';
import {
  estimateOneRate,
  firstOneRate,
  mostMatrixClasses,
  oneRateTransition,
} from '../noise/one-rate.ts';
import { checkRows } from './checks.ts';
import { minimiseOverTemperature } from './search.ts';
import { rowMax, softmaxRows } from './softmax.ts';
import type { TemperatureFit } from './temperature.ts';
import { temperatureInPieces } from './temperature.ts';

/** EM steps per grid point of the joint fit; each starts from its neighbour's estimate. */
const GRID_ITERATIONS = 50;

/** How exactly τ is searched: steps of a grid per decade, then to this width in log τ. */
const SEARCH = { perDecade: 4, width: 1e-3 };

/** A matrix has k·k entries: an estimate by fewer rows for each is worse than that of one rate. */
const ROWS_PER_ENTRY = 10;

/** Fewer classes may differ too much in their noise to have one rate. */
const FEWEST_CLASSES = 5;

export interface TemperatureAndTransitionFit extends TemperatureFit {
  /** Estimated [k*k], rows sum to 1. */
  readonly transition: Float64Array;
  /** Present where one rate was fitted for all classes: the mean share of labels that are wrong. */
  readonly noiseRate?: number;
}

/**
 * Fits τ and the transition matrix T together, for when T is not known, by profile likelihood: for
 * every τ the best T comes from `estimateTransition` on softmax(z/τ), and the τ whose best log
 * posterior is highest wins (grid of 4 per decade, then golden section). With that T, τ is then fitted as `fitTemperature` does, with
 * its prior: T explains all mistakes where τ is near 0, so that rows that are all right by it would make probabilities of 1. While T is
 * searched there is no such prior, since it makes noise look like doubt (on nine tables 40 % was estimated as 27).
 *
 * The trap this avoids: estimating T first, from hard predictions against labels, counts the
 * model's own errors as label noise. Given that T, confident predictions explain the rows, so the τ
 * fitted after it is too small (a quarter of the truth to three quarters on synthetic scores), and
 * where all rows have the same margin it runs to 0. Here a τ that is too small must pay for its
 * confident errors, since T, the same for every row, cannot tell doubtful rows from clear ones.
 *
 * Of more than 32 classes, and of 5 or more with fewer than 10 rows for each of the k·k entries, no
 * matrix is estimated: noise of one rate η and one distribution q of wrong labels is, with
 * T[i][j] = (1 − ρ)·[i = j] + ρ·q_j. On synthetic scores τ comes out nearer the truth so, under pair
 * noise and rates that differ by class too, at a thousandth of the time for 1,000 classes.
 *
 * Limits: those of `estimateTransition` (noise depends on the class only); and telling noise from doubt needs both clear and doubtful rows among the scores. The less the
 * margins vary, the more freely τ and T trade off: with equal margins in every row only the prior
 * decides. Prefer `fitTemperature` when T is known.
 *
 * @param scores out-of-sample scores [n*k], n ≥ 1, finite
 * @param noisyLabels [n], 0 to k − 1
 * @throws SymlossError for wrong sizes
 */
export function fitTemperatureAndTransition(
  scores: Float64Array,
  noisyLabels: Int32Array,
  k: number,
): TemperatureAndTransitionFit {
  return finish(jointFitInPieces(scores, noisyLabels, k));
}

/** `fitTemperatureAndTransition`, in pieces. */
export function* jointFitInPieces(
  scores: Float64Array,
  noisyLabels: Int32Array,
  k: number,
): Pieces<TemperatureAndTransitionFit> {
  const { noise } = yield* profile(noisyLabels.length, noiseModel(scores, noisyLabels, k));
  const found = transitionOf(noise);
  return {
    ...(yield* temperatureInPieces(scores, noisyLabels, k, found.transition, SEARCH)),
    ...found,
  };
}

/** The matrix of noise, and the mean share of wrong labels where it has one rate for all classes. */
export function transitionOf(
  noise: NoiseAt,
): Pick<TemperatureAndTransitionFit, 'transition' | 'noiseRate'> {
  const { oneRate } = noise;
  return {
    transition: noise.transition(),
    ...(oneRate && { noiseRate: oneRate.drawn * (1 - 1 / oneRate.targets.length) }),
  };
}

/** The noise that explains labels best at some τ. */
export interface NoiseAt {
  /** Σ over rows of log p(label), in nats. */
  readonly logLikelihood: number;
  /** The same with the log prior density of the noise, up to a constant. */
  readonly logPosterior: number;
  /** Its transition matrix [k*k]. */
  transition(): Float64Array;
  /** Of one rate for all classes. */
  readonly oneRate?: OneRate;
}

/** How exactly noise is estimated at one τ. */
export interface Steps {
  readonly tolerance: number;
  readonly maxIterations: number;
}

/** What labels may be wrong by. */
export interface NoiseModel {
  /** Numbers that it fits, beside τ. */
  readonly parameters: number;
  /** The noise that explains the labels best at one τ. @param start that at a τ nearby, by the same model, to start from */
  estimate(temperature: number, steps: Steps, start?: NoiseAt): Pieces<NoiseAt>;
}

/** Steps at most for each point of a grid over τ: each starts from its neighbour's estimate. */
export const gridSteps: Steps = { tolerance: 1e-8, maxIterations: GRID_ITERATIONS };

const refiningSteps: Steps = { tolerance: 1e-8, maxIterations: 1000 };
const lastSteps: Steps = { tolerance: 1e-11, maxIterations: 1000 };

/** Noise as `fitTemperatureAndTransition` takes it to be for so many rows and classes: a matrix, or one rate. */
export function noiseModel(scores: Float64Array, labels: Int32Array, k: number): NoiseModel {
  checkRows('fitTemperatureAndTransition', scores, labels, k);
  const isSparse = k >= FEWEST_CLASSES && labels.length < ROWS_PER_ENTRY * k * k;
  return k > mostMatrixClasses || isSparse
    ? oneRateModel(scores, labels, k)
    : matrixModel(scores, labels, k);
}

/** The τ at which the noise of a model has the highest log posterior, and that noise. Every estimate starts from the one before. */
export function* profile(
  n: number,
  { estimate }: Pick<NoiseModel, 'estimate'>,
): Pieces<{ temperature: number; noise: NoiseAt }> {
  let last: NoiseAt | undefined;
  const [temperature] = yield* minimiseOverTemperature(
    SEARCH.perDecade,
    SEARCH.width,
    function* (t, refining) {
      // Far too large a τ makes rows alike and EM slow; the grid needs no converged value there.
      last = yield* estimate(t, refining ? refiningSteps : gridSteps, last);
      return -last.logPosterior / n;
    },
  );
  return { temperature, noise: yield* estimate(temperature, lastSteps, last) };
}

function matrixModel(scores: Float64Array, labels: Int32Array, k: number): NoiseModel {
  return {
    parameters: k * (k - 1),
    *estimate(t, steps, last) {
      const start = last && { start: last.transition() };
      const probs = softmaxRows(scores, k, t);
      const found = yield* transitionInPieces(probs, labels, k, { ...steps, ...start });
      return { ...found, transition: () => found.transition };
    },
  };
}

/** One rate for all classes. @param isEven whether wrong labels go evenly to the other classes. Default: as is estimated */
export function oneRateModel(
  scores: Float64Array,
  labels: Int32Array,
  k: number,
  isEven = false,
): NoiseModel {
  return {
    parameters: isEven ? 1 : k,
    *estimate(t, steps, last) {
      const start = last?.oneRate ?? firstOneRate(k);
      const probs = yield* labelProbabilities(scores, labels, k, t);
      const options = { ...steps, start, onlyRate: isEven };
      const found = yield* estimateOneRate(probs, labels, k, options);
      return { ...found, oneRate: found, transition: () => oneRateTransition(found) };
    },
  };
}

/** softmax(scores/τ) of the labels only, [n], in pieces of a row each. */
export function* labelProbabilities(
  scores: Float64Array,
  labels: Int32Array,
  k: number,
  temperature: number,
): Pieces<Float64Array> {
  const probs = new Float64Array(labels.length);
  for (let row = 0; row < labels.length; row++) {
    yield;
    const start = row * k;
    const max = rowMax(scores, start, k);
    let sum = 0;
    for (let i = start; i < start + k; i++) {
      sum += Math.exp(((scores[i] as number) - max) / temperature);
    }
    const own = scores[start + (labels[row] as number)] as number;
    probs[row] = Math.exp((own - max) / temperature) / sum;
  }
  return probs;
}
