/**
 * Calibration on noisy validation rows. Scores trained with a robust loss are not log-odds: such a
 * loss has another minimiser than the class probabilities, and normalised scores have a fixed scale.
 * One temperature τ, fitted through the label noise, turns them into probabilities.
 */
import {
  checkInteger,
  checkLabels,
  checkNumber,
  invariant,
  SymlossError,
  show,
} from '../core/index.ts';
import type { EstimateOptions, TransitionEstimate } from '../noise/index.ts';
import {
  checkProbabilities,
  checkTransition,
  estimateTransition,
  noisyProbabilities,
} from '../noise/index.ts';

/** The range of τ searched: scores on the unit sphere need about 0.05, large logits 50. */
export const TEMPERATURE_RANGE: readonly [number, number] = [1e-4, 1e4];

/** A step of the coarse grid must gain this much, in nats a row, to move to a smaller τ. */
const TIE = 1e-12;

/** EM steps per grid point of the joint fit; each starts from its neighbour's estimate. */
const GRID_ITERATIONS = 50;

export interface TemperatureFit {
  /** τ, within `TEMPERATURE_RANGE`. */
  readonly temperature: number;
  /** Mean over the rows of −log p(noisy label), in nats. */
  readonly nll: number;
}

export interface TemperatureAndTransitionFit extends TemperatureFit {
  /** Estimated [k*k], rows sum to 1. */
  readonly transition: Float64Array;
}

/**
 * softmax(scores/τ), row by row; stable for any finite scores.
 * @param scores [n*k]
 * @param temperature τ > 0
 * @returns probs [n*k]
 * @throws SymlossError for a ragged or non-finite `scores` or τ ≤ 0
 */
export function applyTemperature(
  scores: Float64Array,
  k: number,
  temperature: number,
): Float64Array {
  checkScores('applyTemperature scores', scores, k);
  checkNumber('applyTemperature temperature', temperature, { min: 0, openMin: true });
  return softmaxRows(scores, k, temperature);
}

/**
 * Temperature scaling through known label noise: the τ that minimises the mean of
 * −log Σ_i softmax(z/τ)_i · T[i][y] over rows with noisy labels y. With T the identity this is
 * temperature scaling as in Guo et al., *On calibration of modern neural networks*, ICML 2017; with
 * T the forward correction of Patrini et al., CVPR 2017, used for calibration. Fitted with T, τ
 * calibrates for the **true** label; without it, τ comes out too large, since noise looks like
 * doubt.
 *
 * Searches log τ over `TEMPERATURE_RANGE`: a grid of 8 per decade (with noise the likelihood need
 * not have one minimum), then golden section. Where τ makes no difference, as when every row is
 * right at any small τ, the largest such τ on the grid is taken, the most cautious. A τ at an end
 * of the range means that the rows hold no optimum.
 *
 * ```ts
 * const { temperature } = fitTemperature(scores, labels, k, { transition: noise.transition(k) });
 * const probs = applyTemperature(scores, k, temperature);
 * ```
 * @param scores out-of-sample scores [n*k], n ≥ 1, finite
 * @param noisyLabels [n], 0 to k − 1
 * @param options.transition `transition[true*k + noisy]`
 * @throws SymlossError for wrong sizes, or a label that the transition makes impossible
 */
export function fitTemperature(
  scores: Float64Array,
  noisyLabels: Int32Array,
  k: number,
  { transition }: { readonly transition: Float64Array },
): TemperatureFit {
  const where = 'fitTemperature';
  checkRows(where, scores, noisyLabels, k);
  checkTransition(`${where} transition`, transition, k);
  checkPossible(`${where} transition`, transition, noisyLabels, k);
  const logTransition = transition.map(Math.log);
  const [temperature, nll] = minimiseOverTemperature(8, 1e-6, (t) =>
    noisyNll(scores, noisyLabels, k, t, logTransition),
  );
  return { temperature, nll };
}

/**
 * Fits τ and the transition matrix T together, for when T is not known, by profile likelihood: for
 * every τ the best T comes from `estimateTransition` on softmax(z/τ), and the τ whose best log
 * posterior is highest wins (grid of 4 per decade, then golden section).
 *
 * The trap this avoids: estimating T first, from hard predictions against labels, counts the
 * model's own errors as label noise. Given that T, confident predictions explain the rows, so the τ
 * fitted after it is too small (a quarter of the truth to three quarters on synthetic scores), and
 * where all rows have the same margin it runs to 0. Here a τ that is too small must pay for its
 * confident errors, since T, the same for every row, cannot tell doubtful rows from clear ones.
 *
 * Limits: those of `estimateTransition` (class-dependent noise, many more than k rows per class);
 * and telling noise from doubt needs both clear and doubtful rows among the scores. The less the
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
  checkRows('fitTemperatureAndTransition', scores, noisyLabels, k);
  const n = noisyLabels.length;
  let warm: { start?: Float64Array } = {};
  const profile = (temperature: number, options: EstimateOptions): TransitionEstimate => {
    const probs = softmaxRows(scores, k, temperature);
    const estimate = estimateTransition(probs, noisyLabels, k, { ...options, ...warm });
    warm = { start: estimate.transition };
    return estimate;
  };
  const [temperature] = minimiseOverTemperature(4, 1e-3, (t, refining) => {
    // Far too large a τ makes rows alike and EM slow; the grid needs no converged value there.
    const maxIterations = refining ? 1000 : GRID_ITERATIONS;
    return -profile(t, { tolerance: 1e-8, maxIterations }).logPosterior / n;
  });
  const { transition, logLikelihood } = profile(temperature, { tolerance: 1e-11 });
  return { temperature, transition, nll: -logLikelihood / n };
}

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

function softmaxRows(scores: Float64Array, k: number, temperature: number): Float64Array {
  const probs = new Float64Array(scores.length);
  for (let start = 0; start < scores.length; start += k) {
    const max = rowMax(scores, start, k);
    let sum = 0;
    for (let i = start; i < start + k; i++) {
      const e = Math.exp(((scores[i] as number) - max) / temperature);
      probs[i] = e;
      sum += e;
    }
    for (let i = start; i < start + k; i++) probs[i] = (probs[i] as number) / sum;
  }
  return probs;
}

/**
 * Mean of −log Σ_i softmax(z/τ)_i T[i][y] as logsumexp(z/τ) − logsumexp(z/τ + log T[·][y]): neither
 * underflows, and entries of −∞ in log T drop out.
 */
