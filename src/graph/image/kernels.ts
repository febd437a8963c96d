import type { Shape } from '../../core/index.ts';
import { sizeOf } from '../../core/index.ts';
import type { Expr } from '../expr.ts';
import type { ImageOp, OpAttrs, Pair, Sliding } from '../op.ts';
import type { InterpreterRule } from '../rules.ts';
import { kernelOf } from './windows.ts';

/** The float64 reference implementation of the operations on images and channels. */
export const imageKernels: { readonly [O in ImageOp]: InterpreterRule<O> } = {
  conv2d: ({ inputs, shape, attrs }, x, w) => {
    const out = new Float64Array(sizeOf(shape));
    forEachProduct(shapeOf(inputs, 0), shapeOf(inputs, 1), shape, attrs, (ix, iw, iy) => {
      out[iy]! += x[ix]! * w[iw]!;
    });
    return out;
  },
  conv2dInputGrad: ({ inputs, shape, attrs }, g, w) => {
    const out = new Float64Array(sizeOf(shape));
    forEachProduct(shape, shapeOf(inputs, 1), shapeOf(inputs, 0), attrs, (ix, iw, iy) => {
      out[ix]! += g[iy]! * w[iw]!;
    });
    return out;
  },
  conv2dWeightGrad: ({ inputs, shape, attrs }, x, g) => {
    const out = new Float64Array(sizeOf(shape));
    forEachProduct(shapeOf(inputs, 0), shape, shapeOf(inputs, 1), attrs, (ix, iw, iy) => {
      out[iw]! += x[ix]! * g[iy]!;
    });
    return out;
  },
  maxPool: ({ inputs, shape, attrs }, x) => {
    const out = new Float64Array(sizeOf(shape)).fill(Number.NEGATIVE_INFINITY);
    forEachInWindows(shapeOf(inputs, 0), shape, attrs.kernel, attrs, (ix, iy) => {
      out[iy] = Math.max(out[iy]!, x[ix]!);
    });
    return out;
  },
  maxPoolGrad: ({ inputs, shape, attrs }, x, y, g) => {
    const pooled = shapeOf(inputs, 1);
    const maxima = new Float64Array(y.length);
    forEachInWindows(shape, pooled, attrs.kernel, attrs, (ix, iy) => {
      if (x[ix] === y[iy]) maxima[iy]! += 1;
    });
    const out = new Float64Array(sizeOf(shape));
    forEachInWindows(shape, pooled, attrs.kernel, attrs, (ix, iy) => {
      if (x[ix] === y[iy]) out[ix]! += g[iy]! / maxima[iy]!;
    });
    return out;
  },
  avgPool: ({ inputs, shape, attrs }, x) => {
    const out = new Float64Array(sizeOf(shape));
    forEachInWindows(shapeOf(inputs, 0), shape, attrs.kernel, attrs, (ix, iy) => {
      out[iy]! += x[ix]! / sizeOf(attrs.kernel);
    });
    return out;
  },

  channelAffine: ({ shape, attrs: { relu } }, x, scale, shift, addend) =>
    x.map((v, i) => {
      const c = channelOf(shape, i);
      const y = v * scale[c]! + shift[c]! + (addend?.[i] ?? 0);
      return relu ? Math.max(y, 0) : y;
    }),
  channelDot: ({ inputs, shape }, a, b) => {
    const out = new Float64Array(sizeOf(shape));
    a.forEach((v, i) => {
      out[channelOf(shapeOf(inputs, 0), i)]! += v * b[i]!;
    });
    return out;
  },
  channelMoments: ({ inputs, shape }, x) => {
    const out = new Float64Array(sizeOf(shape));
    x.forEach((v, i) => {
      const c = channelOf(shapeOf(inputs, 0), i);
      out[c]! += v;
      out[c + shape[1]!]! += v * v;
    });
    return out;
  },
};

/** Visits every product of a convolution by its indices in input, weight and output. */
function forEachProduct(
  x: Shape,
  w: Shape,
  y: Shape,
  attrs: OpAttrs['conv2d'],
  visit: (ix: number, iw: number, iy: number) => void,
): void {
  const [n, channels] = x as [number, number];
  const [o, perGroup] = w as [number, number];
  forEachWindowElement(x, y, kernelOf(w), attrs, (at, position, element) => {
    for (let image = 0; image < n; image++) {
      for (let out = 0; out < o; out++) {
        const first = Math.floor(out / (o / attrs.groups)) * perGroup;
        for (let c = 0; c < perGroup; c++) {
          visit(
            (image * channels + first + c) * planeSize(x) + at,
            (out * perGroup + c) * planeSize(w) + element,
            (image * o + out) * planeSize(y) + position,
          );
        }
      }
    }
  });
}

/** Visits every element of every window by its index in x and that of the window in y. */
function forEachInWindows(
  x: Shape,
  y: Shape,
  kernel: Pair,
  sliding: Sliding,
  visit: (ix: number, iy: number) => void,
): void {
  forEachWindowElement(x, y, kernel, sliding, (at, position) => {
    for (let plane = 0; plane < x[0]! * x[1]!; plane++) {
      visit(plane * planeSize(x) + at, plane * planeSize(y) + position);
    }
  });
}

/** Visits the elements of every window within one channel, by their indices in x, y and the window. */
function forEachWindowElement(
  [, , h, w]: Shape,
  [, , rows, columns]: Shape,
  [kh, kw]: Pair,
  { strides, pads }: Sliding,
  visit: (at: number, position: number, element: number) => void,
): void {
  for (let i = 0; i < rows!; i++) {
    for (let j = 0; j < columns!; j++) {
      for (let element = 0; element < kh * kw; element++) {
        const row = i * strides[0] + Math.floor(element / kw) - pads[0];
        const column = j * strides[1] + (element % kw) - pads[1];
        if (row < 0 || row >= h! || column < 0 || column >= w!) continue;
        visit(row * w! + column, i * columns! + j, element);
      }
    }
  }
}

function planeSize(shape: Shape): number {
  return shape[2]! * shape[3]!;
}

function shapeOf(inputs: readonly Expr[], i: number): Shape {
  return inputs[i]!.shape;
}

function channelOf(shape: Shape, i: number): number {
  return Math.floor(i / sizeOf(shape.slice(2))) % shape[1]!;
}
