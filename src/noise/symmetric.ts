import type { Parameters, Rng, ValuesOf } from '../core/index.ts';
import { checkInteger, checkLabels, completeValues, formatForm } from '../core/index.ts';
import type { ClassNoise } from './noise.ts';
import { describeCorruption, noiseForm, rateParameter } from './noise.ts';
import { symmetricTransition } from './transition.ts';

const parameters = {
  rate: rateParameter,
  mode: {
    kind: 'choice',
    default: 'per-row',
    options: ['per-row', 'exact'],
    about: 'whether each row changes with probability η, or exactly round(η·n) rows change',
  },
} as const satisfies Parameters;

/**
 * How symmetric noise picks rows: `per-row` changes each row independently with probability η (the
 * noise of the theory; the share that changes has a standard deviation of √(η(1 − η)/n)); `exact`
 * changes exactly round(η·n) rows, chosen without replacement over all classes together.
 */
export type SymmetricMode = ValuesOf<typeof parameters>['mode'];

/**
 * Symmetric (uniform) noise: a changed row gets one of the k − 1 other classes with equal
 * probability, so P(noisy = j | true = i) = `symmetricTransition(k, η)`. The numbers drawn do
 * not depend on η: with the same seed a higher rate changes the rows that a lower one changed, to
 * the same classes, and more. So curves over η compare nested noise.
 *
 * ```ts
 * const noise = symmetricNoise(0.4);
 * const { labels, mask, noiseRate } = noise.corrupt(trueLabels, 10, stream(1, 'noise'));
 * ```
 * @param noiseRate η in [0, 1], the share of labels that become another class
 * @throws SymlossError if the rate or the mode is not one
 */
export function symmetricNoise(noiseRate: number, mode?: SymmetricMode): ClassNoise {
  const where = 'noise symmetric';
  const values = completeValues(where, parameters, { rate: noiseRate, mode });
  const corruptRows = values.mode === 'exact' ? corruptExactly : corruptEachRow;
  return {
    spec: formatForm('symmetric', parameters, values),
    kind: 'symmetric',
    transition: (k) => symmetricTransition(k, noiseRate),
    corrupt(labels, k, rng) {
      checkInteger(`${where}, k`, k, { min: noiseRate > 0 ? 2 : 1 });
      checkLabels(`${where}, labels`, labels, k);
      if (noiseRate === 0) return describeCorruption(labels, labels.slice(), k);
      return describeCorruption(labels, corruptRows(labels, k, noiseRate, rng), k);
    },
  };
}

export const symmetricForm = noiseForm({
  about: 'each wrong label is any other class, all equally likely',
  example: 'symmetric:0.4',
  parameters,
  bare: 1,
  build: ({ rate, mode }) => symmetricNoise(rate, mode),
});

/** Draws two numbers for every row, changed or not, so that noise is nested over rates. */
function corruptEachRow(labels: Int32Array, k: number, noiseRate: number, rng: Rng): Int32Array {
  return labels.map((label) => {
    const change = rng.uniform() < noiseRate;
    const other = otherClass(label, k, rng);
    return change ? other : label;
  });
}

/** The first round(η·n) rows of a random order, so that a higher rate goes on where a lower one stops. */
function corruptExactly(labels: Int32Array, k: number, noiseRate: number, rng: Rng): Int32Array {
  const noisy = labels.slice();
  const order = rng.permutation(labels.length);
  for (const row of order.subarray(0, Math.round(noiseRate * labels.length))) {
    noisy[row] = otherClass(labels[row] as number, k, rng);
  }
  return noisy;
}

/** One of the k − 1 classes that are not `label`, with equal probability. */
function otherClass(label: number, k: number, rng: Rng): number {
  const drawn = rng.integer(k - 1);
  return drawn < label ? drawn : drawn + 1;
}
