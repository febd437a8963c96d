import type { DType, Shape, Tensor } from '../core/index.ts';
import {
  broadcastShapes,
  isFloat,
  SymlossError,
  sameShape,
  sizeOf,
  toNumbers,
} from '../core/index.ts';
import type { Expr, Node } from './expr.ts';
import { makeNode } from './make-node.ts';
import type { Op } from './op.ts';

/** An expression, or a number that takes the type of the other operand. */
export type Operand = Expr | number;

/** The axes to reduce: one, several (negative counts from the end), or all when left out. */
export type Axes = number | readonly number[] | undefined;

const none = Object.freeze({});

/** A named input of the graph. Inputs of one name, type and shape are the same expression. */
export function input(name: string, shape: Shape, dtype: DType = 'float32'): Node<'input'> {
  return makeNode('input', [], { name, dtype, shape });
}

/** A constant tensor, or a scalar from a number. */
export function constant(value: Tensor | number, dtype: DType = 'float32'): Expr {
  if (typeof value === 'number') {
    return makeNode('constant', [], { dtype, shape: [], values: Float64Array.of(value) });
  }
  const { shape } = value;
  return makeNode('constant', [], { dtype: value.dtype, shape, values: toNumbers(value) });
}

/** A tensor filled with one value. */
export function full(shape: Shape, value: number, dtype: DType = 'float32'): Expr {
  return broadcastTo(constant(value, dtype), shape);
}

/** The value of a scalar constant, however it was stretched; `undefined` for all else. */
export function scalarValue(x: Expr): number | undefined {
  if (x.op === 'broadcastTo' || x.op === 'reshape') return scalarValue(x.inputs[0] as Expr);
  return x.op === 'constant' && x.attrs.values.length === 1 ? x.attrs.values[0] : undefined;
}

/** −x */
export function neg(x: Expr): Expr {
  return x.op === 'neg' ? (x.inputs[0] as Expr) : makeNode('neg', [x], none);
}

export const exp = (x: Expr): Expr => makeNode('exp', [x], none);
export const log = (x: Expr): Expr => makeNode('log', [x], none);
/** e^x − 1, accurate near 0. */
export const expm1 = (x: Expr): Expr => makeNode('expm1', [x], none);
/** ln(1 + x), accurate near 0. */
export const log1p = (x: Expr): Expr => makeNode('log1p', [x], none);
export const sqrt = (x: Expr): Expr => makeNode('sqrt', [x], none);
export const abs = (x: Expr): Expr => makeNode('abs', [x], none);
export const sign = (x: Expr): Expr => makeNode('sign', [x], none);
export const tanh = (x: Expr): Expr => makeNode('tanh', [x], none);
export const sigmoid = (x: Expr): Expr => makeNode('sigmoid', [x], none);
export const erf = (x: Expr): Expr => makeNode('erf', [x], none);
export const relu = (x: Expr): Expr => makeNode('relu', [x], none);
/** 1 where x > 0, else 0. */
export const step = (x: Expr): Expr => makeNode('step', [x], none);
export const not = (x: Expr): Expr => makeNode('not', [x], none);

/** x·Φ(x) = x·(1 + erf(x/√2))/2, the exact form (Hendrycks and Gimpel 2016). */
export function gelu(x: Expr): Expr {
  return mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1));
}

/** x^exponent, constant exponent. */
export function pow(x: Expr, exponent: number): Expr {
  return exponent === 1 ? x : makeNode('pow', [x], { exponent });
}

export function cast(x: Expr, to: DType): Expr {
  return x.dtype === to ? x : makeNode('cast', [x], { to });
}

export function add(a: Operand, b: Operand): Expr {
  const [x, y] = operands('add', a, b);
  if (isNeutral(y, 0, x)) return x;
  if (isNeutral(x, 0, y)) return y;
  return elementwise('add', x, y);
}

export function sub(a: Operand, b: Operand): Expr {
  const [x, y] = operands('sub', a, b);
  return isNeutral(y, 0, x) ? x : elementwise('sub', x, y);
}

