import { sizeOf } from '../../core/index.ts';
import type { Expr, NodeOf } from '../expr.ts';
import { kernelOf } from '../image/windows.ts';
import type { ImageOp, OpAttrs, Pads, Sliding } from '../op.ts';
import type { Emitter } from './emitter.ts';
import type { LoweringRule } from './rules.ts';
import { weightGradByProducts } from './weight-products.ts';

/** Lower than any value in a network; finite, so that 0 times it is 0. */
const lowest = -3e38;

/** The ONNX form of the operations on images and channels, in plain layout (NCHW). */
export const imageLowering: { readonly [O in ImageOp]: LoweringRule<O> } = {
  conv2d: ({ inputs, attrs }, operands, e) =>
    e.node('Conv', operands, {
      ...window(kernelOf((inputs[1] as Expr).shape), attrs),
      group: attrs.groups,
    }),
  // with stride 1 a convolution with the flipped kernel, which is faster than ConvTranspose
  conv2dInputGrad: ({ inputs, shape, attrs }, [g, w], e) => {
    const { strides, pads, groups } = attrs;
    const [o, perGroup, kh, kw] = (inputs[1] as Expr).shape as [number, number, number, number];
    if (strides[0] === 1 && strides[1] === 1) {
      const grouped = e.reshape(w, [groups, o / groups, perGroup, kh * kw]);
      const swapped = e.node('Transpose', [grouped], { perm: [0, 2, 1, 3] });
      const taps = Array.from({ length: kh * kw }, (_, tap) => kh * kw - 1 - tap);
      const flipped = kh * kw === 1 ? swapped : e.gather(swapped, taps, 3);
      const weight = e.reshape(flipped, [groups * perGroup, o / groups, kh, kw]);
      const opposite = pads.map((p, side) => [kh, kw][side % 2]! - 1 - p) as unknown as Pads;
      return e.node('Conv', [g, weight], {
        ...window([kh, kw], { strides, pads: opposite }),
        group: groups,
      });
    }
    // rows and columns at the end that no window covered
    const uncovered = [0, 1].map((axis) => {
      const reached = ((inputs[0] as Expr).shape[axis + 2]! - 1) * strides[axis]! + [kh, kw][axis]!;
      return shape[axis + 2]! + pads[axis]! + pads[axis + 2]! - reached;
    });
    return e.node('ConvTranspose', [g, w], {
      ...window([kh, kw], attrs),
      group: groups,
      output_padding: uncovered,
    });
  },
  conv2dWeightGrad: (node, operands, e, options) => {
    const { target, weightGrad } = options;
    const asProducts = target === 'device' && weightGrad === 'products' && node.attrs.groups === 1;
    const rule = asProducts ? weightGradByProducts : weightGradByConvolution;
    return rule(node, operands, e, options);
  },
  maxPool: ({ attrs }, operands, e) => e.node('MaxPool', operands, window(attrs.kernel, attrs)),
  maxPoolGrad: (node, operands, e, options) =>
    tilesExactly(node)
      ? tiledMaxPoolGrad(node, operands, e, options)
      : slidingMaxPoolGrad(node, operands, e, options),
  avgPool: ({ attrs }, operands, e) =>
    e.node('AveragePool', operands, { ...window(attrs.kernel, attrs), count_include_pad: 1 }),

  // batch normalisation with mean 0 and variance 1: one pass
  channelAffine: ({ dtype, shape: [, c = 0], attrs }, [x, scale, shift = '', addend], e) => {
    const filled = (value: number) => e.constant(dtype, [c], new Float64Array(c).fill(value));
    const operands = [x, scale, shift, filled(0), filled(1)];
    const affine = e.node('BatchNormalization', operands, { epsilon: { float: 0 } });
    const total = addend === undefined ? affine : e.node('Add', [affine, addend]);
    return attrs.relu ? e.node('Relu', [total]) : total;
  },
  channelDot: ({ inputs }, [a, b], e) => channelSum(inputs[0] as Expr, e.node('Mul', [a, b]), e),
  channelMoments: ({ inputs, shape: [, c = 0] }, [x], e) => {
    const [operand] = inputs as [Expr];
    const sums = [x, e.node('Mul', [x, x])].map((value) =>
      e.reshape(channelSum(operand, value, e), [1, c]),
    );
    return e.node('Concat', sums, { axis: 0 });
  },
};

/**
 * One convolution, with the positions of g as its kernel and the batch as its channels, so that it
 * sums over both. With the channels of x innermost, along the rows, and the kernel dilated by their
 * number, its outputs are the kernel elements and channels of the weight.
 */
const weightGradByConvolution: LoweringRule<'conv2dWeightGrad'> = (
  { inputs, shape, attrs },
  [x, g],
  e,
) => {
  const { groups } = attrs;
  const [n, , h, w] = (inputs[0] as Expr).shape as [number, number, number, number];
  const [o, perGroup, kh, kw] = shape as [number, number, number, number];
  const grouped = e.reshape(x, [n, groups, perGroup, h, w]);
  const channelsLast = e.node('Transpose', [grouped], { perm: [1, 0, 3, 4, 2] });
  const images = e.reshape(channelsLast, [1, groups * n, h, w * perGroup]);
  const kernel = e.node('Transpose', [g], { perm: [1, 0, 2, 3] });
  const geometry = weightGradWindow(
    (inputs[0] as Expr).shape,
    shape,
    (inputs[1] as Expr).shape,
    attrs,
  );
  const cropped = cropRows(images, geometry.crop, [h, w * perGroup], e);
  const taps = e.node('Conv', [cropped, kernel], { ...geometry.window, group: groups });
  const rows = e.reshape(taps, [o, kh * kw, perGroup]);
  return e.reshape(e.node('Transpose', [rows], { perm: [0, 2, 1] }), [o, perGroup, kh, kw]);
};

