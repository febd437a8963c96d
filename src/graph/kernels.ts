import type { Shape } from '../core/index.ts';
import { broadcastStrides, internalError, SymlossError, sizeOf, stridesOf } from '../core/index.ts';
import type { Expr, NodeOf } from './expr.ts';
import { imageKernels } from './image/kernels.ts';
import type { Op } from './op.ts';
import type { InterpreterRule } from './rules.ts';
import { erf } from './special.ts';
import { stringKernels } from './strings/kernels.ts';

/** The float64 reference implementation of every op: plain loops, for clarity rather than speed. */
export const interpreterRules: { [O in Op]: InterpreterRule<O> } = {
  input: ({ attrs }) => {
    throw internalError(`input ${attrs.name} has no value`);
  },
  constant: ({ attrs }) => attrs.values,

  neg: unary((x) => -x),
  exp: unary(Math.exp),
  log: unary(Math.log),
  expm1: unary(Math.expm1),
  log1p: unary(Math.log1p),
  sqrt: unary(Math.sqrt),
  abs: unary(Math.abs),
  sign: unary(Math.sign),
  floor: unary(Math.floor),
  sin: unary(Math.sin),
  cos: unary(Math.cos),
  tanh: unary(Math.tanh),
  sigmoid: unary((x) => 1 / (1 + Math.exp(-x))),
  erf: unary(erf),
  relu: unary((x) => Math.max(x, 0)),
  step: unary((x) => (x > 0 ? 1 : 0)),
  pow: ({ attrs }, x) => x.map((v) => v ** attrs.exponent),
  cast: ({ dtype }, x) => {
    if (dtype === 'bool') return x.map((v) => (v !== 0 ? 1 : 0));
    return dtype === 'int32' || dtype === 'int64' ? x.map(Math.trunc) : x;
  },
  not: unary((x) => 1 - x),
  stopGradient: (_, x) => x,

  add: binary((a, b) => a + b),
  sub: binary((a, b) => a - b),
  mul: binary((a, b) => a * b),
  div: binary((a, b) => a / b),
  maximum: binary(Math.max),
  minimum: binary(Math.min),
  less: binary((a, b) => (a < b ? 1 : 0)),
  lessEqual: binary((a, b) => (a <= b ? 1 : 0)),
  equal: binary((a, b) => (a === b ? 1 : 0)),
  and: binary((a, b) => a * b),
  or: binary(Math.max),
  where: (node, condition, a, b) => {
    const choose = operand(node, 0, condition);
    const x = operand(node, 1, a);
    const y = operand(node, 2, b);
    return x.map((v, i) => (choose[i] ? v : y[i]!));
  },

  sum: (node, x) => {
    const out = new Float64Array(sizeOf(node.shape));
    const target = reducedIndex(node);
    for (let i = 0; i < x.length; i++) out[target[i]!]! += x[i]!;
    return out;
  },
  max: (node, x) => groupMax(node, x),
  logSumExp: (node, x) => {
    const largest = groupMax(node, x);
    const out = new Float64Array(largest.length);
    const target = reducedIndex(node);
    for (let i = 0; i < x.length; i++) {
      const j = target[i]!;
      // an infinite maximum is the result: its differences would be NaN
      if (Number.isFinite(largest[j]!)) out[j]! += Math.exp(x[i]! - largest[j]!);
    }
    return out.map((s, j) =>
      Number.isFinite(largest[j]!) ? largest[j]! + Math.log(s) : largest[j]!,
    );
  },
  argMax: ({ inputs, shape, attrs: { axis } }, x) => {
    const out = new Float64Array(sizeOf(shape));
    const { shape: from } = inputs[0]!;
    const stride = stridesOf(from)[axis]!;
    const length = from[axis]!;
    for (let i = 0; i < out.length; i++) {
      const start = Math.floor(i / stride) * stride * length + (i % stride);
      for (let j = 1; j < length; j++) {
        if (x[start + j * stride]! > x[start + out[i]! * stride]!) out[i] = j;
      }
    }
    return out;
  },
  softmax: (node, x) => logSoftmaxAlong(node, x).map(Math.exp),
  logSoftmax: (node, x) => logSoftmaxAlong(node, x),

  matMul: ({ inputs, shape, attrs: { transA, transB } }, a, b) => {
    const out = new Float64Array(sizeOf(shape));
    const [rows, columns] = shape.slice(-2) as [number, number];
    const inner = inputs[0]!.shape.at(transA ? -2 : -1)!;
    const batches = out.length / (rows * columns);
    for (let batch = 0; batch < batches; batch++) {
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          let total = 0;
          for (let l = 0; l < inner; l++) {
            const ia = transA ? l * rows + i : i * inner + l;
            const ib = transB ? j * inner + l : l * columns + j;
            total += a[batch * rows * inner + ia]! * b[batch * inner * columns + ib]!;
          }
          out[(batch * rows + i) * columns + j] = total;
        }
      }
    }
    return out;
  },
  reshape: (_, x) => x,
  transpose: ({ inputs, shape, attrs: { perm } }, x) => {
    const strides = stridesOf(inputs[0]!.shape);
    return gatherStrided(
      shape,
      perm.map((axis) => strides[axis]!),
      0,
      x,
    );
  },
  broadcastTo: (node, x) => broadcastInput(node, 0, x),
  slice: ({ inputs, shape, attrs: { starts } }, x) => {
    const strides = stridesOf(inputs[0]!.shape);
    const offset = starts.reduce((sum, start, axis) => sum + start * strides[axis]!, 0);
    return gatherStrided(shape, strides, offset, x);
  },
  concat: ({ inputs, shape, attrs: { axis } }, ...values) => {
    const out = new Float64Array(sizeOf(shape));
    const width = sizeOf(shape.slice(axis));
    let start = 0;
    inputs.forEach((x, i) => {
      const block = sizeOf(x.shape.slice(axis));
      for (let row = 0; row * width < out.length; row++) {
        out.set(values[i]!.subarray(row * block, (row + 1) * block), row * width + start);
      }
      start += block;
    });
    return out;
  },
  pad: ({ inputs, shape, attrs: { before, value } }, x) => {
    const out = new Float64Array(sizeOf(shape)).fill(value);
    const strides = stridesOf(shape);
    const from = inputs[0]!.shape;
    const offset = before.reduce((sum, b, axis) => sum + b * strides[axis]!, 0);
    forEachIndex(from, strides, (source, target) => {
      out[offset + target] = x[source]!;
    });
    return out;
  },
  ...imageKernels,
  gather: ({ inputs, shape }, x, indices) => {
    const width = sizeOf(shape.slice(1));
    const out = new Float64Array(sizeOf(shape));
    const rows = inputs[0]!.shape[0]!;
    indices.forEach((index, row) => {
      if (index < 0 || index >= rows) {
        throw new SymlossError('gather', `an index from 0 to ${rows - 1}`, String(index));
      }
      out.set(x.subarray(index * width, (index + 1) * width), row * width);
    });
    return out;
  },
  oneHot: ({ shape, attrs: { depth } }, indices) => {
    const out = new Float64Array(sizeOf(shape));
    indices.forEach((index, row) => {
      if (index >= 0 && index < depth) out[row * depth + index] = 1;
    });
    return out;
  },
  ...stringKernels,
};

