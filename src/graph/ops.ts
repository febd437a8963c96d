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

/** The axes to reduce: one or several, negative ones counting from the end. Default: all. */
export type Axes = number | readonly number[] | undefined;

const none = Object.freeze({});

/**
 * A named input of the program: a value that is given at run time. Inputs of one name, type and shape are
 * one expression. Texts (type `string`) go to `categoryIndex` and `termCounts`, no other operation takes them.
 * @returns an expression of the given shape and type
 * @throws SymlossError if a size is not an integer of 1 or more
 */
export function input(name: string, shape: Shape, dtype: DType = 'float32'): Node<'input'> {
  return makeNode('input', [], { name, dtype, shape });
}

/**
 * A constant: a tensor with its shape and type, or a number as a scalar [] of the given type.
 * @throws SymlossError if a size is not 1 or more, or their product is not the number of elements
 */
export function constant(value: Tensor | number, dtype: DType = 'float32'): Expr {
  if (typeof value === 'number') {
    return makeNode('constant', [], { dtype, shape: [], values: Float64Array.of(value) });
  }
  const { shape } = value;
  return makeNode('constant', [], { dtype: value.dtype, shape, values: toNumbers(value) });
}

/**
 * A tensor of the given shape and type in which every element is `value`.
 * @throws SymlossError if a size is not an integer of 1 or more
 */
export function full(shape: Shape, value: number, dtype: DType = 'float32'): Expr {
  return broadcastTo(constant(value, dtype), shape);
}

/**
 * The value of a constant with one element, or of one that was reshaped or broadcast; `undefined` for
 * every other expression.
 */
export function scalarValue(x: Expr): number | undefined {
  if (x.op === 'broadcastTo' || x.op === 'reshape') return scalarValue(x.inputs[0] as Expr);
  return x.op === 'constant' && x.attrs.values.length === 1 ? x.attrs.values[0] : undefined;
}

/**
 * −x, elementwise: float […] → […]. `neg(neg(x))` is x.
 * @throws SymlossError if x is not float
 */
export function neg(x: Expr): Expr {
  return x.op === 'neg' ? (x.inputs[0] as Expr) : makeNode('neg', [x], none);
}

/**
 * e^x, elementwise: float […] → […]. Infinite above 88.7 in float32 and 709.8 in float64.
 * @throws SymlossError if x is not float
 */
export const exp = (x: Expr): Expr => makeNode('exp', [x], none);

/**
 * ln x, elementwise: float […] → […]. −∞ at 0, NaN below; the gradient 1/x is infinite at 0.
 * @throws SymlossError if x is not float
 */
export const log = (x: Expr): Expr => makeNode('log', [x], none);

/**
 * e^x − 1, elementwise, accurate near 0: float […] → […].
 * @throws SymlossError if x is not float
 */
export const expm1 = (x: Expr): Expr => makeNode('expm1', [x], none);

/**
 * ln(1 + x), elementwise, accurate near 0: float […] → […]. −∞ at −1, NaN below.
 * @throws SymlossError if x is not float
 */
export const log1p = (x: Expr): Expr => makeNode('log1p', [x], none);

/**
 * √x, elementwise: float […] → […]. NaN below 0; the gradient 1/(2√x) is infinite at 0.
 * @throws SymlossError if x is not float
 */
export const sqrt = (x: Expr): Expr => makeNode('sqrt', [x], none);

/**
 * |x|, elementwise: float […] → […]. The gradient at the kink x = 0 is 0.
 * @throws SymlossError if x is not float
 */
export const abs = (x: Expr): Expr => makeNode('abs', [x], none);

/**
 * The sign of x, elementwise: float […] → […] of −1, 0 (where x = 0) or 1. It has no gradient.
 * @throws SymlossError if x is not float
 */
export const sign = (x: Expr): Expr => makeNode('sign', [x], none);

/**
 * The largest integer that is not above x, elementwise: float […] → […]. It has no gradient.
 * @throws SymlossError if x is not float
 */
export const floor = (x: Expr): Expr => makeNode('floor', [x], none);

