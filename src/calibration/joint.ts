import type { EstimateOptions, TransitionEstimate } from '../noise/index.ts';
import { estimateTransition } from '../noise/index.ts';
import { checkRows } from './checks.ts';
import { minimiseOverTemperature } from './search.ts';
import { softmaxRows } from './softmax.ts';
import type { TemperatureFit } from './temperature.ts';

/** EM steps per grid point of the joint fit; each starts from its neighbour's estimate. */
const GRID_ITERATIONS = 50;

export interface TemperatureAndTransitionFit extends TemperatureFit {
  /** Estimated [k*k], rows sum to 1. */
  readonly transition: Float64Array;
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
