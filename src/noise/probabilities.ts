import { checkProbabilities, checkTransition } from '../core/index.ts';

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
  const { common, others, more } = columnsOf(transition, k);
  const noisy = new Float64Array(probs.length);
  for (let start = 0; start < probs.length; start += k) {
    let sum = 0;
    for (let i = start; i < start + k; i++) sum += probs[i] as number;
    for (let j = 0; j < k; j++) noisy[start + j] = sum * (common[j] as number);
    for (let at = 0; at < others.length; at++) {
      const cell = others[at] as number;
      const [from, to] = [start + Math.floor(cell / k), start + (cell % k)];
      noisy[to] = (noisy[to] as number) + (probs[from] as number) * (more[at] as number);
    }
    // where the others take all of what is common, rounding may leave less than nothing
    for (let j = start; j < start + k; j++) noisy[j] = Math.max(0, noisy[j] as number);
  }
  return noisy;
}

/**
 * A transition as what most entries of a column are, and the cells where it is more or less than that.
 * Of most noise these are a few for each class, so that a row of k classes costs k operations and not
 * k². Any choice of `common` is right; of three entries, what two share is the usual one.
 */
function columnsOf(transition: Float64Array, k: number) {
  const common = new Float64Array(k);
  for (let j = 0; j < k; j++) {
    const [a, b, c] = [1, 2, 3].map((step) => transition[((j + step) % k) * k + j] as number);
    common[j] = (b === c ? b : a) as number;
  }
  const beyond = transition.map((entry, cell) => entry - (common[cell % k] as number));
  const others = Uint32Array.from(beyond.keys()).filter((cell) => beyond[cell] !== 0);
  return { common, others, more: Float64Array.from(others, (cell) => beyond[cell] as number) };
}