/**
 * The sine of x in radians, elementwise: float […] → […], in [−1, 1].
 * @throws SymlossError if x is not float
 */
export const sin = (x: Expr): Expr => makeNode('sin', [x], none);

/**
 * The cosine of x in radians, elementwise: float […] → […], in [−1, 1].
 * @throws SymlossError if x is not float
 */
export const cos = (x: Expr): Expr => makeNode('cos', [x], none);

/**
 * The hyperbolic tangent, elementwise: float […] → […], in [−1, 1].
 * @throws SymlossError if x is not float
 */
export const tanh = (x: Expr): Expr => makeNode('tanh', [x], none);

/**
 * 1/(1 + e^−x), elementwise: float […] → […], in [0, 1].
 * @throws SymlossError if x is not float
 */
export const sigmoid = (x: Expr): Expr => makeNode('sigmoid', [x], none);

/**
 * The error function 2/√π ∫₀ˣ e^(−t²) dt, elementwise: float […] → […], in [−1, 1]. onnxruntime
 * computes it in float32 only.
 * @throws SymlossError if x is not float
 */
export const erf = (x: Expr): Expr => makeNode('erf', [x], none);

/**
 * max(x, 0), elementwise: float […] → […]. The gradient at the kink x = 0 is 0.
 * @throws SymlossError if x is not float
 */
export const relu = (x: Expr): Expr => makeNode('relu', [x], none);

/**
 * 1 where x > 0, else 0, elementwise: float […] → […] of the same type. It has no gradient.
 * @throws SymlossError if x is not float
 */
export const step = (x: Expr): Expr => makeNode('step', [x], none);

/**
 * Logical negation, elementwise: bool […] → […].
 * @throws SymlossError if x is not bool
 */
export const not = (x: Expr): Expr => makeNode('not', [x], none);

/**
 * x itself, taken as a constant by gradients, which end here: float […] → […].
 * @throws SymlossError if x is not float
 */
export const stopGradient = (x: Expr): Expr => makeNode('stopGradient', [x], none);

/**
 * x·Φ(x) = x·(1 + erf(x/√2))/2, elementwise: float […] → […]. The exact form, with the distribution
 * function Φ of the standard normal (Hendrycks and Gimpel 2016).
 * @throws SymlossError if x is not float
 */
export function gelu(x: Expr): Expr {
  return mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1));
}

/**
 * x^exponent with a constant exponent, elementwise: float […] → […]. NaN where x < 0 and the exponent
 * is not an integer; x⁰ is 1 with gradient 0, at x = 0 too.
 * @throws SymlossError if x is not float
 */
export function pow(x: Expr, exponent: number): Expr {
  return exponent === 1 ? x : makeNode('pow', [x], { exponent });
}

/**
 * Converts the type: […] → […] of type `to`. Numbers become integers by truncation towards 0, and bool
 * by x ≠ 0; bool becomes 0 and 1. The gradient passes between float types and is 0 otherwise.
 */
export function cast(x: Expr, to: DType): Expr {
  return x.dtype === to ? x : makeNode('cast', [x], { to });
}

/**
 * a + b, elementwise with broadcasting: two operands of one type, float or integer. Adding the number 0
 * gives the other operand itself.
 * @throws SymlossError if the types differ or are bool, the shapes do not broadcast, or both operands
 *   are numbers
 */
export function add(a: Operand, b: Operand): Expr {
  const [x, y] = operands('add', a, b);
  if (isNeutral(y, 0, x)) return x;
  if (isNeutral(x, 0, y)) return y;
  return elementwise('add', x, y);
}

/**
 * a − b, elementwise with broadcasting: two operands of one type, float or integer. Subtracting the
 * number 0 gives `a` itself.
 * @throws SymlossError as `add` does
 */
export function sub(a: Operand, b: Operand): Expr {
  const [x, y] = operands('sub', a, b);
  return isNeutral(y, 0, x) ? x : elementwise('sub', x, y);
}

