import type { DType, Shape } from '../core/index.ts';
import {
  broadcastShapes,
  formatShape,
  isFloat,
  isInteger,
  SymlossError,
  sameShape,
  sizeOf,
} from '../core/index.ts';
import type { Expr } from './expr.ts';
import { imageInference } from './image/infer.ts';
import type { Op, OpAttrs } from './op.ts';
import type { InferenceRule, TypeAndShape } from './rules.ts';
import { stringInference } from './strings/infer.ts';

/** Type and shape of every op's result; a rule throws if its operands do not fit. */
export const inferenceRules: { [O in Op]: InferenceRule<O> } = {
  input: ({ dtype, shape }) => ({ dtype, shape: checkShape('input', shape) }),
  constant: ({ dtype, shape, values }) => {
    checkShape('constant', shape);
    if (values.length !== sizeOf(shape)) {
      throw new SymlossError(
        'constant',
        `${sizeOf(shape)} values for shape ${formatShape(shape)}`,
        String(values.length),
      );
    }
    return { dtype, shape };
  },

  neg: floatUnary('neg'),
  exp: floatUnary('exp'),
  log: floatUnary('log'),
  expm1: floatUnary('expm1'),
  log1p: floatUnary('log1p'),
  sqrt: floatUnary('sqrt'),
  abs: floatUnary('abs'),
  sign: floatUnary('sign'),
  floor: floatUnary('floor'),
  sin: floatUnary('sin'),
  cos: floatUnary('cos'),
  tanh: floatUnary('tanh'),
  sigmoid: floatUnary('sigmoid'),
  erf: floatUnary('erf'),
  relu: floatUnary('relu'),
  step: floatUnary('step'),
  pow: floatUnary('pow'),
  cast: ({ to }, x) => ({ dtype: to, shape: x.shape }),
  stopGradient: floatUnary('stopGradient'),
  not: (_, x) => like(expectType('not', x, (d) => d === 'bool', 'bool')),

  add: numericBinary('add'),
  sub: numericBinary('sub'),
  mul: numericBinary('mul'),
  div: (_, a, b) => numericBinary('div')(_, expectType('div', a, isFloat, 'float'), b),
  maximum: numericBinary('maximum'),
  minimum: numericBinary('minimum'),
  less: comparison('less'),
  lessEqual: comparison('lessEqual'),
  equal: comparison('equal'),
  and: logical('and'),
  or: logical('or'),
  where: (_, condition, a, b) => {
    expectType('where', condition, (d) => d === 'bool', 'bool as condition');
    const shape = broadcast('where', a, b);
    const result = broadcastShapes(condition.shape, shape);
    if (result === undefined) {
      throw new SymlossError(
        'where',
        'a condition that broadcasts with the operands',
        `${formatShape(condition.shape)} · ${formatShape(shape)}`,
      );
    }
    return { dtype: sameType('where', a, b), shape: result };
  },

  sum: reduction('sum'),
  max: reduction('max'),
  logSumExp: reduction('logSumExp'),
  argMax: ({ axis }, x) => {
    const { shape } = expectType('argMax', x, isFloat, 'float');
    checkAxis('argMax', axis, shape);
    return { dtype: 'int64', shape: shape.filter((_, i) => i !== axis) };
  },
  softmax: alongAxis('softmax'),
  logSoftmax: alongAxis('logSoftmax'),

  matMul: ({ transA, transB }, a, b) => {
    const { shape: sa } = a;
    const { shape: sb } = b;
    const received = `${formatShape(sa)}${transA ? 'ᵀ' : ''} · ${formatShape(sb)}${transB ? 'ᵀ' : ''}`;
    if (sa.length < 2 || sa.length !== sb.length) {
      throw new SymlossError('matMul', 'two operands of the same rank, 2 or more', received);
    }
    const rank = sa.length;
    const batch = sa.slice(0, -2);
    if (!sameShape(batch, sb.slice(0, -2))) {
      throw new SymlossError('matMul', 'batch dimensions to agree', received);
    }
    const [rows, innerA] = transA ? [sa[rank - 1], sa[rank - 2]] : [sa[rank - 2], sa[rank - 1]];
    const [innerB, columns] = transB ? [sb[rank - 1], sb[rank - 2]] : [sb[rank - 2], sb[rank - 1]];
    if (innerA !== innerB) {
      throw new SymlossError('matMul', 'inner dimensions to agree', received);
    }
    expectType('matMul', a, isFloat, 'float');
    return {
      dtype: sameType('matMul', a, b),
      shape: [...batch, rows as number, columns as number],
    };
  },
  reshape: ({ shape }, x) => {
    const from = x;
    if (sizeOf(checkShape('reshape', shape)) !== sizeOf(from.shape)) {
      throw new SymlossError(
        'reshape',
        `a shape of ${sizeOf(from.shape)} elements`,
        `${formatShape(from.shape)} → ${formatShape(shape)}`,
      );
    }
    return { dtype: from.dtype, shape };
  },
  transpose: ({ perm }, x) => {
    const { dtype, shape } = x;
    const axes = [...perm].sort((i, j) => i - j);
    if (axes.length !== shape.length || axes.some((axis, i) => axis !== i)) {
      throw new SymlossError(
        'transpose',
        `a permutation of ${shape.length} axes`,
        `[${perm.join(',')}] for ${formatShape(shape)}`,
      );
    }
    return { dtype, shape: perm.map((axis) => shape[axis] as number) };
  },
  broadcastTo: ({ shape }, x) => {
    const from = x;
    const result = broadcastShapes(from.shape, checkShape('broadcastTo', shape));
    if (result === undefined || !sameShape(result, shape)) {
      throw new SymlossError(
        'broadcastTo',
        'a shape that the operand broadcasts to',
        `${formatShape(from.shape)} → ${formatShape(shape)}`,
      );
    }
    return { dtype: from.dtype, shape };
  },
  slice: ({ starts, ends }, x) => {
    const { dtype, shape } = x;
    const fits =
      starts.length === shape.length &&
      ends.length === shape.length &&
      shape.every((d, i) => {
        const start = starts[i] as number;
        const end = ends[i] as number;
        return 0 <= start && start < end && end <= d;
      });
    if (!fits) {
      throw new SymlossError(
        'slice',
        'starts < ends within the shape, one of each per axis',
        `starts [${starts.join(',')}], ends [${ends.join(',')}] for ${formatShape(shape)}`,
      );
    }
    return { dtype, shape: shape.map((_, i) => (ends[i] as number) - (starts[i] as number)) };
  },
  concat: ({ axis }, ...inputs) => {
    const [first] = inputs;
    const shape = [...first.shape];
    checkAxis('concat', axis, first.shape);
    for (const input of inputs.slice(1)) {
      const fits =
        input.shape.length === shape.length &&
        input.shape.every((d, i) => i === axis || d === shape[i]);
      if (!fits) {
        throw new SymlossError(
          'concat',
          `shapes that agree except along axis ${axis}`,
          inputs.map((i) => formatShape(i.shape)).join(' · '),
        );
      }
      sameType('concat', first, input);
      shape[axis] = (shape[axis] as number) + (input.shape[axis] as number);
    }
    return { dtype: first.dtype, shape };
  },
  pad: ({ before, after }, x) => {
    const { dtype, shape } = x;
    const fits =
      before.length === shape.length &&
      after.length === shape.length &&
      [...before, ...after].every((p) => Number.isInteger(p) && p >= 0);
    if (!fits) {
      throw new SymlossError(
        'pad',
        'non-negative sizes, two per axis',
        `before [${before.join(',')}], after [${after.join(',')}] for ${formatShape(shape)}`,
      );
    }
    return {
      dtype,
      shape: shape.map((d, i) => d + (before[i] as number) + (after[i] as number)),
    };
  },
  ...imageInference,
  gather: (_, x, indices) => {
    const from = x;
    expectType('gather', indices, isInteger, 'integer indices');
    if (from.shape.length === 0 || indices.shape.length !== 1) {
      throw new SymlossError(
        'gather',
        'a tensor of rank 1 or more and indices of rank 1',
        `${formatShape(from.shape)} · ${formatShape(indices.shape)}`,
      );
    }
    return {
      dtype: from.dtype,
      shape: [indices.shape[0] as number, ...from.shape.slice(1)],
    };
  },
  oneHot: ({ depth, dtype }, indices) => {
    const from = expectType('oneHot', indices, isInteger, 'integer indices');
    if (!Number.isInteger(depth) || depth < 1) {
      throw new SymlossError('oneHot', 'a depth of 1 or more', String(depth));
    }
    return { dtype, shape: [...from.shape, depth] };
  },
  ...stringInference,
};

