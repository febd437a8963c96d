import type { Pieces } from '../core/index.ts';
import { finish, SymlossError } from '../core/index.ts';
import { checkRows } from './checks.ts';
import { solvePositive } from './newton.ts';
import { PooledNoise } from './pooled-noise.ts';

/** How far the weights may be from 0: the deviation of a normal prior on each. With scores of any size they would run off. */
const weightDeviation = 1;

/** Ends where a step moves no weight and no entry of the matrix by more than this. */
const smallestStep = 1e-4;
const mostSteps = 200;

export interface PoolOptions {
  /** Whether T is of one rate for all classes whatever their number. Default: only beyond 32 classes. */
  readonly isOneRate?: boolean;
}

export interface PoolFit {
  /** [models], each at least 0; for one model 1/τ. */
  readonly weights: Float64Array;
  /** Estimated [k·k], rows sum to 1. */
  readonly transition: Float64Array;
  /** Where it is of one rate for all classes: the mean over the classes of the share of wrong labels. */
  readonly noiseRate?: number;
}

/**
 * Combines what several models say of rows, and calibrates it for the true class while the noise of the labels is estimated:
 * p(true = c | row) ∝ Π_m p_m(c)^w_m, a logarithmic opinion pool, and p(label = y | row) = Σ_c p(c)·T[c][y]. Weights and T are
 * found together by penalised maximum likelihood (expectation-maximisation, with a step of Newton's method for the weights):
 * a model that says little of the labels gets little weight, one that is too sure a weight below 1.
 *
 * The prior of a weight is normal around 0 with a deviation of 1, so that of scores that tell all rows apart the probabilities
 * stay short of 0 and 1. Each row of T is drawn towards one rate for all classes, by as many rows as `PooledNoise` says;
 * beyond 32 classes T is of one rate.
 *
 * Limits: those of `fitTemperatureAndTransition`.
 *
 * Source: C. Genest, J. Zidek, *Combining probability distributions: a critique and an annotated bibliography*, Statistical
 * Science 1(1), 1986 (the pool).
 * @param scores of each model, out of sample [n·k]: logits or logarithms of probabilities, finite
 * @param noisyLabels [n], 0 to k − 1
 * @throws SymlossError for wrong sizes, or no model
 */
export function fitPool(
  scores: readonly Float64Array[],
  noisyLabels: Int32Array,
  k: number,
  options: PoolOptions = {},
): PoolFit {
  return finish(poolFitInPieces(scores, noisyLabels, k, options));
}

/** `fitPool`, in pieces. */
export function* poolFitInPieces(
  scores: readonly Float64Array[],
  noisyLabels: Int32Array,
  k: number,
  { isOneRate = false }: PoolOptions = {},
): Pieces<PoolFit> {
  if (scores.length === 0) throw new SymlossError('fitPool scores', 'those of a model', 'none');
  for (const own of scores) checkRows('fitPool', own, noisyLabels, k);
  const m = scores.length;
  let weights: Float64Array = new Float64Array(m).fill(1 / m);
  const noise = new PooledNoise(noisyLabels, k, isOneRate);
  for (let step = 0; step < mostSteps; step++) {
    const { gradient, curvature } = yield* expectation(scores, weights, noise);
    for (let i = 0; i < m; i++) {
      gradient[i] = (gradient[i] as number) - (weights[i] as number) / weightDeviation ** 2;
      curvature[i * m + i] = (curvature[i * m + i] as number) + 1 / weightDeviation ** 2;
    }
    const moved = noise.update();
    const next = solvePositive(weights, gradient, curvature);
    const far = farthest(weights, next);
    weights = next;
    if (Math.max(far, moved) < smallestStep) break;
  }
  const { noiseRate } = noise;
  return { weights, transition: noise.transition(), ...(noiseRate !== undefined && { noiseRate }) };
}

function farthest(a: Float64Array, b: Float64Array): number {
  return Math.max(...a.map((value, i) => Math.abs(value - (b[i] as number))));
}

/**
 * The first two derivatives of the expected log likelihood by the weights, while `noise` counts what it needs:
 * Σ_rows Σ_c (q_c − p_c)·z_c, and the covariances of the scores under p; q is the posterior of the true class.
 */
function* expectation(
  scores: readonly Float64Array[],
  weights: Float64Array,
  noise: PooledNoise,
): Pieces<{ gradient: Float64Array; curvature: Float64Array }> {
  const m = scores.length;
  const { k, n } = noise;
  const gradient = new Float64Array(m);
  const curvature = new Float64Array(m * m);
  const p = new Float64Array(k);
  const q = new Float64Array(k);
  const means = new Float64Array(m);
  for (let row = 0; row < n; row++) {
    if (row % 256 === 0) yield;
    pooledRow(scores, weights, row * k, p);
    noise.posterior(row, p, q);
    for (let i = 0; i < m; i++) {
      const own = scores[i] as Float64Array;
      let [mean, toward] = [0, 0];
      for (let c = 0; c < k; c++) {
        const z = own[row * k + c] as number;
        mean += (p[c] as number) * z;
        toward += (q[c] as number) * z;
      }
      means[i] = mean;
      gradient[i] = (gradient[i] as number) + toward - mean;
      for (let j = 0; j <= i; j++) {
        const other = scores[j] as Float64Array;
        let product = 0;
        for (let c = 0; c < k; c++) {
          const at = row * k + c;
          product += (p[c] as number) * (own[at] as number) * (other[at] as number);
        }
        const cell = i * m + j;
        curvature[cell] = (curvature[cell] as number) + product - mean * (means[j] as number);
      }
    }
  }
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < i; j++) curvature[j * m + i] = curvature[i * m + j] as number;
  }
  return { gradient, curvature };
}

/** softmax(Σ_m w_m·z_m) of the row that starts at `start`, into `out`, [k]. */
function pooledRow(
  scores: readonly Float64Array[],
  weights: Float64Array,
  start: number,
  out: Float64Array,
): void {
  const k = out.length;
  let max = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < k; c++) {
    let z = 0;
    for (let i = 0; i < scores.length; i++) {
      z += (weights[i] as number) * ((scores[i] as Float64Array)[start + c] as number);
    }
    out[c] = z;
    max = Math.max(max, z);
  }
  let sum = 0;
  for (let c = 0; c < k; c++) {
    const e = Math.exp((out[c] as number) - max);
    out[c] = e;
    sum += e;
  }
  for (let c = 0; c < k; c++) out[c] = (out[c] as number) / sum;
}

/**
 * p(c | row) ∝ Π_m p_m(c)^w_m.
 * @param scores of each model [n·k]
 * @returns probabilities [n·k]
 */
export function pooledProbs(
  scores: readonly Float64Array[],
  weights: Float64Array,
  k: number,
): Float64Array {
  const probs = new Float64Array(scores[0]?.length ?? 0);
  for (let start = 0; start < probs.length; start += k) {
    pooledRow(scores, weights, start, probs.subarray(start, start + k));
  }
  return probs;
}
