import type { Expr, NodeOf } from '../expr.ts';
import type { Emitter } from './emitter.ts';
import type { LoweringRule } from './rules.ts';

/** Products with fewer numbers leave parts of a graphics card idle, as long as there are images to take apart. */
const enoughNumbers = 2 ** 18;

/**
 * The gradient of a convolution's weight as matrix products, one for each element of the kernel: of g and of the elements of x that it met,
 * over all positions and images. The images are divided into parts, whose products are made at the same time and then added, so many that
 * each product has enough numbers. Not for groups of channels.
 */
export const weightGradByProducts: LoweringRule<'conv2dWeightGrad'> = (node, [x, g], e) => {
  const [n, o, rows, columns] = (node.inputs[1] as Expr).shape as readonly number[] as Quadruple;
  const [, c, kh, kw] = node.shape as readonly number[] as Quadruple;
  const parts = partsOf(n, o * c);
  const inPart = (n / parts) * rows * columns;
  const ofParts = e.reshape(g, [parts, n / parts, o, rows * columns]);
  const outputs = e.node('Transpose', [ofParts], { perm: [0, 2, 1, 3] });
  const gradients = e.reshape(outputs, [parts, o, inPart]);
  const images = paddedChannelsLast(node, x, e);
  const { strides } = node.attrs;
  const products = Array.from({ length: kh * kw }, (_, tap) => {
    const starts = [Math.floor(tap / kw), tap % kw];
    const ends = starts.map((s, axis) => s + ([rows, columns][axis]! - 1) * strides[axis]! + 1);
    const met = e.node('Slice', [
      images,
      ...[starts, ends, [1, 2], strides].map((list) => e.integers(list)),
    ]);
    const product = e.node('MatMul', [gradients, e.reshape(met, [parts, inPart, c])]);
    return e.reshape(product, [parts, o, c, 1]);
  });
  const taps = products.length === 1 ? products[0]! : e.node('Concat', products, { axis: 3 });
  const total = parts === 1 ? taps : e.node('ReduceSum', [taps, e.integers([0])], { keepdims: 0 });
  return e.reshape(total, [o, c, kh, kw]);
};

type Quadruple = readonly [number, number, number, number];

/** The smallest number of parts, of the same size, with which all products together have enough numbers; else all images by themselves. */
function partsOf(n: number, numbers: number): number {
  for (let parts = 1; parts < n; parts++) {
    if (n % parts === 0 && parts * numbers >= enoughNumbers) return parts;
  }
  return n;
}

/** [n, h, w, c], with the rows and columns of padding that windows reach. */
function paddedChannelsLast(node: NodeOf<'conv2dWeightGrad'>, x: string, e: Emitter): string {
  const [, , h, w] = (node.inputs[0] as Expr).shape as readonly number[] as Quadruple;
  const [, , rows, columns] = (node.inputs[1] as Expr).shape as readonly number[] as Quadruple;
  const [, , kh, kw] = node.shape as readonly number[] as Quadruple;
  const { strides, pads } = node.attrs;
  const [bottom, right] = [
    [rows, kh, h, pads[0], strides[0]],
    [columns, kw, w, pads[1], strides[1]],
  ].map(([count, kernel, size, before, stride]) =>
    Math.max(0, (count! - 1) * stride! + kernel! - size! - before!),
  ) as [number, number];
  const channelsLast = e.node('Transpose', [x], { perm: [0, 2, 3, 1] });
  const all = [0, pads[0], pads[1], 0, 0, bottom, right, 0];
  return all.every((p) => p === 0) ? channelsLast : e.node('Pad', [channelsLast, e.integers(all)]);
}