function like(x: Expr): TypeAndShape {
  return { dtype: x.dtype, shape: x.shape };
}

function expectType(op: Op, x: Expr, test: (dtype: DType) => boolean, expected: string): Expr {
  if (!test(x.dtype)) {
    throw new SymlossError(op, `type ${expected}`, `${x.dtype}${formatShape(x.shape)}`);
  }
  return x;
}

function sameType(op: Op, a: Expr, b: Expr): DType {
  if (a.dtype !== b.dtype) {
    throw new SymlossError(
      op,
      'operands of one type',
      `${a.dtype}${formatShape(a.shape)} · ${b.dtype}${formatShape(b.shape)}`,
    );
  }
  return a.dtype;
}

function broadcast(op: Op, a: Expr, b: Expr): Shape {
  const shape = broadcastShapes(a.shape, b.shape);
  if (shape === undefined) {
    throw new SymlossError(
      op,
      'shapes that broadcast',
      `${formatShape(a.shape)} · ${formatShape(b.shape)}`,
    );
  }
  return shape;
}

function floatUnary(op: Op) {
  return (_: unknown, x: Expr): TypeAndShape => like(expectType(op, x, isFloat, 'float'));
}

function numericBinary(op: Op) {
  return (_: unknown, a: Expr, b: Expr): TypeAndShape => {
    expectType(op, a, (d) => d !== 'bool', 'float or integer');
    return {
      dtype: sameType(op, a, b),
      shape: broadcast(op, a, b),
    };
  };
}

