import type { Pieces } from '../core/index.ts';

/** Of more classes a matrix has so many entries that rows are too few for it, every step takes long, and nobody reads it. */
export const mostMatrixClasses = 32;

/**
 * Noise with the same rate for all classes: a label is kept with probability 1 − ρ, else drawn from
 * `targets`, whatever the true class is. T[i][j] = (1 − ρ)·[i = j] + ρ·targets[j].
 */
export interface OneRate {
  /** ρ in (0, 1), the share of labels that are drawn. Those drawn as they were are not wrong. */
  readonly drawn: number;
  /** [k], all entries > 0, with a sum of 1. */
  readonly targets: Float64Array;
}

export interface OneRateEstimate extends OneRate {
  /** Σ over rows of log p(label), in nats, without the prior. */
  readonly logLikelihood: number;
  /** `logLikelihood` plus the log prior density, up to a constant: what EM raises. */
  readonly logPosterior: number;
}

export interface OneRateOptions {
  readonly maxIterations: number;
  /** Stop when a step raises the log posterior by no more than this per row. */
  readonly tolerance: number;
  /** Where EM starts. */
  readonly start: OneRate;
  /** Whether only the rate is estimated, by likelihood alone: the targets stay as they are at the start. Default: false. */
  readonly onlyRate?: boolean;
}

/** Pseudo-row of the rate: as in `estimateTransition`, 0.9 of it keeps its label. */
const [PRIOR_KEPT, PRIOR_DRAWN] = [0.9, 0.1];

/** Pseudo-rows of each target, so that none is drawn to the labels that happen to occur. */
const PRIOR_TARGET = 1;

/** Half of the labels kept, the others drawn evenly. */
export function firstOneRate(k: number): OneRate {
  return { drawn: 0.5, targets: new Float64Array(k).fill(1 / k) };
}

/**
 * Estimates noise of one rate by expectation-maximisation, as `estimateTransition` does a whole
 * matrix. It has k free numbers where a matrix has k(k − 1), and a step costs n operations, since
 * Σ_i p_i(x)·T[i][y] = (1 − ρ)·p_y(x) + ρ·targets[y].
 * @param ofLabel p_y(x), the probability that a row's label is its true class [n]
 * @param labels the labels as given [n], 0 to k − 1
 */
export function* estimateOneRate(
  ofLabel: Float64Array,
  labels: Int32Array,
  k: number,
  { maxIterations, tolerance, start, onlyRate = false }: OneRateOptions,
): Pieces<OneRateEstimate> {
  const n = labels.length;
  let { drawn, targets } = start;
  let best = Number.NEGATIVE_INFINITY;
  for (let iteration = 0; ; iteration++) {
    const counts = new Float64Array(k).fill(PRIOR_TARGET);
    let total = 0;
    let logLikelihood = 0;
    for (let row = 0; row < n; row++) {
      const label = labels[row] as number;
      const other = drawn * (targets[label] as number);
      const likelihood = (1 - drawn) * (ofLabel[row] as number) + other;
      const share = other / likelihood;
      logLikelihood += Math.log(likelihood);
      total += share;
      counts[label] = (counts[label] as number) + share;
    }
    const logPosterior = logLikelihood + (onlyRate ? 0 : logPrior({ drawn, targets }));
    if (iteration >= maxIterations || logPosterior - best <= tolerance * n) {
      return { drawn, targets, logLikelihood, logPosterior };
    }
    best = logPosterior;
    drawn = onlyRate ? total / n : (total + PRIOR_DRAWN) / (n + PRIOR_KEPT + PRIOR_DRAWN);
    if (!onlyRate) targets = counts.map((count) => count / (total + PRIOR_TARGET * k));
    yield;
  }
}

function logPrior({ drawn, targets }: OneRate): number {
  let sum = PRIOR_KEPT * Math.log(1 - drawn) + PRIOR_DRAWN * Math.log(drawn);
  for (const target of targets) sum += PRIOR_TARGET * Math.log(target);
  return sum;
}

/** The matrix of such noise [k*k], rows sum to 1. */
export function oneRateTransition({ drawn, targets }: OneRate): Float64Array {
  const k = targets.length;
  const transition = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) {
      transition[i * k + j] = drawn * (targets[j] as number) + (i === j ? 1 - drawn : 0);
    }
  }
  return transition;
}