/**
 * a·b, elementwise with broadcasting: two operands of one type, float or integer. Multiplying by the
 * number 1 gives the other operand itself.
 * @throws SymlossError as `add` does
 */
export function mul(a: Operand, b: Operand): Expr {
  const [x, y] = operands('mul', a, b);
  if (isNeutral(y, 1, x)) return x;
  if (isNeutral(x, 1, y)) return y;
  return elementwise('mul', x, y);
}

/**
 * a/b, elementwise with broadcasting: two operands of one float type. Where b = 0 it is ±∞, or NaN if
 * a = 0. Dividing by the number 1 gives `a` itself.
 * @throws SymlossError if the types differ or are not float, the shapes do not broadcast, or both
 *   operands are numbers
 */
export function div(a: Operand, b: Operand): Expr {
  const [x, y] = operands('div', a, b);
  return isNeutral(y, 1, x) ? x : elementwise('div', x, y);
}

/**
 * The larger of two values, elementwise with broadcasting: two operands of one type, float or integer.
 * Where they are equal the gradient goes to `a`.
 * @throws SymlossError as `add` does
 */
export const maximum = (a: Operand, b: Operand): Expr => binary('maximum', a, b);

/**
 * The smaller of two values, elementwise with broadcasting: two operands of one type, float or integer.
 * Where they are equal the gradient goes to `a`.
 * @throws SymlossError as `add` does
 */
export const minimum = (a: Operand, b: Operand): Expr => binary('minimum', a, b);

/**
 * a < b, elementwise with broadcasting: two operands of one type, float or integer → bool.
 * @throws SymlossError as `add` does
 */
export const less = (a: Operand, b: Operand): Expr => binary('less', a, b);

/**
 * a ≤ b, elementwise with broadcasting: two operands of one type, float or integer → bool.
 * @throws SymlossError as `add` does
 */
export const lessEqual = (a: Operand, b: Operand): Expr => binary('lessEqual', a, b);

/**
 * a > b, elementwise with broadcasting: two operands of one type, float or integer → bool.
 * @throws SymlossError as `add` does
 */
export const greater = (a: Operand, b: Operand): Expr => less(b, a);

/**
 * a ≥ b, elementwise with broadcasting: two operands of one type, float or integer → bool.
 * @throws SymlossError as `add` does
 */
export const greaterEqual = (a: Operand, b: Operand): Expr => lessEqual(b, a);

/**
 * a = b, elementwise with broadcasting: two operands of one type, float or integer → bool. NaN equals
 * nothing, itself included; −0 equals 0.
 * @throws SymlossError as `add` does
 */
export const equal = (a: Operand, b: Operand): Expr => binary('equal', a, b);

/**
 * Logical and, elementwise with broadcasting: bool, bool → bool.
 * @throws SymlossError if an operand is not bool, or the shapes do not broadcast
 */
export const and = (a: Expr, b: Expr): Expr => binary('and', a, b);

/**
 * Logical or, elementwise with broadcasting: bool, bool → bool.
 * @throws SymlossError if an operand is not bool, or the shapes do not broadcast
 */
export const or = (a: Expr, b: Expr): Expr => binary('or', a, b);

/**
 * min(max(x, low), high), elementwise: […] → […]; a bound that is left out does not apply. The gradient
 * is 1 where low ≤ x ≤ high, the bounds included, and 0 outside.
 * @throws SymlossError if x is bool
 */
export function clamp(x: Expr, low?: number, high?: number): Expr {
  const above = low === undefined ? x : maximum(x, low);
  return high === undefined ? above : minimum(above, high);
}

/**
 * `a` where the condition holds, else `b`; elementwise, the three broadcast together. `a` and `b` are of
 * one type, which the result has. The gradient goes to the operand that was chosen; the condition has
 * none.
 * @throws SymlossError if the condition is not bool, the types of a and b differ, the shapes do not
 *   broadcast, or both operands are numbers
 */
export function where(condition: Expr, a: Operand, b: Operand): Expr {
  const [x, y] = operands('where', a, b);
  return makeNode('where', [condition, x, y], none);
}