export function mul(a: Operand, b: Operand): Expr {
  const [x, y] = operands('mul', a, b);
  if (isNeutral(y, 1, x)) return x;
  if (isNeutral(x, 1, y)) return y;
  return elementwise('mul', x, y);
}

export function div(a: Operand, b: Operand): Expr {
  const [x, y] = operands('div', a, b);
  return isNeutral(y, 1, x) ? x : elementwise('div', x, y);
}

/** The larger of two values; where they are equal the gradient goes to the first operand. */
export const maximum = (a: Operand, b: Operand): Expr => binary('maximum', a, b);
/** The smaller of two values; where they are equal the gradient goes to the first operand. */
export const minimum = (a: Operand, b: Operand): Expr => binary('minimum', a, b);
export const less = (a: Operand, b: Operand): Expr => binary('less', a, b);
export const lessEqual = (a: Operand, b: Operand): Expr => binary('lessEqual', a, b);
export const greater = (a: Operand, b: Operand): Expr => less(b, a);
export const greaterEqual = (a: Operand, b: Operand): Expr => lessEqual(b, a);
export const equal = (a: Operand, b: Operand): Expr => binary('equal', a, b);
export const and = (a: Expr, b: Expr): Expr => binary('and', a, b);
export const or = (a: Expr, b: Expr): Expr => binary('or', a, b);

/** Limits x to [low, high]; the gradient passes where low ≤ x ≤ high, the ends included. */
export function clamp(x: Expr, low?: number, high?: number): Expr {
  const above = low === undefined ? x : maximum(x, low);
  return high === undefined ? above : minimum(above, high);
}

/** `a` where the condition holds, else `b`. */
export function where(condition: Expr, a: Operand, b: Operand): Expr {
  const [x, y] = operands('where', a, b);
  return makeNode('where', [condition, x, y], none);
}

export function sum(x: Expr, axes?: Axes, keepDims = false): Expr {
  return reduce('sum', x, axes, keepDims);
}

export function mean(x: Expr, axes?: Axes, keepDims = false): Expr {
  const total = sum(x, axes, keepDims);
  return mul(total, sizeOf(total.shape) / sizeOf(x.shape));
}

/** The largest element; tied elements share the gradient equally. */
export function max(x: Expr, axes?: Axes, keepDims = false): Expr {
  return reduce('max', x, axes, keepDims);
}

export function logSumExp(x: Expr, axes?: Axes, keepDims = false): Expr {
  return reduce('logSumExp', x, axes, keepDims);
}

/** The index (int64) of the largest element along an axis, which is dropped. */
export function argMax(x: Expr, axis = -1): Expr {
  return makeNode('argMax', [x], { axis: normaliseAxis(axis, x.shape.length) });
}

export function softmax(x: Expr, axis = -1): Expr {
  return makeNode('softmax', [x], { axis: normaliseAxis(axis, x.shape.length) });
}

export function logSoftmax(x: Expr, axis = -1): Expr {
  return makeNode('logSoftmax', [x], { axis: normaliseAxis(axis, x.shape.length) });
}

/** Matrix product over the last two axes, either operand transposed; leading axes must agree. */
export function matMul(
  a: Expr,
  b: Expr,
  { transA = false, transB = false }: { transA?: boolean; transB?: boolean } = {},
): Expr {
  return makeNode('matMul', [a, b], { transA, transB });
}

export function reshape(x: Expr, shape: Shape): Expr {
  if (sameShape(x.shape, shape)) return x;
  return x.op === 'reshape'
    ? reshape(x.inputs[0] as Expr, shape)
    : makeNode('reshape', [x], { shape });
}

/** Reorders axes: axis i of the result is axis perm[i] of x. Default: reverses them. */
export function transpose(x: Expr, perm?: readonly number[]): Expr {
  const order = perm ?? x.shape.map((_, axis) => x.shape.length - 1 - axis);
  if (order.length === x.shape.length && order.every((axis, i) => axis === i)) return x;
  return makeNode('transpose', [x], { perm: order });
}

export function broadcastTo(x: Expr, shape: Shape): Expr {
  return sameShape(x.shape, shape) ? x : makeNode('broadcastTo', [x], { shape });
}