function comparison(op: Op) {
  return (_: unknown, a: Expr, b: Expr): TypeAndShape => ({
    dtype: 'bool',
    shape: numericBinary(op)(_, a, b).shape,
  });
}

function logical(op: Op) {
  return (_: unknown, a: Expr, b: Expr): TypeAndShape => {
    expectType(op, a, (d) => d === 'bool', 'bool');
    expectType(op, b, (d) => d === 'bool', 'bool');
    return { dtype: 'bool', shape: broadcast(op, a, b) };
  };
}

function reduction(op: 'sum' | 'max' | 'logSumExp') {
  return ({ axes, keepDims }: OpAttrs['sum'], x: Expr): TypeAndShape => {
    const { dtype, shape } = expectType(op, x, isFloat, 'float');
    for (const axis of axes) checkAxis(op, axis, shape);
    const reduced = keepDims
      ? shape.map((d, axis) => (axes.includes(axis) ? 1 : d))
      : shape.filter((_, axis) => !axes.includes(axis));
    return { dtype, shape: reduced };
  };
}

function alongAxis(op: 'softmax' | 'logSoftmax') {
  return ({ axis }: { readonly axis: number }, x: Expr): TypeAndShape => {
    checkAxis(op, axis, x.shape);
    return like(expectType(op, x, isFloat, 'float'));
  };
}

function checkAxis(op: Op, axis: number, shape: Shape): void {
  if (!Number.isInteger(axis) || axis < 0 || axis >= shape.length) {
    throw new SymlossError(op, `an axis of ${formatShape(shape)}`, String(axis));
  }
}

function checkShape(op: Op, shape: Shape): Shape {
  if (shape.some((d) => !Number.isInteger(d) || d < 1)) {
    throw new SymlossError(op, 'sizes of 1 or more', formatShape(shape));
  }
  return shape;
}
