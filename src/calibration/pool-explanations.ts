import type { Pieces } from '../core/index.ts';
import { mostMatrixClasses } from '../noise/one-rate.ts';
import type { Explanation, TemperaturePrior } from './explanations.ts';
import { explanationsInPieces } from './explanations.ts';
import type { NoiseModel } from './joint.ts';
import { oneRateModel } from './joint.ts';
import type { PoolFit } from './pool.ts';
import type { PoolShape } from './pool-choice.ts';
import { PooledNoise } from './pooled-noise.ts';
import { softmaxRows } from './softmax.ts';

/**
 * Below the τ of the fit, 1, every decade is as probable, until a tenth of the row of `prior.ts` ends it; above it τ is the less probable
 * the larger it is, since scores say nothing there. So labels of rows that are all equally clear, which may be doubt or noise of any τ, count as noise
 * for the most part: doubt differs from row to row.
 */
const prior: TemperaturePrior = (temperature, row) =>
  -row / 10 - Math.max(0, Math.log(temperature));

/** Of more scores than this the best fit is all that is probable. */
const mostScores = 2e5;

/** A matrix is estimated when no entry moves by more than this, or after so many steps: where doubt and noise look alike it moves slowly. */
const [smallestStep, mostSteps] = [1e-6, 500];

/**
 * What else than the best fit of a pool (`fitPool`) explains the labels about as well. On few rows, or rows that are hard to tell apart,
 * scores and labels do not say what is doubt and what is a wrong label.
 *
 * The weights of the models to each other stay as they were fitted. What differs is τ, by which all of them are divided, and
 * the noise: of one rate, evenly over the other classes, or that of the fit (`PooledNoise`). No noise at all is not among
 * them: who asks which labels are wrong takes it that some are. Of many rows it is the best fit only.
 * @param scores of each model, out of sample [n·k]
 * @param labels as given [n], 0 to k − 1
 */
export function* poolExplanationsInPieces(
  scores: readonly Float64Array[],
  { weights, transition }: PoolFit,
  labels: Int32Array,
  k: number,
  { isOneRate }: Pick<PoolShape, 'isOneRate'>,
): Pieces<readonly Explanation[]> {
  const n = labels.length;
  if (k < 2 || n * k > mostScores) return [{ temperature: 1, transition, share: 1 }];
  const pooled = weighted(scores, weights);
  const own =
    isOneRate || k > mostMatrixClasses
      ? oneRateModel(pooled, labels, k)
      : pooledMatrixModel(pooled, labels, k);
  const models = [own, oneRateModel(pooled, labels, k, true)] as const;
  return (yield* explanationsInPieces(pooled, n, models, prior)).explanations;
}

/** The noise of `fitPool`: a matrix whose rows are drawn towards one rate. */
function pooledMatrixModel(scores: Float64Array, labels: Int32Array, k: number): NoiseModel {
  return {
    parameters: k * (k - 1),
    *estimate(t, _, last) {
      const probs = softmaxRows(scores, k, t);
      const noise = new PooledNoise(labels, k, false, last?.transition());
      const posterior = new Float64Array(k);
      const logLikelihood = function* (): Pieces<number> {
        let sum = 0;
        for (let row = 0; row < labels.length; row++) {
          if (row % 256 === 0) yield;
          const own = probs.subarray(row * k, (row + 1) * k);
          sum += Math.log(noise.posterior(row, own, posterior));
        }
        return sum;
      };
      let value = yield* logLikelihood();
      for (let i = 0; i < mostSteps && noise.update() > smallestStep; i++) {
        value = yield* logLikelihood();
      }
      const transition = noise.transition();
      return { logLikelihood: value, logPosterior: value, transition: () => transition };
    },
  };
}

/** Σ_m w_m·z_m of all rows, [n·k]. */
function weighted(scores: readonly Float64Array[], weights: Float64Array): Float64Array {
  const sum = new Float64Array(scores[0]?.length ?? 0);
  for (const [m, own] of scores.entries()) {
    const weight = weights[m] as number;
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + weight * (own[i] as number);
  }
  return sum;
}
