import { checkLabels, checkProbabilities, checkTransition } from '../core/index.ts';

/** An estimated share of wrong labels, with its interval. */
export interface NoiseRate {
  /** In [0, 1]. */
  readonly rate: number;
  /** Bounds of the 95 % profile-likelihood interval. */
  readonly low: number;
  readonly high: number;
}

/** Half the 95 % quantile of χ² with one degree of freedom: so much below its maximum the log likelihood may be. */
const halfChi2 = 1.920729;

/** Halvings of an interval: to its 10⁻¹² part. */
const halvings = 40;

/**
 * The share of wrong labels that a transition matrix T says, Σ_i π_i·(1 − T_ii) with the mean probabilities π of the classes,
 * and its 95 % interval: T(s) = I + s·(T − I) has s times the noise, and the interval has all s whose log likelihood
 * Σ_x ln Σ_i p_i(x)·T(s)[i][y] is at most 1.92 below the highest. That is concave in s, so that both bounds come from bisection.
 *
 * The interval is that of chance in the labels alone, where the probabilities are right and noise depends on the class only: it
 * does not hold what the classifier itself gets wrong.
 * @param probs probabilities of the true classes, out of sample [n*k]
 * @param labels as given [n]
 * @param transition `transition[true*k + noisy]`
 * @throws SymlossError for wrong sizes, labels, probabilities or a matrix that is no transition
 */
export function noiseRate(
  probs: Float64Array,
  labels: Int32Array,
  k: number,
  transition: Float64Array,
): NoiseRate {
  const where = 'noiseRate';
  checkLabels(`${where} labels`, labels, k);
  checkTransition(`${where} transition`, transition, k);
  const n = labels.length;
  checkProbabilities(`${where} probs`, probs, k, n);
  const own = new Float64Array(n); // probability of the label without noise
  const slope = new Float64Array(n); // and what it gains as s goes from 0 to 1
  let rate = 0;
  for (let row = 0; row < n; row++) {
    const label = labels[row] as number;
    let noisy = 0;
    for (let i = 0; i < k; i++) {
      const p = probs[row * k + i] as number;
      noisy += p * (transition[i * k + label] as number);
      rate += (p * (1 - (transition[i * k + i] as number))) / n;
    }
    own[row] = probs[row * k + label] as number;
    slope[row] = noisy - (own[row] as number);
  }
  if (rate === 0) return { rate: 0, low: 0, high: 0 };
  const logLikelihood = (s: number): number => {
    let sum = 0;
    for (let row = 0; row < n; row++) {
      sum += Math.log(Math.max((own[row] as number) + s * (slope[row] as number), 1e-300));
    }
    return sum;
  };
  let most = Number.POSITIVE_INFINITY; // T(s) has no negative entries up to here
  for (let i = 0; i < k; i++) most = Math.min(most, 1 / (1 - (transition[i * k + i] as number)));
  const best = maximum(logLikelihood, 0, most);
  const floor = logLikelihood(best) - halfChi2;
  const isInside = (s: number) => logLikelihood(s) >= floor;
  return {
    rate,
    low: rate * (isInside(0) ? 0 : edge(isInside, best, 0)),
    high: rate * (isInside(most) ? most : edge(isInside, best, most)),
  };
}

/** Where a concave function is highest, by ternary search. */
function maximum(f: (s: number) => number, from: number, to: number): number {
  let [a, b] = [from, to];
  for (let i = 0; i < halvings; i++) {
    const [left, right] = [a + (b - a) / 3, b - (b - a) / 3];
    if (f(left) < f(right)) a = left;
    else b = right;
  }
  return (a + b) / 2;
}

/** The last place from `inside` on towards `outside` that is inside, by bisection. */
function edge(isInside: (s: number) => boolean, inside: number, outside: number): number {
  let [a, b] = [inside, outside];
  for (let i = 0; i < halvings; i++) {
    const middle = (a + b) / 2;
    if (isInside(middle)) a = middle;
    else b = middle;
  }
  return a;
}
