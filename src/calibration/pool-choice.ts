import type { Pieces } from '../core/index.ts';
import { finish } from '../core/index.ts';
import { mostMatrixClasses } from '../noise/one-rate.ts';
import type { PoolFit } from './pool.ts';
import { pooledProbs, poolFitInPieces } from './pool.ts';
import type { LabelledScores } from './rows-to-fit.ts';
import { pickRows } from './rows-to-fit.ts';

/** Of fewer classes a matrix has no more numbers than noise of one rate, or hardly. */
const fewestClasses = 3;

/** With more rows for each of its k·k entries a matrix is estimated well enough. */
const rowsPerEntry = 20;

/** Parts of the rows, each of which is judged by a fit of the others. */
const folds = 4;

/** Standard errors by which one rate has to be better: noise of one class only is rare in the rows, and must not be lost. */
const enough = 3;

/**
 * What a model says, as several models: logarithms of its probabilities that end at these. Rows of which it is sure and rows of
 * which it is very sure can then be alike in how often it is right. A probability of 0 in float32 may be any below the first.
 */
const floors = [1e-12, 1e-3, 0.05] as const;

/** How a pool is made of probabilities. */
export interface PoolShape {
  /** The least probabilities that logarithms are taken of: the pool has a model for each. */
  readonly floors: readonly number[];
  /** Whether the noise is of one rate for all classes. */
  readonly isOneRate: boolean;
}

/** A matrix of noise, and one exponent for the model. */
export const usualShape: PoolShape = { floors: floors.slice(0, 1), isOneRate: false };
const plainShape: PoolShape = { floors, isOneRate: true };

/** The scores that a pool of this shape is made of: logarithms [n·k], of `probs` once for each floor, of `others` as they are. */
export function poolScores(
  { floors: least }: PoolShape,
  probs: Float64Array,
  others: readonly Float64Array[],
): Float64Array[] {
  const logs = (floor: number) => probs.map((p) => Math.log(Math.max(p, floor)));
  return [...least.map(logs), ...others];
}

/**
 * Chooses between two pools, see `fitPool`. The usual one estimates a matrix of noise, with k(k − 1) entries. Where rows are few for that, it
 * explains what the model confuses as noise: of 1,500 letters of 26 classes, all labelled right, it took 8 % for wrong. The other one has
 * noise of one rate for all classes, and three exponents for the model instead, so that a model that is often wrong where it is sure
 * is not taken for right. It is chosen if it gives the labels of left-out rows a higher likelihood: with
 * d_i = log p₁(y_i) − log p₀(y_i) by fits on the other three quarters of the rows, if Σ d_i > 3·√Σ (d_i − d̄)². For fewer than three classes,
 * more than 32, and more than 20 rows for each entry of the matrix, it is the usual one.
 * @param probs out of sample [n·k]
 * @param others logarithms of further probabilities, [n·k] each
 * @param labels [n], as given, 0 to k − 1
 */
export function choosePool(
  probs: Float64Array,
  others: readonly Float64Array[],
  labels: Int32Array,
  k: number,
): PoolShape {
  return finish(poolChoiceInPieces(probs, others, labels, k));
}

/** `choosePool`, in pieces. */
export function* poolChoiceInPieces(
  probs: Float64Array,
  others: readonly Float64Array[],
  labels: Int32Array,
  k: number,
): Pieces<PoolShape> {
  const n = labels.length;
  if (k < fewestClasses || k > mostMatrixClasses || n >= rowsPerEntry * k * k || n < folds) {
    return usualShape;
  }
  const logsOf = (shape: PoolShape) =>
    heldOutLogs({ scores: poolScores(shape, probs, others), labels }, k, shape);
  const usual = yield* logsOf(usualShape);
  const plain = yield* logsOf(plainShape);
  const gains = plain.map((log, row) => log - (usual[row] as number));
  const sum = gains.reduce((total, gain) => total + gain, 0);
  const squares = gains.reduce((total, gain) => total + (gain - sum / n) ** 2, 0);
  return sum > enough * Math.sqrt(squares) ? plainShape : usualShape;
}

/** log p(label) of each row, by a fit on the rows of the other folds, [n]; row i is of fold i mod 4. */
function* heldOutLogs(all: LabelledScores, k: number, shape: PoolShape): Pieces<Float64Array> {
  const rows = Array.from(all.labels.keys());
  const logs = new Float64Array(rows.length);
  for (let fold = 0; fold < folds; fold++) {
    const own = rows.filter((row) => row % folds === fold);
    const rest = rows.filter((row) => row % folds !== fold);
    const [left, fitted] = [pickRows(all, k, own), pickRows(all, k, rest)];
    const fit = yield* poolFitInPieces(fitted.scores, fitted.labels, k, shape);
    const probs = pooledProbs(left.scores, fit.weights, k);
    for (const [i, row] of own.entries()) {
      const label = left.labels[i] as number;
      logs[row] = Math.log(ofLabel(probs.subarray(i * k, (i + 1) * k), label, fit));
    }
  }
  return logs;
}

/** Σ_c p_c·T[c][label] */
function ofLabel(p: Float64Array, label: number, { transition }: PoolFit): number {
  const k = p.length;
  return p.reduce((sum, own, c) => sum + own * (transition[c * k + label] as number), 0);
}
