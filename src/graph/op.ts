import type { DType, Shape } from '../core/index.ts';

/** No attributes. */
export type None = Readonly<Record<never, never>>;

interface Reduction {
  /** Ascending, non-negative, without duplicates. */
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

/** At the top, left, bottom and right. */
export type Pads = readonly [number, number, number, number];

/** Vertical and horizontal. */
export type Pair = readonly [number, number];

/** How windows slide over the last two axes of [n, c, h, w]. */
export interface Sliding {
  readonly strides: Pair;
  /** Rows and columns of padding, each smaller than the window. */
  readonly pads: Pads;
}

interface Convolution extends Sliding {
  /** Number of groups of channels, each convolved on its own. */
  readonly groups: number;
}

interface Pooling extends Sliding {
  readonly kernel: Pair;
}

/**
 * The operations and their attributes. Every rule table (inference, gradients, interpreter, ONNX)
 * is total over this list, so a missing rule is a compile error.
 */
export interface OpAttrs {
  // leaves
  input: { readonly name: string; readonly dtype: DType; readonly shape: Shape };
  constant: { readonly dtype: DType; readonly shape: Shape; readonly values: Float64Array };
  // elementwise, one operand
  neg: None;
  exp: None;
  log: None;
  /** e^x − 1, accurate near 0. */
  expm1: None;
  /** ln(1 + x), accurate near 0. */
  log1p: None;
  sqrt: None;
  abs: None;
  /** −1, 0 or 1. */
  sign: None;
  /** The largest integer that is not above x. */
  floor: None;
  sin: None;
  cos: None;
  tanh: None;
  /** 1/(1 + e^−x). */
  sigmoid: None;
  erf: None;
  /** max(x, 0). */
  relu: None;
  /** 1 where x > 0, else 0, in the operand's type: the derivative of relu. */
  step: None;
  /** x^exponent with a constant exponent. */
  pow: { readonly exponent: number };
  cast: { readonly to: DType };
  not: None;
  /** x, a constant for the gradient. */
  stopGradient: None;
  // elementwise, two or three operands, broadcasting
  add: None;
  sub: None;
  mul: None;
  div: None;
  maximum: None;
  minimum: None;
  less: None;
  lessEqual: None;
  equal: None;
  and: None;
  or: None;
  where: None;
  // reductions
  sum: Reduction;
  max: Reduction;
  /** ln Σ e^x, computed relative to the maximum. */
  logSumExp: Reduction;
  /** The index of the largest element along an axis, which is dropped; the first of equal ones. */
  argMax: { readonly axis: number };
  softmax: { readonly axis: number };
  logSoftmax: { readonly axis: number };
  // linear algebra and layout
  matMul: { readonly transA: boolean; readonly transB: boolean };
  reshape: { readonly shape: Shape };
  transpose: { readonly perm: readonly number[] };
  broadcastTo: { readonly shape: Shape };
  slice: { readonly starts: readonly number[]; readonly ends: readonly number[] };
  concat: { readonly axis: number };
  pad: {
    readonly before: readonly number[];
    readonly after: readonly number[];
    readonly value: number;
  };
  // images [n, c, h, w]
  /** Cross-correlation of x [n, c, h, w] with w [o, c/groups, kh, kw]. */
  conv2d: Convolution;
  /** Of (g, w): the gradient of conv2d's input, of the given shape. */
  conv2dInputGrad: Convolution & { readonly shape: Shape };
  /** Of (x, g): the gradient of conv2d's weight, of the given shape. */
  conv2dWeightGrad: Convolution & { readonly shape: Shape };
  /** The largest element of each window; padding is never the largest. */
  maxPool: Pooling;
  /** Of (x, y, g) with y = maxPool(x): the gradient of x, shared equally by the tied maxima of a window. */
  maxPoolGrad: Pooling;
  /** The mean of each window, padding counted as 0. */
  avgPool: Pooling;
  // channels: axis 1 of [n, c, …]
  /** x·scale + shift (+ addend), then relu if set: scale and shift [c], addend of the shape of x. */
  channelAffine: { readonly relu: boolean };
  /** Σ a·b per channel: [c]. */
  channelDot: None;
  /** Σ x and Σ x² per channel: [2, c]. */
  channelMoments: None;
  /** Rows of the first operand by the integer indices in the second. */
  gather: None;
  oneHot: { readonly depth: number; readonly dtype: DType };
  // texts: string [n]
  /** The place of each text among the values, their number for every other text: float32 [n]. */
  categoryIndex: { readonly values: readonly string[] };
  /**
   * Counts of terms: float32 [n, terms]. A token that is the form i is the word ids[i]; a term is one word, or two that
   * stand next to each other. Those of characters are behind those of words: [n, terms + characters.terms].
   */
  termCounts: TermTable & { readonly characters?: TermTable | undefined };
}

/** Terms of words or of characters. */
export interface TermTable {
  /** Spellings of words, or of characters. */
  readonly forms: readonly string[];
  /** Of which word or character each form is one, from 1. */
  readonly ids: readonly number[];
  /** Of words one or two, of characters 1 to 8, of which the first or the last may be 0, the edge of a word. */
  readonly terms: readonly (readonly number[])[];
}

export type Op = keyof OpAttrs;

/** The operations on texts, all that take any; their rules are in `strings`. */
export type StringOp = 'categoryIndex' | 'termCounts';

/** The operations on images and channels; their rules are in `image`. */
export type ImageOp =
  | 'conv2d'
  | 'conv2dInputGrad'
  | 'conv2dWeightGrad'
  | 'maxPool'
  | 'maxPoolGrad'
  | 'avgPool'
  | 'channelAffine'
  | 'channelDot'
  | 'channelMoments';
