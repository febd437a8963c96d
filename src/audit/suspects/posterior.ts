import {
  checkLabels,
  checkProbabilities,
  checkTransition,
  SymlossError,
} from '../../core/index.ts';

/** How probable it is that each label is wrong, and what it should be then. */
export interface LabelPosterior {
  /** [n], p(the given label is wrong | row, given label). */
  readonly pWrong: Float64Array;
  /** [n], the most probable class beside the given one; of equal ones the first. */
  readonly suggested: Int32Array;
  /** [n], p(that is the true class | row, given label). */
  readonly pSuggested: Float64Array;
}

/**
 * By Bayes' rule from what a model says and how labels go wrong:
 * p(true = c | row, given y) = p_c·T[c][y] / Σ_j p_j·T[j][y], and p(wrong) = 1 − p(true = y | row, given y).
 *
 * It is as good as its inputs: p must be out of sample and calibrated for the true class, and T the noise, which is taken
 * to depend on the class only. Where no class can have the given label, p itself is taken.
 * @param labels [n], as given, 0 to k − 1
 * @param probs p(true class | row) [n, k], row-major; rows sum to 1
 * @param transition T[true·k + given] [k, k], rows sum to 1
 * @throws SymlossError for wrong sizes, labels, probabilities or a matrix that is no transition
 */
export function labelPosterior(
  labels: Int32Array,
  probs: Float32Array | Float64Array,
  transition: Float64Array,
): LabelPosterior {
  return posteriorSummary(labels, classPosteriors(labels, probs, transition));
}

/** As `labelPosterior`: p(true class | row, given label) itself, [n, k], row-major. */
export function classPosteriors(
  labels: Int32Array,
  probs: Float32Array | Float64Array,
  transition: Float64Array,
): Float64Array {
  const n = labels.length;
  const k = Math.round(Math.sqrt(transition.length));
  const where = 'labelPosterior';
  if (k < 2) throw new SymlossError(`${where} transition`, 'at least two classes', String(k));
  checkTransition(`${where} transition`, transition, k);
  checkLabels(`${where} labels`, labels, k);
  checkProbabilities(`${where} probs`, probs, k, n);
  const posteriors = new Float64Array(n * k);
  for (let row = 0; row < n; row++) {
    const label = labels[row] as number;
    const own = posteriors.subarray(row * k, (row + 1) * k);
    let sum = 0;
    for (let c = 0; c < k; c++) {
      const mass = (probs[row * k + c] as number) * (transition[c * k + label] as number);
      own[c] = mass;
      sum += mass;
    }
    if (sum === 0) {
      own.set(probs.subarray(row * k, (row + 1) * k));
      for (const p of own) sum += p;
    }
    for (let c = 0; c < k; c++) own[c] = (own[c] as number) / sum;
  }
  return posteriors;
}

/** What p(true class | row, given label) [n, k], row-major, says of the labels [n]. */
export function posteriorSummary(labels: Int32Array, posteriors: Float64Array): LabelPosterior {
  const n = labels.length;
  const k = posteriors.length / n;
  const pWrong = new Float64Array(n);
  const pSuggested = new Float64Array(n);
  const suggested = new Int32Array(n);
  for (let row = 0; row < n; row++) {
    const label = labels[row] as number;
    const own = posteriors.subarray(row * k, (row + 1) * k);
    let best = label === 0 ? 1 : 0;
    let others = 0;
    for (let c = 0; c < k; c++) {
      if (c === label) continue;
      others += own[c] as number; // not 1 − p: that loses what is nearly 0
      if ((own[c] as number) > (own[best] as number)) best = c;
    }
    pWrong[row] = others;
    suggested[row] = best;
    pSuggested[row] = own[best] as number;
  }
  return { pWrong, suggested, pSuggested };
}
