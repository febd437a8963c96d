import type { DType, Shape } from '../core/index.ts';

/** No attributes. */
export type None = Readonly<Record<never, never>>;

interface Reduction {
  /** Ascending, non-negative, without repeats. */
  readonly axes: readonly number[];
  readonly keepDims: boolean;
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
  /** ln Σ e^x, computed around the maximum. */
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
  /** Rows of the first operand by the integer indices in the second. */
  gather: None;
  oneHot: { readonly depth: number; readonly dtype: DType };
}

export type Op = keyof OpAttrs;
