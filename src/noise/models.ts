import type { Rng } from '../core/index.ts';
import { checkInteger, checkLabels, checkNumber, checkOneOf } from '../core/index.ts';
import type { ClassNoise } from './noise.ts';
import { describeCorruption } from './noise.ts';
import { identityTransition, symmetricTransition } from './transition.ts';

/** No noise: labels are copied, nothing is drawn from the stream. */
export function noNoise(): ClassNoise {
  return {
    spec: 'none',
    kind: 'none',
    transition: identityTransition,
    corrupt(labels, k) {
      checkInteger('noise none k', k, { min: 1 });
      checkLabels('noise none labels', labels, k);
      return describeCorruption(labels, labels.slice(), k);
    },
  };
}

/**
 * How symmetric noise picks rows: `per-row` changes each row independently with probability η (the
 * noise of the theory; the realised rate varies by about √(η(1 − η)/n)); `exact` changes exactly
 * round(η·n) rows, chosen without replacement over all classes together.
 */
export type SymmetricMode = 'per-row' | 'exact';

export const symmetricModes: readonly SymmetricMode[] = ['per-row', 'exact'];

/**
 * Symmetric (uniform) noise: a changed row gets one of the k − 1 other classes with equal
 * probability, so P(noisy = j | true = i) = `symmetricTransition(k, rate)`. The numbers drawn do
 * not depend on the rate: with the same seed a higher rate changes the rows that a lower one
 * changed, to the same classes, and more. Curves over η are then compared on nested noise.
 *
 * ```ts
 * const noise = symmetricNoise(0.4);
 * const { labels, mask, rate } = noise.corrupt(trueLabels, 10, stream(1, 'noise'));
 * ```
 * @param rate η in [0, 1], the share of labels that really change
 * @throws SymlossError if the rate or the mode is not one
 */
export function symmetricNoise(rate: number, mode: SymmetricMode = 'per-row'): ClassNoise {
  checkNumber('noise symmetric rate', rate, { min: 0, max: 1 });
  checkOneOf('noise symmetric mode', mode, symmetricModes);
  return {
    spec: `symmetric:${rate}${mode === 'per-row' ? '' : `,mode=${mode}`}`,
    kind: 'symmetric',
    transition: (k) => symmetricTransition(k, rate),
    corrupt(labels, k, rng) {
      checkInteger('noise symmetric k', k, { min: rate > 0 ? 2 : 1 });
      checkLabels('noise symmetric labels', labels, k);
      if (rate === 0) return describeCorruption(labels, labels.slice(), k);
      const corruptRows = mode === 'exact' ? corruptExactly : corruptEachRow;
      return describeCorruption(labels, corruptRows(labels, k, rate, rng), k);
    },
  };
}

/** Draws two numbers for every row, changed or not: that nests the noise over rates. */
function corruptEachRow(labels: Int32Array, k: number, rate: number, rng: Rng): Int32Array {
  return labels.map((label) => {
    const change = rng.uniform() < rate;
    const other = otherClass(label, k, rng);
    return change ? other : label;
  });
}

/** The first round(η·n) rows of a random order, so a higher rate goes on where a lower stopped. */
function corruptExactly(labels: Int32Array, k: number, rate: number, rng: Rng): Int32Array {
  const noisy = labels.slice();
  const order = rng.permutation(labels.length);
  for (const row of order.subarray(0, Math.round(rate * labels.length))) {
    noisy[row] = otherClass(labels[row] as number, k, rng);
  }
  return noisy;
}

/** One of the k − 1 classes that are not `label`, with equal probability. */
function otherClass(label: number, k: number, rng: Rng): number {
  const drawn = rng.integer(k - 1);
  return drawn < label ? drawn : drawn + 1;
}
