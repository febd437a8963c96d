import { SymlossError, sizeOf } from '../../core/index.ts';
import type { Expr } from '../expr.ts';
import type { ImageOp } from '../op.ts';
import { full, mul, reshape, slice, step, sum } from '../ops.ts';
import type { VjpRule } from '../rules.ts';
import {
  channelAffine,
  channelDot,
  conv2d,
  conv2dInputGrad,
  conv2dWeightGrad,
  maxPoolGrad,
} from './ops.ts';

/** The vector-Jacobian products of the operations on images and channels. */
export const imageVjp: { readonly [O in ImageOp]: VjpRule<O> } = {
  // A convolution is bilinear, y = x ∗ w, and so are its two gradients: each is differentiated by
  // the other two.
  conv2d: (g, { attrs }, x, w) => [
    conv2dInputGrad(g, w, x.shape, attrs),
    conv2dWeightGrad(x, g, w.shape, attrs),
  ],
  conv2dInputGrad: (g, { attrs }, g0, w) => [
    conv2d(g, w, attrs),
    conv2dWeightGrad(g, g0, w.shape, attrs),
  ],
  conv2dWeightGrad: (g, { attrs }, x, g0) => [
    conv2dInputGrad(g0, g, x.shape, attrs),
    conv2d(x, g, attrs),
  ],
  maxPool: (g, y, x) => [maxPoolGrad(x, y, g, y.attrs)],
  maxPoolGrad: () => {
    throw new SymlossError('gradient of maxPool', 'first derivatives only', 'a second one');
  },
  // a mean is a convolution of each channel with 1/(kh·kw)
  avgPool: (g, { attrs }, x) => {
    const groups = x.shape[1] as number;
    const weight = full([groups, 1, ...attrs.kernel], 1 / sizeOf(attrs.kernel), x.dtype);
    return [conv2dInputGrad(g, weight, x.shape, { ...attrs, groups })];
  },

  // d (x·s + b + r) = s dx + x ds + db + dr, where ds and db are sums over each channel; with relu, of
  // the gradient of its argument
  channelAffine: (g, y, x, scale) => {
    const inner = y.attrs.relu ? mul(g, step(y)) : g;
    return [
      channelAffine(inner, scale, full(scale.shape, 0, g.dtype)),
      channelDot(inner, x),
      channelSum(inner),
      ...y.inputs.slice(3).map(() => inner),
    ];
  },
  channelDot: (g, _, a, b) => {
    const zero = full(g.shape, 0, g.dtype);
    return [channelAffine(b, g, zero), channelAffine(a, g, zero)];
  },
  // d (Σx, Σx²) = (Σ dx, Σ 2x dx): an affine function of x
  channelMoments: (g, { shape: [, c = 0] }, x) => {
    const row = (i: number): Expr => reshape(slice(g, [i, 0], [i + 1, c]), [c]);
    return [channelAffine(x, mul(row(1), 2), row(0))];
  },
};

function channelSum(x: Expr): Expr {
  return sum(
    x,
    x.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis])),
  );
}