/**
 * The sum of the elements along the axes: float; the reduced axes are dropped, or of size 1 with
 * `keepDims`.
 * @throws SymlossError if x is not float or has no such axis
 */
export function sum(x: Expr, axes?: Axes, keepDims = false): Expr {
  return reduce('sum', x, axes, keepDims);
}

/**
 * The mean of the elements along the axes: float; the reduced axes are dropped, or of size 1 with
 * `keepDims`.
 * @throws SymlossError if x is not float or has no such axis
 */
export function mean(x: Expr, axes?: Axes, keepDims = false): Expr {
  const total = sum(x, axes, keepDims);
  return mul(total, sizeOf(total.shape) / sizeOf(x.shape));
}

/**
 * The largest element along the axes: float; the reduced axes are dropped, or of size 1 with `keepDims`.
 * Elements that tie share the gradient equally.
 * @throws SymlossError if x is not float or has no such axis
 */
export function max(x: Expr, axes?: Axes, keepDims = false): Expr {
  return reduce('max', x, axes, keepDims);
}

/**
 * ln Σ e^x along the axes, computed relative to the maximum, so that it does not overflow: float; the
 * reduced axes are dropped, or of size 1 with `keepDims`. Its gradient is the softmax.
 * @throws SymlossError if x is not float or has no such axis
 */
export function logSumExp(x: Expr, axes?: Axes, keepDims = false): Expr {
  return reduce('logSumExp', x, axes, keepDims);
}

/**
 * The index of the largest element along an axis, the first of equal ones: float → int64; the axis is
 * dropped. It has no gradient.
 * @param axis negative ones count from the end
 * @throws SymlossError if x is not float or has no such axis
 */
export function argMax(x: Expr, axis = -1): Expr {
  return makeNode('argMax', [x], { axis: normaliseAxis(axis, x.shape.length) });
}

/**
 * e^x / Σ e^x along an axis, computed relative to the maximum, so that it does not overflow: float
 * […] → […], in [0, 1] with sum 1 along the axis.
 * @param axis negative ones count from the end
 * @throws SymlossError if x is not float or has no such axis
 */
export function softmax(x: Expr, axis = -1): Expr {
  return makeNode('softmax', [x], { axis: normaliseAxis(axis, x.shape.length) });
}

/**
 * x − ln Σ e^x along an axis, the logarithm of `softmax`, which stays finite where the softmax is
 * rounded to 0: float […] → […], at most 0.
 * @param axis negative ones count from the end
 * @throws SymlossError if x is not float or has no such axis
 */
export function logSoftmax(x: Expr, axis = -1): Expr {
  return makeNode('logSoftmax', [x], { axis: normaliseAxis(axis, x.shape.length) });
}

/**
 * The matrix product over the last two axes: [batch…, m, l], [batch…, l, n] → [batch…, m, n], of one
 * float type. The batch axes have to agree; they do not broadcast.
 * @param options `transA`: a is [batch…, l, m]; `transB`: b is [batch…, n, l]
 * @throws SymlossError if the ranks differ or are below 2, the sizes do not fit, or the operands are not
 *   of one float type
 */
export function matMul(
  a: Expr,
  b: Expr,
  { transA = false, transB = false }: { transA?: boolean; transB?: boolean } = {},
): Expr {
  return makeNode('matMul', [a, b], { transA, transB });
}

/**
 * The same elements in row-major order with another shape, of any type.
 * @throws SymlossError if the number of elements differs, or a size is not 1 or more
 */
export function reshape(x: Expr, shape: Shape): Expr {
  if (sameShape(x.shape, shape)) return x;
  return x.op === 'reshape'
    ? reshape(x.inputs[0] as Expr, shape)
    : makeNode('reshape', [x], { shape });
}

/**
 * Reorders axes: axis i of the result is axis perm[i] of x, of any type.
 * @param perm a permutation of the axes. Default: reverses them.
 * @throws SymlossError if `perm` is not a permutation of the axes of x
 */