/** Whether every element of a pooled image lies in exactly one window. */
export function tilesExactly({ shape, attrs }: NodeOf<'maxPoolGrad'>): boolean {
  const { kernel, strides, pads } = attrs;
  return [0, 1].every(
    (axis) =>
      kernel[axis] === strides[axis] &&
      pads[axis] === 0 &&
      pads[axis + 2] === 0 &&
      (shape[axis + 2] as number) % (kernel[axis] as number) === 0,
  );
}

/** The maxima by comparison with y, which is repeated over its windows, as g is. */
const tiledMaxPoolGrad: LoweringRule<'maxPoolGrad'> = ({ dtype, attrs }, [x, y, g], e) => {
  const { kernel, strides } = attrs;
  const repeat = (value: string): string => {
    const scales = e.constant('float32', [4], [1, 1, ...kernel]);
    const modes = { coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' };
    return e.node('Resize', [value, '', scales], modes);
  };
  const isMax = e.cast(e.node('Equal', [x, repeat(y)]), dtype);
  const share = e.node('AveragePool', [isMax], { kernel_shape: kernel, strides });
  const count = e.node('Mul', [share, e.scalar(dtype, sizeOf(kernel))]);
  return e.node('Mul', [isMax, repeat(e.node('Div', [g as string, count]))]);
};

/** For windows that overlap: their elements are gathered by a convolution with one-hot kernels. */
const slidingMaxPoolGrad: LoweringRule<'maxPoolGrad'> = (
  { inputs, shape, dtype, attrs },
  [x, y, g = ''],
  e,
) => {
  const [n, c, h, w] = shape as [number, number, number, number];
  const { kernel, strides, pads } = attrs;
  const [, , rows, columns] = (inputs[1] as Expr).shape as [number, number, number, number];
  const size = sizeOf(kernel);
  const [top, left, bottom, right] = pads;
  const padded = pads.every((p) => p === 0)
    ? x
    : e.node('Pad', [
        x,
        e.integers([0, 0, top, left, 0, 0, bottom, right]),
        e.scalar(dtype, lowest),
      ]);
  const oneHotKernels = e.constant(
    dtype,
    [c * size, 1, ...kernel],
    Float64Array.from({ length: c * size * size }, (_, i) =>
      Number(i % size === Math.floor(i / size) % size),
    ),
  );
  const sliding = { kernel_shape: kernel, strides, group: c };
  const elements = e.reshape(e.node('Conv', [padded, oneHotKernels], sliding), [
    n,
    c,
    size,
    rows,
    columns,
  ]);
  const column = (value: string) => e.reshape(value, [n, c, 1, rows, columns]);
  const isMax = e.cast(e.node('Equal', [elements, column(y)]), dtype);
  const count = e.node('ReduceSum', [isMax, e.integers([2])], { keepdims: 1 });
  const shares = e.node('Mul', [isMax, e.node('Div', [column(g), count])]);
  return e.node('ConvTranspose', [e.reshape(shares, [n, c * size, rows, columns]), oneHotKernels], {
    ...sliding,
    pads,
    output_padding: [0, 1].map((axis) => {
      const reached = ([rows, columns][axis]! - 1) * strides[axis]! + kernel[axis]!;
      return [h, w][axis]! + pads[axis]! + pads[axis + 2]! - reached;
    }),
  });
};

function channelSum(x: Expr, value: string, e: Emitter): string {
  const axes = x.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
  return e.node('ReduceSum', [value, e.integers(axes)], { keepdims: 0 });
}

export function window(kernel: readonly number[], { strides, pads }: Sliding) {
  return { kernel_shape: kernel, strides, pads };
}

/**
 * The convolution of x [n, c, h, w·c] with the positions of g as the kernel that gives the elements of a
 * weight: its attributes, and the rows and columns of x that no window covered, to be cropped first.
 */
export function weightGradWindow(
  x: readonly number[],
  weight: readonly number[],
  g: readonly number[],
  { strides, pads }: OpAttrs['conv2d'],
) {
  const perGroup = weight[1] as number;
  const after = [0, 1].map((axis) => {
    const reached = (g[axis + 2]! - 1) * strides[axis]! + weight[axis + 2]!;
    return reached - x[axis + 2]! - pads[axis]!;
  }) as [number, number];
  const [bottom, right] = after.map((p) => Math.max(p, 0)) as [number, number];
  return {
    window: {
      kernel_shape: g.slice(2),
      strides: [1, 1],
      dilations: [strides[0], strides[1] * perGroup],
      pads: [pads[0], pads[1] * perGroup, bottom, right * perGroup],
    },
    crop: [Math.max(-after[0], 0), Math.max(-after[1], 0) * perGroup] as const,
  };
}

/** Crops rows and columns at the end of [1, m, h, w]. */
function cropRows(
  images: string,
  crop: readonly [number, number],
  [h, w]: readonly [number, number],
  e: Emitter,
): string {
  if (crop[0] === 0 && crop[1] === 0) return images;
  return e.node('Slice', [
    images,
    e.integers([0, 0]),
    e.integers([h - crop[0], w - crop[1]]),
    e.integers([2, 3]),
  ]);
}
