import type { Dataset, TrainOptions } from '../../src/index.ts';
import { core, data, digits, parseNoise } from './package.ts';

export const all = await digits();
export const d = 64;
/** Every second image is trained on, the others are tested on. */
export const rows = (odd: number) =>
  data.selectRows(
    all,
    Array.from({ length: Math.floor(all.labels.length / 2) }, (_, i) => 2 * i + odd),
  );
export const half = rows(0);
export const tested = rows(1);

/** Quick runs: a small network, few rows and epochs. */
export const quick = {
  data: half,
  model: 'mlp:16',
  test: tested,
  validation: 0,
  loss: 'sgce:q=0.7',
  epochs: 3,
} satisfies TrainOptions;

/** Labels of which a share is wrong, the right ones known beside them. */
export function corrupted<D extends Dataset>(
  source: D,
  rate: number,
): D & { trueLabels: Int32Array } {
  const noise = parseNoise(`symmetric:${rate}`);
  const { labels } = noise.corrupt(source.labels, 10, core.stream(9, 'noise'));
  return { ...source, labels, trueLabels: source.labels };
}
