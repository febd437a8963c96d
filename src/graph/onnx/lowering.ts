import { internalError } from '../../core/index.ts';
import type { Expr } from '../expr.ts';
import type { Op } from '../op.ts';
import type { Emitter } from './emitter.ts';
import { contribDomain } from './emitter.ts';
import { formsForDevices } from './for-devices.ts';
import { imageLowering } from './image.ts';
import type { LoweringRule } from './rules.ts';
import { stringLowering } from './strings.ts';
import { onnxTypes } from './value-info.ts';

/** So steep that HardSigmoid is a step for all float32 values that matter. */
export const steepSlope = 1e38;

/**
 * The ONNX (opset 17) form of every op. Shapes are emitted without the batch dimension where it is kept,
 * so that a graph that was built for one batch size is valid for any.
 */
export const loweringRules: { readonly [O in Op]: LoweringRule<O> } = {
  input: ({ attrs }) => {
    throw internalError(`input ${attrs.name} is not among the program's inputs`);
  },
  constant: ({ attrs: { dtype, shape, values } }, _, e) => e.constant(dtype, shape, values),

  neg: direct('Neg'),
  exp: direct('Exp'),
  log: direct('Log'),
  // tanh(x/2)·(e^x + 1) = e^x − 1: no cancellation near 0, −1 and ∞ in the limits
  expm1: perTarget(({ dtype }, [x], e) => {
    const half = e.node('Mul', [x, e.scalar(dtype, 0.5)]);
    const sum = e.node('Add', [e.node('Exp', [x]), e.scalar(dtype, 1)]);
    return e.node('Mul', [e.node('Tanh', [half]), sum]);
  }, formsForDevices.expm1),
  // Kahan: with u = 1 + x rounded, ln(u)·x/(u − 1) undoes the rounding; x itself where u = 1,
  // ln(u) where x is not finite
  log1p: perTarget(({ dtype }, [x], e) => {
    const one = e.scalar(dtype, 1);
    const u = e.node('Add', [x, one]);
    const logU = e.node('Log', [u]);
    const exact = e.node('Sub', [u, one]);
    const isOne = e.node('Equal', [u, one]);
    const safe = e.node('Where', [isOne, one, exact]);
    const corrected = e.node('Mul', [logU, e.node('Div', [x, safe])]);
    const isInfinite = e.node('Equal', [u, e.scalar(dtype, Number.POSITIVE_INFINITY)]);
    const finite = e.node('Where', [isInfinite, u, corrected]);
    return e.node('Where', [isOne, x, finite]);
  }, formsForDevices.log1p),
  sqrt: direct('Sqrt'),
  abs: direct('Abs'),
  sign: perTarget(direct('Sign'), formsForDevices.sign),
  floor: direct('Floor'),
  sin: direct('Sin'),
  cos: direct('Cos'),
  tanh: direct('Tanh'),
  sigmoid: direct('Sigmoid'),
  erf: direct('Erf'),
  relu: direct('Relu'),
  // one vectorised pass in float32; HardSigmoid has no float64 kernel
  step: ({ dtype }, [x], e) =>
    dtype === 'float32'
      ? e.node('HardSigmoid', [x], { alpha: { float: steepSlope }, beta: { float: 0 } })
      : e.node('Cast', [e.node('Greater', [x, e.scalar(dtype, 0)])], {
          to: onnxTypes[dtype],
        }),
  pow: ({ dtype, attrs: { exponent } }, [x], e) => {
    if (exponent === 2) return e.node('Mul', [x, x]);
    if (exponent === 0.5) return e.node('Sqrt', [x]);
    if (exponent === -1) return e.node('Reciprocal', [x]);
    return e.node('Pow', [x, e.scalar(dtype, exponent)]);
  },
  cast: ({ attrs: { to } }, [x], e) => e.node('Cast', [x], { to: onnxTypes[to] }),
  not: direct('Not'),
  // gradients are nodes of their own by then
  stopGradient: (_, [x]) => x,

  add: direct('Add'),
  sub: direct('Sub'),
  mul: direct('Mul'),
  div: direct('Div'),
  maximum: direct('Max'),
  minimum: direct('Min'),
  less: direct('Less'),
  lessEqual: direct('LessOrEqual'),
  equal: direct('Equal'),
  and: direct('And'),
  or: perTarget(direct('Or'), formsForDevices.or),
  where: direct('Where'),

  sum: ({ attrs: { axes, keepDims } }, [x], e) =>
    e.node('ReduceSum', [x, e.integers(axes)], { keepdims: Number(keepDims) }),
  max: ({ attrs: { axes, keepDims } }, [x], e) =>
    e.node('ReduceMax', [x], { axes, keepdims: Number(keepDims) }),
  logSumExp: perTarget(
    ({ attrs: { axes, keepDims } }, [x], e) =>
      e.node('ReduceLogSumExp', [x], { axes, keepdims: Number(keepDims) }),
    formsForDevices.logSumExp,
  ),
  argMax: ({ attrs: { axis } }, inputs, e) => e.node('ArgMax', inputs, { axis, keepdims: 0 }),
  softmax: ({ attrs: { axis } }, inputs, e) => e.node('Softmax', inputs, { axis }),
  logSoftmax: perTarget(
    ({ attrs: { axis } }, inputs, e) => e.node('LogSoftmax', inputs, { axis }),
    formsForDevices.logSoftmax,
  ),

  matMul: ({ shape, attrs: { transA, transB } }, inputs, e, { contrib, target }) => {
    if (!transA && !transB) return e.node('MatMul', inputs);
    const flags = { transA: Number(transA), transB: Number(transB) };
    if (shape.length === 2) return e.node('Gemm', inputs, flags);
    // WebGPU has no kernel of it
    if (contrib && target === 'cpu') return e.node('FusedMatMul', inputs, flags, contribDomain);
    const rank = shape.length;
    const perm = shape.map((_, axis) =>
      axis === rank - 1 ? rank - 2 : axis === rank - 2 ? rank - 1 : axis,
    );
    const [a, b] = inputs;
    return e.node('MatMul', [
      transA ? e.node('Transpose', [a], { perm }) : a,
      transB ? e.node('Transpose', [b], { perm }) : b,
    ]);
  },
  // 0 copies the size at the same place of the operand
  reshape: ({ inputs: [x], shape }, [name], e) => {
    const from = (x as Expr).shape;
    const differs = shape.findIndex((d, axis) => d !== from[axis]);
    const kept = differs < 0 ? shape.length : differs;
    const target = shape.map((d, axis) => (axis < kept ? 0 : d));
    return e.node('Reshape', [name, e.integers(target)]);
  },
  transpose: ({ attrs: { perm } }, inputs, e) => e.node('Transpose', inputs, { perm }),
  // 1 keeps the operand's size
  broadcastTo: ({ inputs: [x], shape }, [name], e) => {
    const from = (x as Expr).shape;
    const offset = shape.length - from.length;
    const target = shape.map((d, axis) => (axis >= offset && from[axis - offset] === d ? 1 : d));
    return e.node('Expand', [name, e.integers(target)]);
  },
  slice: ({ inputs: [x], attrs: { starts, ends } }, [name], e) => {
    const from = (x as Expr).shape;
    const cut = from.map((_, axis) => axis).filter((a) => starts[a] !== 0 || ends[a] !== from[a]);
    if (cut.length === 0) return name;
    return e.node('Slice', [
      name,
      e.integers(cut.map((axis) => starts[axis] as number)),
      e.integers(cut.map((axis) => ends[axis] as number)),
      e.integers(cut),
    ]);
  },
  concat: ({ attrs: { axis } }, inputs, e) => e.node('Concat', inputs, { axis }),
  pad: ({ dtype, attrs: { before, after, value } }, [x], e) =>
    e.node('Pad', [x, e.integers([...before, ...after]), e.scalar(dtype, value)]),
  ...imageLowering,
  gather: (_, inputs, e) => e.node('Gather', inputs, { axis: 0 }),
  // by comparison: OneHot has kernels for few combinations of types
  oneHot: ({ inputs: [indices], attrs: { depth, dtype } }, [name], e) => {
    const type = (indices as Expr).dtype;
    const classes = e.constant(
      type,
      [depth],
      Array.from({ length: depth }, (_, i) => i),
    );
    const column = e.node('Unsqueeze', [name, e.integers([-1])]);
    return e.node('Cast', [e.node('Equal', [column, classes])], { to: onnxTypes[dtype] });
  },
  ...stringLowering,
};

function direct(opType: string) {
  return (_: unknown, inputs: readonly string[], e: Emitter): string => e.node(opType, inputs);
}

function perTarget<O extends Op>(cpu: LoweringRule<O>, device: LoweringRule<O>): LoweringRule<O> {
  return (node, inputs, e, options) =>
    (options.target === 'cpu' ? cpu : device)(node, inputs, e, options);
}
