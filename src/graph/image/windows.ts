import type { Shape } from '../../core/index.ts';
import type { Pair, Sliding } from '../op.ts';

/** The number of windows of this size on [n, c, h, w], vertically and horizontally. */
export function windowCounts(input: Shape, kernel: Pair, { strides, pads }: Sliding): Pair {
  const count = (axis: 0 | 1): number => {
    const padded = (input[axis + 2] as number) + pads[axis] + (pads[axis + 2] as number);
    return Math.floor((padded - kernel[axis]) / strides[axis]) + 1;
  };
  return [count(0), count(1)];
}

/** The kernel's height and width from a weight [o, c, kh, kw]. */
export function kernelOf(weight: Shape): Pair {
  return weight.slice(2) as unknown as Pair;
}
