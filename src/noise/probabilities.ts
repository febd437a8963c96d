import { checkInteger, checkTransition, SymlossError } from '../core/index.ts';

/** Probabilities come from float32 softmaxes of up to thousands of classes: rounding adds up. */
const PROBABILITY_SUM_TOLERANCE = 1e-4;

/**
 * Checks class probabilities [n*k]: whole rows, no negative entry, row sums of 1 within 1e-4.
 * @param n how many rows there must be; any whole number of rows by default
 * @throws SymlossError naming the first bad row (from 0)
 */
export function checkProbabilities(
  where: string,
  probs: Float64Array,
  k: number,
  n = Math.floor(probs.length / k),
): void {
  checkInteger(`${where} k`, k, { min: 1 });
  if (probs.length !== n * k) {
    throw new SymlossError(where, `${n} rows of ${k} = ${n * k} numbers`, String(probs.length));
  }
  for (let row = 0; row < n; row++) {
    let sum = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let i = row * k; i < (row + 1) * k; i++) {
      sum += probs[i] as number;
      least = Math.min(least, probs[i] as number);
    }
    // NaN fails both comparisons, so the conditions are written for what is good.
    if (!(least >= 0 && Math.abs(sum - 1) <= PROBABILITY_SUM_TOLERANCE)) {
      const received = least < 0 ? `an entry of ${least} (row sum ${sum})` : `a sum of ${sum}`;
      throw new SymlossError(`${where}, row ${row}`, 'probabilities with a sum of 1', received);
    }
  }
}

/**
 * The class probabilities of the noisy label, [n*k]: row ↦ Tᵀ·row, i.e.
 * p̃_j = Σ_i p_i · transition[i*k + j].
 * @param probs [n*k], rows sum to 1
 * @throws SymlossError if `transition` is not one
 */
export function noisyProbabilities(
  probs: Float64Array,
  k: number,
  transition: Float64Array,
): Float64Array {
  checkTransition('noisyProbabilities transition', transition, k);
  checkProbabilities('noisyProbabilities probs', probs, k);
  const noisy = new Float64Array(probs.length);
  for (let start = 0; start < probs.length; start += k) {
    for (let i = 0; i < k; i++) {
      const p = probs[start + i] as number;
      for (let j = 0; j < k; j++) {
        noisy[start + j] = (noisy[start + j] as number) + p * (transition[i * k + j] as number);
      }
    }
  }
  return noisy;
}