/** The block starts[i] ≤ index < ends[i] along every axis i. */
export function slice(x: Expr, starts: readonly number[], ends: readonly number[]): Expr {
  return makeNode('slice', [x], { starts, ends });
}

export function concat(inputs: readonly Expr[], axis = 0): Expr {
  const first = inputs[0];
  if (first === undefined) throw new SymlossError('concat', 'at least one operand', 'none');
  if (inputs.length === 1) return first;
  return makeNode('concat', inputs, { axis: normaliseAxis(axis, first.shape.length) });
}

/** Surrounds x with `before[i]` and `after[i]` elements of `value` along axis i. */
export function pad(x: Expr, before: readonly number[], after: readonly number[], value = 0): Expr {
  return makeNode('pad', [x], { before, after, value });
}

/** Rows of x: result[i, …] = x[indices[i], …]. Indices are integers in [0, rows of x). */
export function gather(x: Expr, indices: Expr): Expr {
  return makeNode('gather', [x, indices], none);
}

/** [n] integers → [n, depth]: 1 at the index, 0 elsewhere. */
export function oneHot(indices: Expr, depth: number, dtype: DType = 'float32'): Expr {
  return makeNode('oneHot', [indices], { depth, dtype });
}

/** Sums x over the axes along which `shape` was stretched to x's shape: broadcasting undone. */
export function sumTo(x: Expr, shape: Shape): Expr {
  if (sameShape(x.shape, shape)) return x;
  const offset = x.shape.length - shape.length;
  const axes = x.shape.flatMap((d, axis) =>
    axis < offset || (shape[axis - offset] === 1 && d !== 1) ? [axis] : [],
  );
  return reshape(sum(x, axes), shape);
}

function operands(op: Op, a: Operand, b: Operand): [Expr, Expr] {
  if (typeof a === 'number') {
    if (typeof b === 'number') {
      throw new SymlossError(op, 'at least one expression', `${a} and ${b}`);
    }
    return [constant(a, b.dtype), b];
  }
  return [a, typeof b === 'number' ? constant(b, a.dtype) : b];
}

type Binary =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'maximum'
  | 'minimum'
  | 'less'
  | 'lessEqual'
  | 'equal'
  | 'and'
  | 'or';

function binary(op: Binary, a: Operand, b: Operand): Expr {
  const [x, y] = operands(op, a, b);
  return elementwise(op, x, y);
}

/** Elementwise ops stretch their operands themselves, so an explicit broadcast is dropped. */
function elementwise(op: Binary, a: Expr, b: Expr): Expr {
  const shape = broadcastShapes(a.shape, b.shape);
  if (shape === undefined) return makeNode(op, [a, b], none); // inference names the shapes
  const x = unstretched(a, b, shape);
  return makeNode(op, [x, unstretched(b, x, shape)], none);
}

function unstretched(x: Expr, other: Expr, result: Shape): Expr {
  if (x.op !== 'broadcastTo') return x;
  const source = x.inputs[0] as Expr;
  const shape = broadcastShapes(source.shape, other.shape);
  return shape !== undefined && sameShape(shape, result) ? source : x;
}

/** Whether `x` is the constant `value` everywhere and combining it would not stretch `other`. */
function isNeutral(x: Expr, value: number, other: Expr): boolean {
  if (x.dtype !== other.dtype || scalarValue(x) !== value) return false;
  const shape = broadcastShapes(x.shape, other.shape);
  return shape !== undefined && sameShape(shape, other.shape);
}

function reduce(op: 'sum' | 'max' | 'logSumExp', x: Expr, axes: Axes, keepDims: boolean): Expr {
  const rank = x.shape.length;
  const list =
    axes === undefined
      ? x.shape.map((_, axis) => axis)
      : [...new Set([axes].flat().map((axis) => normaliseAxis(axis, rank)))].sort((i, j) => i - j);
  if (list.length === 0 && isFloat(x.dtype)) return x;
  return makeNode(op, [x], { axes: list, keepDims });
}

function normaliseAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}
