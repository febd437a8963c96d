import type { Shape } from '../../core/index.ts';
import type { Expr } from '../expr.ts';
import { makeNode } from '../make-node.ts';
import type { Pads, Pair } from '../op.ts';

export interface SlidingOptions {
  /** Steps down and across. Default: 1. */
  readonly strides?: Pair;
  /** Padding at top, left, bottom and right, each smaller than the window. Default: none. */
  readonly pads?: Pads;
}

export interface ConvOptions extends SlidingOptions {
  /** The channels come in so many groups, each convolved on its own. Default: 1. */
  readonly groups?: number;
}

/**
 * Convolution as networks use it (cross-correlation, zero padding): x [n, c, h, w] with
 * w [o, c/groups, kh, kw] gives [n, o, h', w'], h' = ⌊(h + top + bottom − kh)/stride⌋ + 1.
 * @throws SymlossError if the shapes do not fit
 */
export function conv2d(x: Expr, w: Expr, options: ConvOptions = {}): Expr {
  return makeNode('conv2d', [x, w], convolution(options));
}

/** The gradient of `conv2d` with respect to its input of the given shape, from that of its output. */
export function conv2dInputGrad(g: Expr, w: Expr, shape: Shape, options: ConvOptions = {}): Expr {
  return makeNode('conv2dInputGrad', [g, w], { ...convolution(options), shape });
}

/** The gradient of `conv2d` with respect to its weight of the given shape, from that of its output. */
export function conv2dWeightGrad(x: Expr, g: Expr, shape: Shape, options: ConvOptions = {}): Expr {
  return makeNode('conv2dWeightGrad', [x, g], { ...convolution(options), shape });
}

/**
 * The largest element of each window of x [n, c, h, w]. Padding never wins; elements that tie share
 * the gradient equally, as in `max`.
 * @param kernel height and width of a window
 */
export function maxPool(x: Expr, kernel: Pair, options: SlidingOptions = {}): Expr {
  return makeNode('maxPool', [x], { kernel, ...sliding(options) });
}

/** The gradient of `y = maxPool(x)` with respect to x, from that of y. */
export function maxPoolGrad(
  x: Expr,
  y: Expr,
  g: Expr,
  { kernel, ...options }: SlidingOptions & { readonly kernel: Pair },
): Expr {
  return makeNode('maxPoolGrad', [x, y, g], { kernel, ...sliding(options) });
}

/** The mean of each window of x [n, c, h, w]; padding counts as zeros. */
export function avgPool(x: Expr, kernel: Pair, options: SlidingOptions = {}): Expr {
  return makeNode('avgPool', [x], { kernel, ...sliding(options) });
}

export interface ChannelAffineOptions {
  /** A tensor of the shape of x, added to the result. Default: none. */
  readonly addend?: Expr | undefined;
  /** Whether relu is applied at the end. Default: no. */
  readonly relu?: boolean;
}

/** x·scale + shift, with one scale and one shift per channel, both [c], of x [n, c, …]. */
export function channelAffine(
  x: Expr,
  scale: Expr,
  shift: Expr,
  { addend, relu = false }: ChannelAffineOptions = {},
): Expr {
  const addends = addend === undefined ? [] : [addend];
  return makeNode('channelAffine', [x, scale, shift, ...addends], { relu });
}

/** Σ a·b over all axes but the channels': [n, c, …] → [c]. */
export function channelDot(a: Expr, b: Expr): Expr {
  return makeNode('channelDot', [a, b], none);
}

/** Σ x and Σ x² over all axes but the channels': [n, c, …] → [2, c]. */
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
