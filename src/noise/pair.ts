import type { Parameters } from '../core/index.ts';
import { checkInteger, completeValues, formatForm } from '../core/index.ts';
import { classMapNoise } from './class-map-noise.ts';
import type { ClassNoise } from './noise.ts';
import { noiseForm, rateParameter } from './noise.ts';

const parameters = { rate: rateParameter } as const satisfies Parameters;

/**
 * Pair (flip) noise: class i becomes i + 1, and the last class the first, with probability η. With
 * the same seed a higher rate changes the rows that a lower one changed, and more.
 *
 * Source: Han et al., *Co-teaching: robust training of deep neural networks with extremely noisy
 * labels*, NeurIPS 2018, Figure 2.
 * @param noiseRate η in [0, 1], the share of labels that change
 * @throws SymlossError if the rate is not one
 */
export function pairNoise(noiseRate: number): ClassNoise {
  const where = 'noise pair';
  const values = completeValues(where, parameters, { rate: noiseRate });
  const spec = formatForm('pair', parameters, values);
  return classMapNoise(where, { spec, kind: 'pair' }, noiseRate, (k) => {
    checkInteger(`${where}, k`, k, { min: noiseRate > 0 ? 2 : 1 });
    return Int32Array.from({ length: k }, (_, i) => (i + 1) % k);
  });
}

export const pairForm = noiseForm({
  about: 'a wrong label is the next class, and the last class becomes the first',
  example: 'pair:0.4',
  parameters,
  build: ({ rate }) => pairNoise(rate),
});
