import type { Rng } from '../core/index.ts';
import { checkInteger, checkLabels, checkNumber, checkOneOf } from '../core/index.ts';
import { identityTransition, realisedTransition, symmetricTransition } from './transition.ts';

export type NoiseKind = 'none' | 'symmetric';

/** What a noise model made of labels, with what really happened. */
export interface CorruptedLabels {
  /** The noisy labels [n]: a new array. */
  readonly labels: Int32Array;
  /** [n], 1 where the label was changed. */
  readonly mask: Uint8Array;
  /** The realised transition [k*k], see `realisedTransition`. */
  readonly transition: Float64Array;
  /** The realised share of changed labels, in [0, 1]; 0 for no rows. */
  readonly rate: number;
}

/**
 * A label-noise model: plain data and its law. It holds no state, so one model serves many runs.
 * Models that look at more than the label (features, another column) will get it as a further,
 * optional argument of `corrupt`; the first three stay.
 */
export interface LabelNoise {
  /** The canonical spec string: `parseNoise(noise.spec)` gives the same model. */
  readonly spec: string;
  readonly kind: NoiseKind;
  /**
   * The expected transition [k*k].
   * @throws SymlossError if the model cannot be applied to k classes
   */
  transition(k: number): Float64Array;
  /**
   * Draws noisy labels; the input is not changed, the same stream state gives the same labels.
   * @param labels the labels to corrupt [n], 0 to k − 1
   * @throws SymlossError if a label is out of range or the model cannot be applied to k classes
   */
  corrupt(labels: Int32Array, k: number, rng: Rng): CorruptedLabels;
}

/** No noise: labels are copied, nothing is drawn from the stream. */
export function noNoise(): LabelNoise {
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
export function symmetricNoise(rate: number, mode: SymmetricMode = 'per-row'): LabelNoise {
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

/** What happened between two label arrays; `noisy` is taken over, not copied. */
function describeCorruption(labels: Int32Array, noisy: Int32Array, k: number): CorruptedLabels {
  const mask = Uint8Array.from(noisy, (label, row) => (label === labels[row] ? 0 : 1));
  const changed = mask.reduce((sum, bit) => sum + bit, 0);
  return {
    labels: noisy,
    mask,
    transition: realisedTransition(labels, noisy, k),
    rate: labels.length === 0 ? 0 : changed / labels.length,
  };
}