function unary(f: (x: number) => number) {
  return (_: unknown, x: Float64Array): Float64Array => x.map(f);
}

function binary(f: (a: number, b: number) => number) {
  return (node: Expr, a: Float64Array, b: Float64Array): Float64Array => {
    const x = operand(node, 0, a);
    const y = operand(node, 1, b);
    return x.map((v, i) => f(v, y[i]!));
  };
}

/** Input i of a node, broadcast to the node's shape; the input itself, which is not to be changed, where that is its own. */
function operand(node: Expr, i: number, value: Float64Array): Float64Array {
  const isSame = value.length === sizeOf(node.shape); // broadcasting repeats, or leaves all as it is
  return isSame ? value : broadcastInput(node, i, value);
}

/** Input i of a node, broadcast to the node's shape. */
function broadcastInput(node: Expr, i: number, value: Float64Array): Float64Array {
  return gatherStrided(node.shape, broadcastStrides(node.inputs[i]!.shape, node.shape), 0, value);
}

function gatherStrided(
  shape: Shape,
  strides: readonly number[],
  offset: number,
  source: Float64Array,
): Float64Array {
  const out = new Float64Array(sizeOf(shape));
  forEachIndex(shape, strides, (position, index) => {
    out[position] = source[offset + index]!;
  });
  return out;
}

/** Walks a shape in row-major order; `index` is the position under the given strides. */
function forEachIndex(
  shape: Shape,
  strides: readonly number[],
  visit: (position: number, index: number) => void,
): void {
  const counter = shape.map(() => 0);
  const size = sizeOf(shape);
  let index = 0;
  for (let position = 0; position < size; position++) {
    visit(position, index);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      counter[axis]! += 1;
      index += strides[axis]!;
      if (counter[axis]! < shape[axis]!) break;
      index -= strides[axis]! * shape[axis]!;
      counter[axis] = 0;
    }
  }
}

/** For every element of a reduction's operand, where it goes in the result. */
function reducedIndex({ inputs, attrs }: NodeOf<'sum' | 'max' | 'logSumExp'>): Float64Array {
  const from = inputs[0]!.shape;
  const kept = from.map((d, axis) => (attrs.axes.includes(axis) ? 1 : d));
  const out = new Float64Array(sizeOf(from));
  forEachIndex(from, broadcastStrides(kept, from), (position, index) => {
    out[position] = index;
  });
  return out;
}

function groupMax(node: NodeOf<'max' | 'logSumExp'>, x: Float64Array): Float64Array {
  const out = new Float64Array(sizeOf(node.shape)).fill(Number.NEGATIVE_INFINITY);
  const target = reducedIndex(node);
  for (let i = 0; i < x.length; i++) out[target[i]!] = Math.max(out[target[i]!]!, x[i]!);
  return out;
}

function logSoftmaxAlong(
  { shape, attrs: { axis } }: NodeOf<'softmax' | 'logSoftmax'>,
  x: Float64Array,
): Float64Array {
  const out = new Float64Array(x.length);
  const length = shape[axis]!;
  const stride = stridesOf(shape)[axis]!;
  for (let start = 0; start < x.length; start++) {
    if (Math.floor(start / stride) % length !== 0) continue; // not the first of its group
    let largest = Number.NEGATIVE_INFINITY;
    for (let j = 0; j < length; j++) largest = Math.max(largest, x[start + j * stride]!);
    let total = 0;
    for (let j = 0; j < length; j++) total += Math.exp(x[start + j * stride]! - largest);
    const logTotal = Math.log(total);
    for (let j = 0; j < length; j++) {
      out[start + j * stride] = x[start + j * stride]! - largest - logTotal;
    }
  }
  return out;
}