function noisyNll(
  scores: Float64Array,
  labels: Int32Array,
  k: number,
  temperature: number,
  logTransition: Float64Array,
): number {
  let total = 0;
  const shifted = new Float64Array(k);
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] as number;
    const max = rowMax(scores, row * k, k);
    let sum = 0;
    let joinedMax = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < k; i++) {
      const z = ((scores[row * k + i] as number) - max) / temperature;
      const joined = z + (logTransition[i * k + label] as number);
      sum += Math.exp(z);
      shifted[i] = joined;
      joinedMax = Math.max(joinedMax, joined);
    }
    let joinedSum = 0;
    for (let i = 0; i < k; i++) joinedSum += Math.exp((shifted[i] as number) - joinedMax);
    total += Math.log(sum) - joinedMax - Math.log(joinedSum);
  }
  return total / labels.length;
}

/** The largest of `k` numbers from `start` on. */
function rowMax(values: Float64Array, start: number, k: number): number {
  let max = values[start] as number;
  for (let i = start + 1; i < start + k; i++) max = Math.max(max, values[i] as number);
  return max;
}

/**
 * The τ of `TEMPERATURE_RANGE` with the least `objective`, and that least value: a grid even in
 * log τ from the largest τ down, then golden section in log τ between the best point's neighbours
 * until they are `width` apart.
 */
function minimiseOverTemperature(
  perDecade: number,
  width: number,
  objective: (temperature: number, refining: boolean) => number,
): [temperature: number, value: number] {
  const [low, high] = TEMPERATURE_RANGE.map(Math.log) as [number, number];
  const step = Math.LN10 / perDecade;
  const steps = Math.round((high - low) / step);
  let bestAt = high;
  let best = Number.POSITIVE_INFINITY;
  const keep = (at: number, refining: boolean): number => {
    const value = objective(Math.exp(at), refining);
    if (value < best - TIE) [bestAt, best] = [at, value];
    return value;
  };
  for (let s = 0; s <= steps; s++) keep(Math.max(low, high - s * step), false);
  invariant(Number.isFinite(best), 'the likelihood is not finite at any temperature');
  const ratio = (Math.sqrt(5) - 1) / 2;
  let left = Math.max(low, bestAt - step);
  let right = Math.min(high, bestAt + step);
  let a = right - ratio * (right - left);
  let b = left + ratio * (right - left);
  let [atA, atB] = [keep(a, true), keep(b, true)];
  while (right - left > width) {
    if (atA < atB) {
      [right, b, atB] = [b, a, atA];
      a = right - ratio * (right - left);
      atA = keep(a, true);
    } else {
      [left, a, atA] = [a, b, atB];
      b = left + ratio * (right - left);
      atB = keep(b, true);
    }
  }
  const temperature = Math.min(
    Math.max(Math.exp(bestAt), TEMPERATURE_RANGE[0]),
    TEMPERATURE_RANGE[1],
  );
  return [temperature, best];
}

function checkRows(where: string, scores: Float64Array, labels: Int32Array, k: number): void {
  checkScores(`${where} scores`, scores, k);
  if (scores.length !== labels.length * k) {
    throw new SymlossError(
      `${where} scores`,
      `${labels.length} rows of ${k}, as many as labels`,
      `${scores.length / k} rows`,
    );
  }
  checkAnyRow(`${where} labels`, labels);
  checkLabels(`${where} labels`, labels, k);
}

function checkAnyRow(where: string, labels: Int32Array): void {
  if (labels.length === 0) throw new SymlossError(where, 'at least one row', 'none');
}

function checkScores(where: string, scores: Float64Array, k: number): void {
  checkInteger(`${where} k`, k, { min: 1 });
  if (scores.length % k !== 0) {
    throw new SymlossError(where, `a multiple of k = ${k} numbers`, String(scores.length));
  }
  const bad = scores.findIndex((z) => !Number.isFinite(z));
  if (bad >= 0) {
    const cell = `${where}, row ${Math.floor(bad / k)}, class ${bad % k}`;
    throw new SymlossError(cell, 'a finite number', show(scores[bad]));
  }
}

/** Every label that occurs must have a class that can turn into it. */
function checkPossible(
  where: string,
  transition: Float64Array,
  labels: Int32Array,
  k: number,
): void {
  for (const label of new Set(labels)) {
    let mass = 0;
    for (let i = 0; i < k; i++) mass += transition[i * k + label] as number;
    if (mass === 0) {
      throw new SymlossError(
        `${where}, column ${label}`,
        `an entry above 0, since label ${label} occurs`,
        'only zeros',
      );
    }
  }
}
