import type { Pieces } from '../core/index.ts';
import {
  checkInteger,
  checkLabels,
  checkNumber,
  checkProbabilities,
  checkTransition,
  finish,
  SymlossError,
} from '../core/index.ts';

export interface EstimateOptions {
  /** Pseudo-rows of the prior per true class, > 0. Default 1. */
  readonly priorWeight?: number | undefined;
  /** Stop after this many EM steps. Default 1000. */
  readonly maxIterations?: number | undefined;
  /** Stop when a step raises the log posterior by no more than this per row. Default 1e-9. */
  readonly tolerance?: number | undefined;
  /** Where EM starts [k*k], all entries > 0. Default: halfway between the identity and uniform. */
  readonly start?: Float64Array | undefined;
}

export interface TransitionEstimate {
  /** [k*k], rows sum to 1, all entries > 0. */
  readonly transition: Float64Array;
  /** Σ over rows of log p(label), in nats, without the prior. */
  readonly logLikelihood: number;
  /** `logLikelihood` plus the log prior density, up to a constant: what EM raises. */
  readonly logPosterior: number;
  /** EM steps done. */
  readonly iterations: number;
  /** Whether the tolerance was reached within `maxIterations`. */
  readonly converged: boolean;
}

/** Share of the prior's pseudo-rows that keep their label. */
const PRIOR_DIAGONAL = 0.9;

/**
 * Estimates the transition matrix T from class probabilities and the labels as given, by
 * expectation-maximisation (Dempster, Laird, Rubin 1977; for noisy labels with a classifier:
 * Mnih & Hinton, ICML 2012; Bekker & Goldberger, ICASSP 2016).
 *
 * Model: p(label = j | x) = Σ_i p_i(x)·T[i][j], with p(x) fixed.
 * - E step: r_i(x) = p_i(x)·T[i][y] / Σ_l p_l(x)·T[l][y], the posterior of the true class.
 * - M step: T[i][j] = (Σ_{x: y = j} r_i(x) + a_ij) / (Σ_x r_i(x) + Σ_l a_il).
 *
 * The pseudo-counts a_ij (Dirichlet parameters minus 1) are one row per true class, by default: 0.9
 * on the diagonal, 0.1 spread over the other classes. They decide a class that no probability
 * points to (its row becomes 0.9 on the diagonal), keep every entry above 0 so that no label is
 * impossible, and weigh nothing against hundreds of rows. Each step raises the log posterior
 * Σ_x log Σ_i p_i(x)·T[i][y] + Σ_ij a_ij·log T[i][j], which is strictly concave in T: the maximum
 * is unique and the start only sets how long it takes.
 *
 * Identifiable when p(x) are the true class probabilities and vary enough over the rows, that is
 * p_1 … p_k are linearly independent as functions of the row. Near-constant probabilities (a
 * useless classifier) leave T to the prior and to chance.
 *
 * Limits: the probabilities must be **out of sample** (a network that memorised the labels makes T
 * the identity) and **calibrated for the true label**: what the classifier gets wrong with
 * confidence is counted as noise in T; for scores of a robust loss use
 * `fitTemperatureAndTransition`. Noise must depend on the class only. T has k(k − 1) free numbers:
 * each true class needs many more than k rows.
 *
 * @param probs p(true class | x) [n*k], rows sum to 1
 * @param labels the labels as given [n], 0 to k − 1
 * @throws SymlossError for wrong sizes, labels, probabilities or options
 */
export function estimateTransition(
  probs: Float64Array,
  labels: Int32Array,
  k: number,
  options: EstimateOptions = {},
): TransitionEstimate {
  return finish(transitionInPieces(probs, labels, k, options));
}

