import type { Pieces } from '../core/index.ts';
import { finish, SymlossError } from '../core/index.ts';
import { checkTransition } from '../noise/index.ts';
import { checkRows } from './checks.ts';
import { minimiseOverTemperature } from './search.ts';
import { rowMax } from './softmax.ts';

export interface TemperatureFit {
  /** τ, within `TEMPERATURE_RANGE`. */
  readonly temperature: number;
  /** Mean over the rows of −log p(noisy label), in nats. */
  readonly nll: number;
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
 * @throws SymlossError for wrong sizes, or a label that the transition makes impossible
 */
export function fitTemperature(
  scores: Float64Array,
  noisyLabels: Int32Array,
  k: number,
  {
    transition,
  }: {
    /** [k*k], `transition[true*k + noisy]`. */
    readonly transition: Float64Array;
  },
): TemperatureFit {
  return finish(temperatureInPieces(scores, noisyLabels, k, transition));
}

/** `fitTemperature`, in pieces of a row each. */
export function* temperatureInPieces(
  scores: Float64Array,
  noisyLabels: Int32Array,
  k: number,
  transition: Float64Array,
): Pieces<TemperatureFit> {
  const where = 'fitTemperature';
  checkRows(where, scores, noisyLabels, k);
  checkTransition(`${where} transition`, transition, k);
  checkPossible(`${where} transition`, transition, noisyLabels, k);
  // by label, so that the inner loop runs over memory
  const logColumns = transition.map((_, cell) =>
    Math.log(transition[(cell % k) * k + Math.floor(cell / k)] as number),
  );
  const [temperature, nll] = yield* minimiseOverTemperature(8, 1e-6, (t) =>
    noisyNll(scores, noisyLabels, k, t, logColumns),
  );
  return { temperature, nll };
}

/**
 * Mean of −log Σ_i softmax(z/τ)_i T[i][y] as logsumexp(z/τ) − logsumexp(z/τ + log T[·][y]): neither
 * underflows, and entries of −∞ in log T drop out.
 */
function* noisyNll(
  scores: Float64Array,
  labels: Int32Array,
  k: number,
  temperature: number,
  logColumns: Float64Array,
): Pieces<number> {
  let total = 0;
  const shifted = new Float64Array(k);
  for (let row = 0; row < labels.length; row++) {
    yield;
    const label = labels[row] as number;
    const max = rowMax(scores, row * k, k);
    let sum = 0;
    let joinedMax = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < k; i++) {
      const z = ((scores[row * k + i] as number) - max) / temperature;
      const joined = z + (logColumns[label * k + i] as number);
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