export function transpose(x: Expr, perm?: readonly number[]): Expr {
  const order = perm ?? x.shape.map((_, axis) => x.shape.length - 1 - axis);
  if (order.length === x.shape.length && order.every((axis, i) => axis === i)) return x;
  return makeNode('transpose', [x], { perm: order });
}

/**
 * Repeats x along new leading axes and axes of size 1, to the given shape (NumPy's broadcasting); of any
 * type.
 * @throws SymlossError if x does not broadcast to the shape
 */
export function broadcastTo(x: Expr, shape: Shape): Expr {
  return sameShape(x.shape, shape) ? x : makeNode('broadcastTo', [x], { shape });
}

/**
 * The block of x with starts[i] ≤ index < ends[i] along every axis i, of shape [ends[i] − starts[i], …]
 * and of any type.
 * @throws SymlossError unless there is one start and one end per axis, and 0 ≤ start < end ≤ size
 */
export function slice(x: Expr, starts: readonly number[], ends: readonly number[]): Expr {
  return makeNode('slice', [x], { starts, ends });
}

/**
 * Joins tensors of one type along an axis: [m, …], [n, …] → [m + n, …] for axis 0.
 * @param axis negative ones count from the end
 * @throws SymlossError if there is no operand, there is no such axis, the types differ, or the shapes
 *   differ in another axis
 */
export function concat(inputs: readonly Expr[], axis = 0): Expr {
  const first = inputs[0];
  if (first === undefined) throw new SymlossError('concat', 'at least one operand', 'none');
  if (inputs.length === 1) return first;
  return makeNode('concat', inputs, { axis: normaliseAxis(axis, first.shape.length) });
}

/**
 * Surrounds x with before[i] and after[i] elements of `value` along every axis i:
 * [d, …] → [before[0] + d + after[0], …].
 * @throws SymlossError unless there are two integers of 0 or more per axis
 */
export function pad(x: Expr, before: readonly number[], after: readonly number[], value = 0): Expr {
  return makeNode('pad', [x], { before, after, value });
}

/**
 * Rows of x by index: [rows, …] of any type, integers [n] → [n, …], with
 * result[i, …] = x[indices[i], …]. The gradients of a row that occurs several times add up; the indices
 * have none. The indices have to be in [0, rows), else `interpret` throws a SymlossError, and the result
 * of other runners is undefined.
 * @throws SymlossError if x is a scalar, or the indices are not integers [n]
 */
export function gather(x: Expr, indices: Expr): Expr {
  return makeNode('gather', [x, indices], none);
}

/**
 * One-hot encoding: integers […] → […, depth] of type `dtype`, with 1 at the index and 0 elsewhere; all 0
 * for an index outside [0, depth).
 * @throws SymlossError if the indices are not integers, or depth is not an integer of 1 or more
 */
export function oneHot(indices: Expr, depth: number, dtype: DType = 'float32'): Expr {
  return makeNode('oneHot', [indices], { depth, dtype });
}

/**
 * The gradient of broadcasting: sums x over the axes along which `shape` was repeated to give the shape
 * of x. Float x → `shape`, which has to broadcast to the shape of x.
 * @throws SymlossError if x is not float
 */
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

/** Elementwise ops broadcast their operands themselves, so an explicit `broadcastTo` is dropped. */
function elementwise(op: Binary, a: Expr, b: Expr): Expr {
  const shape = broadcastShapes(a.shape, b.shape);
  if (shape === undefined) return makeNode(op, [a, b], none); // inference names the shapes
  const x = withoutBroadcast(a, b, shape);
  return makeNode(op, [x, withoutBroadcast(b, x, shape)], none);
}

function withoutBroadcast(x: Expr, other: Expr, result: Shape): Expr {
  if (x.op !== 'broadcastTo') return x;
  const source = x.inputs[0] as Expr;
  const shape = broadcastShapes(source.shape, other.shape);
  return shape !== undefined && sameShape(shape, result) ? source : x;
}

/** Whether every element of `x` is the constant `value`, and `other` would not be broadcast to its shape. */
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