/** `estimateTransition`, in pieces of a step each. */
export function* transitionInPieces(
  probs: Float64Array,
  labels: Int32Array,
  k: number,
  options: EstimateOptions,
): Pieces<TransitionEstimate> {
  const where = 'estimateTransition';
  const { priorWeight = 1, maxIterations = 1000, tolerance = 1e-9 } = options;
  checkInteger(`${where} k`, k, { min: 1 });
  checkNumber(`${where} priorWeight`, priorWeight, { min: 0, openMin: true });
  checkInteger(`${where} maxIterations`, maxIterations, { min: 0 });
  checkNumber(`${where} tolerance`, tolerance, { min: 0 });
  checkLabels(`${where} labels`, labels, k);
  checkProbabilities(`${where} probs`, probs, k, labels.length);
  const prior = diagonalMatrix(k, priorWeight * PRIOR_DIAGONAL, priorWeight);
  const start = options.start ?? diagonalMatrix(k, 0.5 + 0.5 / k, 1);
  checkStart(`${where} start`, start, k);

  // by label, so that the inner loops run over memory; the prior is symmetric
  let columns = transpose(start, k);
  let current = expectation(probs, labels, k, columns, prior);
  let iterations = 0;
  let converged = false;
  while (iterations < maxIterations && !converged) {
    yield;
    columns = maximisation(current.counts, prior, k);
    const next = expectation(probs, labels, k, columns, prior);
    iterations++;
    converged = next.logPosterior - current.logPosterior <= tolerance * labels.length;
    current = next;
  }
  const { logLikelihood, logPosterior } = current;
  const transition = transpose(columns, k);
  return { transition, logLikelihood, logPosterior, iterations, converged };
}

interface Expectation {
  /** Expected number of rows with label j and true class i, [k*k] by label. */
  readonly counts: Float64Array;
  readonly logLikelihood: number;
  readonly logPosterior: number;
}

/** E step: expected counts under a transition by label, and the objective there. */
function expectation(
  probs: Float64Array,
  labels: Int32Array,
  k: number,
  columns: Float64Array,
  prior: Float64Array,
): Expectation {
  const counts = new Float64Array(k * k);
  let logLikelihood = 0;
  for (let row = 0; row < labels.length; row++) {
    const p = row * k;
    const column = (labels[row] as number) * k;
    let likelihood = 0;
    for (let i = 0; i < k; i++) {
      likelihood += (probs[p + i] as number) * (columns[column + i] as number);
    }
    logLikelihood += Math.log(likelihood);
    for (let i = 0; i < k; i++) {
      counts[column + i] =
        (counts[column + i] as number) +
        ((probs[p + i] as number) * (columns[column + i] as number)) / likelihood;
    }
  }
  let logPrior = 0;
  for (let cell = 0; cell < prior.length; cell++) {
    logPrior += (prior[cell] as number) * Math.log(columns[cell] as number);
  }
  return { counts, logLikelihood, logPosterior: logLikelihood + logPrior };
}

/** M step: counts plus pseudo-counts, divided by their sum over the labels of each true class. */
function maximisation(counts: Float64Array, prior: Float64Array, k: number): Float64Array {
  const columns = new Float64Array(k * k);
  const totals = new Float64Array(k);
  for (let cell = 0; cell < columns.length; cell++) {
    const entry = (counts[cell] as number) + (prior[cell] as number);
    columns[cell] = entry;
    totals[cell % k] = (totals[cell % k] as number) + entry;
  }
  for (let cell = 0; cell < columns.length; cell++) {
    columns[cell] = (columns[cell] as number) / (totals[cell % k] as number);
  }
  return columns;
}

/** `diagonal` on the diagonal and the rest of `rowSum` spread evenly over the other columns. */
function diagonalMatrix(k: number, diagonal: number, rowSum: number): Float64Array {
  const matrix = new Float64Array(k * k).fill((rowSum - diagonal) / Math.max(1, k - 1));
  for (let i = 0; i < k; i++) matrix[i * k + i] = diagonal;
  return matrix;
}

function transpose(matrix: Float64Array, k: number): Float64Array {
  return matrix.map((_, cell) => matrix[(cell % k) * k + Math.floor(cell / k)] as number);
}

function checkStart(where: string, start: Float64Array, k: number): void {
  checkTransition(where, start, k);
  const zero = start.indexOf(0);
  if (zero >= 0) {
    const cell = `${where}, row ${Math.floor(zero / k)}, column ${zero % k}`;
    throw new SymlossError(cell, 'a number above 0', '0', {
      hint: 'a label that no class can have makes the likelihood 0',
    });
  }
}
