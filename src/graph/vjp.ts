import { invariant, sizeOf } from '../core/index.ts';
import type { Expr, Node } from './expr.ts';
import type { Op } from './op.ts';
import {
  add,
  broadcastTo,
  cast,
  constant,
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
  slice,
  softmax,
  step,
  sub,
  sum,
  sumTo,
  transpose,
  where,
} from './ops.ts';

/**
 * Given the node y = op(inputs) and the gradient g of a scalar with respect to y, builds the
 * gradients with respect to the inputs: one each, `undefined` where none flows.
 */
type VjpRule<O extends Op> = (y: Node<O>, g: Expr) => readonly (Expr | undefined)[];

/** Nothing flows back: a leaf, a piecewise constant function, or not a real-valued one. */
const noGradient = 'no gradient' as const;

/** The vector-Jacobian product of every op. */
export const vjpRules: { [O in Op]: VjpRule<O> | typeof noGradient } = {
  input: noGradient,
  constant: noGradient,

  neg: (_, g) => [neg(g)],
  // d e^x = e^x dx
  exp: (y, g) => [mul(g, y as Expr)],
  // d ln x = dx / x
  log: ({ inputs: [x] }, g) => [div(g, x as Expr)],
  // d (e^x − 1) = (y + 1) dx
  expm1: (y, g) => [mul(g, add(y as Expr, 1))],
  // d ln(1 + x) = dx / (1 + x)
  log1p: ({ inputs: [x] }, g) => [div(g, add(x as Expr, 1))],
  // d √x = dx / 2y; infinite at 0, as the function is
  sqrt: (y, g) => [div(g, mul(y as Expr, 2))],
  // 0 at the kink, by symmetry
  abs: ({ inputs: [x] }, g) => [mul(g, sign(x as Expr))],
  sign: noGradient,
  // d tanh x = (1 − y²) dx
  tanh: (y, g) => [mul(g, sub(1, mul(y as Expr, y as Expr)))],
  // d σ(x) = y (1 − y) dx
  sigmoid: (y, g) => [mul(g, mul(y as Expr, sub(1, y as Expr)))],
  // d erf x = 2/√π · e^(−x²) dx
  erf: ({ inputs: [x] }, g) => [
    mul(g, mul(exp(neg(mul(x as Expr, x as Expr))), 2 / Math.sqrt(Math.PI))),
  ],
  // 0 at the kink: the subgradient every framework takes
  relu: ({ inputs: [x] }, g) => [mul(g, step(x as Expr))],
  step: noGradient,
  // d x^e = e x^(e−1) dx; for e = 0 it is 0 even where x = 0
  pow: ({ inputs: [x], attrs: { exponent } }, g) =>
    exponent === 0 ? [undefined] : [mul(g, mul(pow(x as Expr, exponent - 1), exponent))],
  cast: ({ inputs: [x] }, g) => [isReal(x as Expr) ? cast(g, (x as Expr).dtype) : undefined],
  not: noGradient,

  add: ({ inputs: [a, b] }, g) => [sumTo(g, shapeOf(a)), sumTo(g, shapeOf(b))],
  sub: ({ inputs: [a, b] }, g) => [sumTo(g, shapeOf(a)), sumTo(neg(g), shapeOf(b))],
  mul: ({ inputs: [a, b] }, g) => [
    sumTo(mul(g, b as Expr), shapeOf(a)),
    sumTo(mul(g, a as Expr), shapeOf(b)),
  ],
  // d (a/b) = da/b − y db/b
  div: (y, g) => {
    const [a, b] = y.inputs;
    const scaled = div(g, b as Expr);
    return [sumTo(scaled, shapeOf(a)), sumTo(neg(mul(scaled, y as Expr)), shapeOf(b))];
  },
  // a tie goes to the first operand, so that clamp passes the gradient at both of its ends
  maximum: ({ inputs: [a, b] }, g) => chosen(lessEqual(b as Expr, a as Expr), a, b, g),
  minimum: ({ inputs: [a, b] }, g) => chosen(lessEqual(a as Expr, b as Expr), a, b, g),
  less: noGradient,
  lessEqual: noGradient,
  equal: noGradient,
  and: noGradient,
  or: noGradient,
  where: ({ inputs: [condition, a, b] }, g) => [undefined, ...chosen(condition as Expr, a, b, g)],

  sum: (y, g) => [broadcastTo(unreduced(y, g), shapeOf(y.inputs[0]))],
  // tied maxima share the gradient equally
  max: (y, g) => {
    const x = y.inputs[0] as Expr;
    const winners = cast(equal(x, unreduced(y, y as Expr)), x.dtype);
    const count = sum(winners, y.attrs.axes, true);
    return [mul(div(unreduced(y, g), count), winners)];
  },
  // d ln Σ e^x = e^(x − y) dx
  logSumExp: (y, g) => {
    const x = y.inputs[0] as Expr;
    return [mul(unreduced(y, g), exp(sub(x, unreduced(y, y as Expr))))];
  },
  argMax: noGradient,
  // p (g − Σ g p)
  softmax: (p, g) => {
    const weighted = mul(g, p as Expr);
    return [sub(weighted, mul(p as Expr, sum(weighted, p.attrs.axis, true)))];
  },
  // g − p Σ g
  logSoftmax: (y, g) => [
    sub(g, mul(softmax(y.inputs[0] as Expr, y.attrs.axis), sum(g, y.attrs.axis, true))),
  ],

  // C = op(A)·op(B): dA = g·op(B)ᵀ and dB = op(A)ᵀ·g, each transposed if its operand is
  matMul: ({ inputs: [a, b], attrs: { transA, transB } }, g) => [
    transA
      ? matMul(b as Expr, g, { transA: transB, transB: true })
      : matMul(g, b as Expr, { transB: !transB }),
    transB
      ? matMul(g, a as Expr, { transA: true, transB: transA })
      : matMul(a as Expr, g, { transA: !transA }),
  ],
  reshape: ({ inputs: [x] }, g) => [reshape(g, shapeOf(x))],
  transpose: ({ attrs: { perm } }, g) => [
    transpose(
      g,
      perm.map((_, axis) => perm.indexOf(axis)),
    ),
  ],
  broadcastTo: ({ inputs: [x] }, g) => [sumTo(g, shapeOf(x))],
  slice: ({ inputs: [x], attrs: { starts, ends } }, g) => [
    pad(
      g,
      starts,
      shapeOf(x).map((d, axis) => d - (ends[axis] as number)),
    ),
  ],
  concat: ({ inputs, attrs: { axis } }, g) => {
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
  pad: ({ inputs: [x], attrs: { before } }, g) => [
    slice(
      g,
      before,
      shapeOf(x).map((d, axis) => d + (before[axis] as number)),
    ),
  ],
  // rows are added up where an index repeats: oneHot(indices)ᵀ · g
  gather: ({ inputs: [x, indices] }, g) => {
    const [rows = 1, ...rest] = shapeOf(x);
    const selected = shapeOf(indices)[0] as number;
    const mask = oneHot(indices as Expr, rows, g.dtype);
    const flat = matMul(mask, reshape(g, [selected, sizeOf(rest)]), { transA: true });
    return [reshape(flat, [rows, ...rest]), undefined];
  },
  oneHot: noGradient,
};

/** Applies a node's rule and asserts that it gives one gradient per input. */
export function applyVjp(node: Expr, g: Expr): readonly (Expr | undefined)[] {
  const rule = vjpRules[node.op] as VjpRule<Op> | typeof noGradient;
  if (rule === noGradient) return node.inputs.map(() => undefined);
  const gradients = rule(node as Node<Op>, g);
  invariant(gradients.length === node.inputs.length, `${node.op}: one gradient per input`);
  return gradients;
}

function chosen(condition: Expr, a: Expr | undefined, b: Expr | undefined, g: Expr) {
  const zero = constant(0, g.dtype);
  return [
    sumTo(where(condition, g, zero), shapeOf(a)),
    sumTo(where(condition, zero, g), shapeOf(b)),
  ];
}

/** A reduction's result with the reduced axes back as size 1. */
function unreduced(y: Node<'sum' | 'max' | 'logSumExp'>, value: Expr): Expr {
  const shape = shapeOf(y.inputs[0]).map((d, axis) => (y.attrs.axes.includes(axis) ? 1 : d));
  return reshape(value, shape);
}

function shapeOf(x: Expr | undefined) {
  return (x as Expr).shape;
}

function isReal(x: Expr): boolean {
  return x.dtype === 'float32' || x.dtype === 'float64';
}
