import type { Shape } from '../../core/index.ts';
import { formatShape, isFloat, SymlossError, sameShape } from '../../core/index.ts';
import type { Expr } from '../expr.ts';
import type { ImageOp, Op, OpAttrs, Pair, Sliding } from '../op.ts';
import type { InferenceRule, TypeAndShape } from '../rules.ts';
import { kernelOf, windowCounts } from './windows.ts';

/** Type and shape of the operations on images and channels. */
export const imageInference: { readonly [O in ImageOp]: InferenceRule<O> } = {
  conv2d: (attrs, x, w) => ({
    dtype: floats('conv2d', x, w),
    shape: convolved('conv2d', x.shape, w.shape, attrs),
  }),
  conv2dInputGrad: (attrs, g, w) => {
    const dtype = floats('conv2dInputGrad', g, w);
    fits('conv2dInputGrad', convolved('conv2dInputGrad', attrs.shape, w.shape, attrs), g.shape);
    return { dtype, shape: attrs.shape };
  },
  conv2dWeightGrad: (attrs, x, g) => {
    const dtype = floats('conv2dWeightGrad', x, g);
    fits('conv2dWeightGrad', convolved('conv2dWeightGrad', x.shape, attrs.shape, attrs), g.shape);
    return { dtype, shape: attrs.shape };
  },
  maxPool: (attrs, x) => pooled('maxPool', attrs, x),
  maxPoolGrad: (attrs, x, y, g) => {
    const expected = pooled('maxPoolGrad', attrs, x).shape;
    fits('maxPoolGrad', expected, y.shape);
    fits('maxPoolGrad', expected, g.shape);
    floats('maxPoolGrad', x, y);
    return { dtype: floats('maxPoolGrad', x, g), shape: x.shape };
  },
  avgPool: (attrs, x) => pooled('avgPool', attrs, x),

  channelAffine: (_, x, scale, shift, ...addends) => {
    const c = channels('channelAffine', x);
    fits('channelAffine', [c], scale.shape);
    fits('channelAffine', [c], shift.shape);
    for (const addend of addends) fits('channelAffine', x.shape, addend.shape);
    for (const operand of [scale, shift, ...addends]) floats('channelAffine', x, operand);
    return { dtype: x.dtype, shape: x.shape };
  },
  channelDot: (_, a, b) => {
    fits('channelDot', a.shape, b.shape);
    return { dtype: floats('channelDot', a, b), shape: [channels('channelDot', a)] };
  },
  channelMoments: (_, x) => ({
    dtype: floats('channelMoments', x, x),
    shape: [2, channels('channelMoments', x)],
  }),
};

function convolved(
  op: Op,
  x: Shape,
  w: Shape,
  attrs: Sliding & { readonly groups: number },
): Shape {
  const { groups } = attrs;
  const [n = 0, c = 0] = x;
  const [o = 0, perGroup = 0] = w;
  const isWhole = Number.isInteger(groups) && groups >= 1 && o % groups === 0;
  if (x.length !== 4 || w.length !== 4 || !isWhole || perGroup * groups !== c) {
    throw new SymlossError(
      op,
      'x [n,c,h,w] and weights [o,c/groups,kh,kw], with o and c multiples of the groups',
      `${formatShape(x)} · ${formatShape(w)}, ${groups} group${groups === 1 ? '' : 's'}`,
    );
  }
  return [n, o, ...checkWindows(op, x, kernelOf(w), attrs)];
}

function pooled(op: Op, attrs: OpAttrs['maxPool'], x: Expr): TypeAndShape {
  const [n = 0, c = 0] = x.shape;
  if (x.shape.length !== 4) throw new SymlossError(op, 'x [n,c,h,w]', formatShape(x.shape));
  const size = checkWindows(op, x.shape, attrs.kernel, attrs);
  return { dtype: floats(op, x, x), shape: [n, c, ...size] };
}

function checkWindows(op: Op, x: Shape, kernel: Pair, attrs: Sliding): Pair {
  const { strides, pads } = attrs;
  const counts = windowCounts(x, kernel, attrs);
  const isSound =
    [...kernel, ...strides].every((v) => Number.isInteger(v) && v >= 1) &&
    pads.every((p, side) => Number.isInteger(p) && p >= 0 && p < (kernel[side % 2] as number)) &&
    counts.every((count) => count >= 1);
  if (!isSound) {
    throw new SymlossError(
      op,
      'a window within the padded input, strides of 1 or more, pads smaller than the window',
      `window [${kernel}], strides [${strides}], pads [${pads}] on ${formatShape(x)}`,
    );
  }
  return counts;
}

function channels(op: Op, x: Expr): number {
  if (x.shape.length >= 2) return x.shape[1] as number;
  throw new SymlossError(op, 'an operand [n,c,…]', formatShape(x.shape));
}

function fits(op: Op, expected: Shape, received: Shape): void {
  if (!sameShape(expected, received)) {
    throw new SymlossError(op, `shape ${formatShape(expected)}`, formatShape(received));
  }
}

function floats(op: Op, a: Expr, b: Expr) {
  if (isFloat(a.dtype) && a.dtype === b.dtype) return a.dtype;
  throw new SymlossError(op, 'operands of one float type', `${a.dtype} and ${b.dtype}`);
}
