import { checkInteger, checkLabels, checkNumber, SymlossError } from '../core/index.ts';

/**
 * The matrix of no noise, [k*k].
 * @throws SymlossError unless k is an integer of at least 1
 */
export function identityTransition(k: number): Float64Array {
  checkInteger('identityTransition k', k, { min: 1 });
  const transition = new Float64Array(k * k);
  for (let i = 0; i < k; i++) transition[i * k + i] = 1;
  return transition;
}

/**
 * The matrix of symmetric (uniform) noise, [k*k]: 1 − η on the diagonal, η/(k − 1) elsewhere. The
 * rate η counts real changes only: with probability η the label becomes one of the k − 1 **other**
 * classes. (Some code draws among all k classes at rate ρ; then η = ρ(k − 1)/k.)
 * @param noiseRate η in [0, 1]
 * @throws SymlossError if k < 2 while η > 0 (no other class), or η is out of range
 */
export function symmetricTransition(k: number, noiseRate: number): Float64Array {
  checkNumber('symmetricTransition noiseRate', noiseRate, { min: 0, max: 1 });
  checkInteger('symmetricTransition k', k, { min: noiseRate > 0 ? 2 : 1 });
  if (k === 1) return identityTransition(1);
  const transition = new Float64Array(k * k).fill(noiseRate / (k - 1));
  for (let i = 0; i < k; i++) transition[i * k + i] = 1 - noiseRate;
  return transition;
}

/**
 * The factor 1 − ηk/(k − 1) by which uniform noise at rate η shrinks a symmetric loss's risk
 * differences: 1 without noise, 0 at η = (k − 1)/k (the labels say nothing), negative beyond.
 * Source: Ghosh, Kumar, Sastry, *Robust loss functions under label noise for deep neural
 * networks*, AAAI 2017, Theorem 1.
 * @param k classes, at least 2
 * @param noiseRate η in [0, 1]
 */
export function contrast(k: number, noiseRate: number): number {
  checkInteger('contrast k', k, { min: 2 });
  checkNumber('contrast noiseRate', noiseRate, { min: 0, max: 1 });
  return 1 - (noiseRate * k) / (k - 1);
}

/**
 * The empirical transition matrix [k*k]: `count(true = i, noisy = j) / count(true = i)`. A class
 * with no rows gets its row of the identity.
 * @param trueLabels [n], 0 to k − 1
 * @param noisyLabels [n], 0 to k − 1
 * @throws SymlossError if the lengths differ or a label is out of range
 */
export function empiricalTransition(
  trueLabels: Int32Array,
  noisyLabels: Int32Array,
  k: number,
): Float64Array {
  const transition = identityTransition(k);
  if (noisyLabels.length !== trueLabels.length) {
    throw new SymlossError(
      'empiricalTransition noisyLabels',
      `${trueLabels.length} labels, as many as trueLabels`,
      String(noisyLabels.length),
    );
  }
  checkLabels('empiricalTransition trueLabels', trueLabels, k);
  checkLabels('empiricalTransition noisyLabels', noisyLabels, k);
  const counts = new Float64Array(k * k);
  for (let row = 0; row < trueLabels.length; row++) {
    const cell = (trueLabels[row] as number) * k + (noisyLabels[row] as number);
    counts[cell] = (counts[cell] as number) + 1;
  }
  for (let i = 0; i < k; i++) {
    const row = counts.subarray(i * k, (i + 1) * k);
    const total = row.reduce((sum, count) => sum + count, 0);
    if (total > 0) {
      transition.set(
        row.map((count) => count / total),
        i * k,
      );
    }
  }
  return transition;
}
