import type { Pads, Pair, SlidingOptions } from '../graph/index.ts';
import { avgPool as avgPoolOf, maxPool as maxPoolOf, mean } from '../graph/index.ts';
import type { Layer } from './scope.ts';

export interface PoolOptions {
  /** Default: the window's size, so that windows do not overlap. */
  readonly stride?: number;
  /** Default: 0. */
  readonly padding?: number;
}

/** The largest element of each square window of images [n, c, h, w]. */
export function maxPool(kernel: number, options: PoolOptions = {}): Layer {
  const sliding = slidingOf(kernel, options);
  return (x) => maxPoolOf(x, [kernel, kernel], sliding);
}

/** The mean of each square window of images [n, c, h, w]; padding counts as zeros. */
export function avgPool(kernel: number, options: PoolOptions = {}): Layer {
  const sliding = slidingOf(kernel, options);
  return (x) => avgPoolOf(x, [kernel, kernel], sliding);
}

/** The mean over all places: [n, c, h, w] → [n, c]. */
export const globalAvgPool: Layer = (x) => mean(x, [2, 3]);

function slidingOf(kernel: number, { stride = kernel, padding = 0 }: PoolOptions): SlidingOptions {
  const strides: Pair = [stride, stride];
  const pads: Pads = [padding, padding, padding, padding];
  return { strides, pads };
}
