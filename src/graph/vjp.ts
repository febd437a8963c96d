import { invariant, isFloat, sizeOf } from '../core/index.ts';
import type { Expr, NodeOf } from './expr.ts';
import { imageVjp } from './image/vjp.ts';
import type { Op } from './op.ts';
import {
  add,
  broadcastTo,
  cast,
  constant,
  cos,
  div,
  equal,
  exp,
  lessEqual,
  matMul,
  mul,
  neg,
  oneHot,
  pad,
  pow,
  reshape,
  sign,
  sin,
  slice,
  softmax,
  step,
  sub,
  sum,
  sumTo,
  transpose,
  where,
} from './ops.ts';
import type { VjpRule } from './rules.ts';

/** For leaves, piecewise constant functions, and those that are not real-valued. */
const noGradient = 'no gradient' as const;

/** The vector-Jacobian product of every op. */
export const vjpRules: { [O in Op]: VjpRule<O> | typeof noGradient } = {
  input: noGradient,
  constant: noGradient,

  neg: (g) => [neg(g)],
  // d e^x = e^x dx
  exp: (g, y) => [mul(g, y)],
  // d ln x = dx / x
  log: (g, _, x) => [div(g, x)],
  // d (e^x − 1) = (y + 1) dx
  expm1: (g, y) => [mul(g, add(y, 1))],
  // d ln(1 + x) = dx / (1 + x)
  log1p: (g, _, x) => [div(g, add(x, 1))],
  // d √x = dx / 2y; infinite at 0, as the function is
  sqrt: (g, y) => [div(g, mul(y, 2))],
  // 0 at the kink, by symmetry
  abs: (g, _, x) => [mul(g, sign(x))],
  sign: noGradient,
  floor: noGradient,
  // d sin x = cos x dx
  sin: (g, _, x) => [mul(g, cos(x))],
  // d cos x = −sin x dx
  cos: (g, _, x) => [neg(mul(g, sin(x)))],
  // d tanh x = (1 − y²) dx
  tanh: (g, y) => [mul(g, sub(1, mul(y, y)))],
  // d σ(x) = y (1 − y) dx
  sigmoid: (g, y) => [mul(g, mul(y, sub(1, y)))],
  // d erf x = 2/√π · e^(−x²) dx
  erf: (g, _, x) => [mul(g, mul(exp(neg(mul(x, x))), 2 / Math.sqrt(Math.PI)))],
  // 0 at the kink, the usual choice of subgradient. In terms of y, which is positive where x is, so that
  // x need not be kept in memory
  relu: (g, y) => [mul(g, step(y))],
  step: noGradient,
  // d x^e = e x^(e−1) dx; for e = 0 it is 0 even where x = 0
  pow: (g, { attrs: { exponent } }, x) =>
    exponent === 0 ? [undefined] : [mul(g, mul(pow(x, exponent - 1), exponent))],
  cast: (g, _, x) => [isFloat(x.dtype) ? cast(g, x.dtype) : undefined],
  not: noGradient,
  stopGradient: noGradient,

  add: (g, _, a, b) => [sumTo(g, a.shape), sumTo(g, b.shape)],
  sub: (g, _, a, b) => [sumTo(g, a.shape), sumTo(neg(g), b.shape)],
  mul: (g, _, a, b) => [sumTo(mul(g, b), a.shape), sumTo(mul(g, a), b.shape)],
  // d (a/b) = da/b − y db/b
  div: (g, y, a, b) => {
    const scaled = div(g, b);
    return [sumTo(scaled, a.shape), sumTo(neg(mul(scaled, y)), b.shape)];
  },
  // a tie goes to the first operand, so that clamp passes the gradient at both of its ends
  maximum: (g, _, a, b) => chosen(g, lessEqual(b, a), a, b),
  minimum: (g, _, a, b) => chosen(g, lessEqual(a, b), a, b),
  less: noGradient,
  lessEqual: noGradient,
  equal: noGradient,
  and: noGradient,
  or: noGradient,
  where: (g, { inputs: [, , b] }, condition, a) => [
    undefined,
    ...chosen(g, condition, a, b as Expr),
  ],

  sum: (g, y, x) => [broadcastTo(unreduced(y, g), x.shape)],
  // tied maxima share the gradient equally
  max: (g, y, x) => {
    const isMax = cast(equal(x, unreduced(y, y)), x.dtype);
    const count = sum(isMax, y.attrs.axes, true);
    return [mul(div(unreduced(y, g), count), isMax)];
  },
  // d ln Σ e^x = e^(x − y) dx
  logSumExp: (g, y, x) => [mul(unreduced(y, g), exp(sub(x, unreduced(y, y))))],
  argMax: noGradient,
  // p (g − Σ g p)
  softmax: (g, p) => {
    const weighted = mul(g, p);
    return [sub(weighted, mul(p, sum(weighted, p.attrs.axis, true)))];
  },
  // g − p Σ g
  logSoftmax: (g, { attrs: { axis } }, x) => [sub(g, mul(softmax(x, axis), sum(g, axis, true)))],

  // C = op(A)·op(B): dA = g·op(B)ᵀ and dB = op(A)ᵀ·g, each transposed if its operand is
  matMul: (g, { attrs: { transA, transB } }, a, b) => [
    transA ? matMul(b, g, { transA: transB, transB: true }) : matMul(g, b, { transB: !transB }),
    transB ? matMul(g, a, { transA: true, transB: transA }) : matMul(a, g, { transA: !transA }),
  ],
  reshape: (g, _, x) => [reshape(g, x.shape)],
  transpose: (g, { attrs: { perm } }) => [
    transpose(
      g,
      perm.map((_, axis) => perm.indexOf(axis)),
    ),
  ],
  broadcastTo: (g, _, x) => [sumTo(g, x.shape)],
  slice: (g, { attrs: { starts, ends } }, x) => [
    pad(
      g,
      starts,
      x.shape.map((d, axis) => d - (ends[axis] as number)),
    ),
  ],
  concat: (g, { inputs, attrs: { axis } }) => {
    let start = 0;
    return inputs.map((x) => {
      const starts = x.shape.map((_, i) => (i === axis ? start : 0));
      start += x.shape[axis] as number;
      return slice(
        g,
        starts,
        x.shape.map((d, i) => (i === axis ? start : d)),
      );
    });
  },
  pad: (g, { attrs: { before } }, x) => [
    slice(
      g,
      before,
      x.shape.map((d, axis) => d + (before[axis] as number)),
    ),
  ],
  ...imageVjp,
  // the rows of repeated indices are summed: oneHot(indices)ᵀ · g
  gather: (g, _, x, indices) => {
    const [rows = 1, ...rest] = x.shape;
    const flat = reshape(g, [sizeOf(indices.shape), sizeOf(rest)]);
    const summed = matMul(oneHot(indices, rows, g.dtype), flat, { transA: true });
    return [reshape(summed, x.shape), undefined];
  },
  oneHot: noGradient,
  categoryIndex: noGradient,
  termCounts: noGradient,
};

/** Applies a node's rule; an internal error unless it gives one gradient per operand. */
export function applyVjp(y: Expr, g: Expr): readonly (Expr | undefined)[] {
  const rule = vjpRules[y.op] as VjpRule<Op> | typeof noGradient;
  if (rule === noGradient) return y.inputs.map(() => undefined);
  const gradients = rule(g, y, ...(y.inputs as [Expr, Expr]));
  invariant(gradients.length === y.inputs.length, `${y.op}: one gradient per operand`);
  return gradients;
}

function chosen(g: Expr, condition: Expr, a: Expr, b: Expr): [Expr, Expr] {
  const zero = constant(0, g.dtype);
  return [sumTo(where(condition, g, zero), a.shape), sumTo(where(condition, zero, g), b.shape)];
}

/** A reduction's result with the reduced axes restored as size 1. */
function unreduced(y: NodeOf<'sum' | 'max' | 'logSumExp'>, value: Expr): Expr {
  const [x] = y.inputs as [Expr];
  return reshape(
    value,
    x.shape.map((d, axis) => (y.attrs.axes.includes(axis) ? 1 : d)),
  );
}
