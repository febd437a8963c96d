import type { Shape } from '../../core/index.ts';
import type { Expr } from '../expr.ts';
import { makeNode } from '../make-node.ts';
import type { Pads, Pair } from '../op.ts';

export interface SlidingOptions {
  /** Vertical and horizontal stride. Default: 1. */
  readonly strides?: Pair;
  /** Padding at the top, left, bottom and right, each smaller than the window. Default: none. */
  readonly pads?: Pads;
}

export interface ConvOptions extends SlidingOptions {
  /** Number of groups of channels, each convolved on its own. Default: 1. */
  readonly groups?: number;
}

/**
 * Two-dimensional convolution as networks use it (cross-correlation) with zero padding:
 * y[n, o, i, j] = Σ x[n, c, i·s + u − top, j·s + v − left]·w[o, c, u, v] over the channels c of the
 * group of o and the kernel elements u, v. Of one float type; onnxruntime computes it in float32 only.
 * @param x [n, c, h, w]
 * @param w [o, c/groups, kh, kw]
 * @returns [n, o, h', w'] with h' = ⌊(h + top + bottom − kh)/stride⌋ + 1, and w' alike
 * @throws SymlossError if the shapes do not fit each other or the options, or the types are not one
 *   float type
 */
export function conv2d(x: Expr, w: Expr, options: ConvOptions = {}): Expr {
  return makeNode('conv2d', [x, w], convolution(options));
}

/**
 * The gradient of y = `conv2d(x, w, options)` with respect to x (a transposed convolution).
 * @param g the gradient with respect to y, [n, o, h', w']
 * @param w [o, c/groups, kh, kw]
 * @param shape the shape of x, [n, c, h, w], which the result has
 * @throws SymlossError if `conv2d` of these shapes does not give the shape of g, or the types are not one
 *   float type
 */
export function conv2dInputGrad(g: Expr, w: Expr, shape: Shape, options: ConvOptions = {}): Expr {
  return makeNode('conv2dInputGrad', [g, w], { ...convolution(options), shape });
}

/**
 * The gradient of y = `conv2d(x, w, options)` with respect to w.
 * @param x [n, c, h, w]
 * @param g the gradient with respect to y, [n, o, h', w']
 * @param shape the shape of w, [o, c/groups, kh, kw], which the result has
 * @throws SymlossError if `conv2d` of these shapes does not give the shape of g, or the types are not one
 *   float type
 */
export function conv2dWeightGrad(x: Expr, g: Expr, shape: Shape, options: ConvOptions = {}): Expr {
  return makeNode('conv2dWeightGrad', [x, g], { ...convolution(options), shape });
}

/**
 * Max pooling: the largest element of each window; padding is never the largest. Elements that tie share
 * the gradient equally, as in `max`. It can be differentiated once.
 * @param x [n, c, h, w], float
 * @param kernel height and width of the window
 * @returns [n, c, h', w'] with h' = ⌊(h + top + bottom − kh)/stride⌋ + 1, and w' alike
 * @throws SymlossError if x is not float [n, c, h, w], or the window does not fit into the padded input
 */
export function maxPool(x: Expr, kernel: Pair, options: SlidingOptions = {}): Expr {
  return makeNode('maxPool', [x], { kernel, ...sliding(options) });
}

/**
 * The gradient of y = `maxPool(x, kernel, options)` with respect to x. It has no gradient itself:
 * `grad` throws a SymlossError.
 * @param x [n, c, h, w], float
 * @param y [n, c, h', w']
 * @param g the gradient with respect to y, [n, c, h', w']
 * @returns [n, c, h, w]
 * @throws SymlossError if `maxPool` of x does not give the shape of y and g, or the types are not one
 *   float type
 */
export function maxPoolGrad(
  x: Expr,
  y: Expr,
  g: Expr,
  { kernel, ...options }: SlidingOptions & { readonly kernel: Pair },
): Expr {
  return makeNode('maxPoolGrad', [x, y, g], { kernel, ...sliding(options) });
}

/**
 * Average pooling: the mean of each window, in which padding counts as zeros.
 * @param x [n, c, h, w], float
 * @param kernel height and width of the window
 * @returns [n, c, h', w'] with h' = ⌊(h + top + bottom − kh)/stride⌋ + 1, and w' alike
 * @throws SymlossError if x is not float [n, c, h, w], or the window does not fit into the padded input
 */
export function avgPool(x: Expr, kernel: Pair, options: SlidingOptions = {}): Expr {
  return makeNode('avgPool', [x], { kernel, ...sliding(options) });
}

export interface ChannelAffineOptions {
  /** A tensor of the shape of x, added to the result. Default: none. */
  readonly addend?: Expr | undefined;
  /** Whether relu is applied at the end. Default: false. */
  readonly relu?: boolean;
}

/**
 * x·scale + shift, or relu(x·scale + shift + addend) with the options: one scale and one shift for each
 * channel. Of one float type.
 * @param x [n, c, …]
 * @param scale [c]
 * @param shift [c]
 * @returns the shape of x
 * @throws SymlossError if the shapes do not fit, or the types are not one float type
 */
export function channelAffine(
  x: Expr,
  scale: Expr,
  shift: Expr,
  { addend, relu = false }: ChannelAffineOptions = {},
): Expr {
  const addends = addend === undefined ? [] : [addend];
  return makeNode('channelAffine', [x, scale, shift, ...addends], { relu });
}

/**
 * Σ a·b over all axes but that of the channels: [n, c, …], [n, c, …] → [c], of one float type.
 * @throws SymlossError if the shapes differ or have fewer than two axes, or the types are not one float
 *   type
 */
export function channelDot(a: Expr, b: Expr): Expr {
  return makeNode('channelDot', [a, b], none);
}

/**
 * Σ x and Σ x² over all axes but that of the channels: float [n, c, …] → [2, c].
 * @throws SymlossError if x is not float or has fewer than two axes
 */
export function channelMoments(x: Expr): Expr {
  return makeNode('channelMoments', [x], none);
}

const none = Object.freeze({});

function sliding({ strides = [1, 1], pads = [0, 0, 0, 0] }: SlidingOptions) {
  return { strides, pads };
}

function convolution(options: ConvOptions) {
  return { ...sliding(options), groups: options.groups ?? 1 };
}
