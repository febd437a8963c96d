import { stream } from '../../src/core/index.ts';
import type { Dataset } from '../../src/data/index.ts';

export const imageShape = [3, 8, 8] as const;
export const imageSize = 192;

/**
 * n images of two classes, in turn: the left half is brighter, or the upper half, under noise of
 * about the same strength. The channels differ in brightness.
 */
export function patterns(
  n: number,
  name = 'patterns',
): Dataset & { readonly features: Uint8Array } {
  const random = stream(1, name);
  const labels = Int32Array.from({ length: n }, (_, row) => row % 2);
  const features = Uint8Array.from({ length: n * imageSize }, (_, i) => {
    const [row, channel] = [Math.floor(i / imageSize), Math.floor((i % imageSize) / 64)];
    const [y, x] = [Math.floor((i % 64) / 8), i % 8];
    const isBright = labels[row] === 0 ? x < 4 : y < 4;
    return 20 * channel + (isBright ? 60 : 0) + random.integer(120);
  });
  const classes = ['left', 'upper'];
  return { name, features, featureShape: [...imageShape], labels, classes, notices: [] };
}
