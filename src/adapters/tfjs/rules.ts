import type * as tfjs from '@tensorflow/tfjs-core';
import type { DType } from '../../core/index.ts';
import { SymlossError } from '../../core/index.ts';
import { rulesOfNoLoss } from '../../graph/emit/index.ts';
import type { Expr, NodeOf, Op } from '../../graph/index.ts';

/** TensorFlow.js as `import * as tf` gives it, of `@tensorflow/tfjs` or `@tensorflow/tfjs-core`. */
export type Tfjs = typeof tfjs;

type Tensor = tfjs.Tensor;

/** What an operation is in TensorFlow.js, from its node and the tensors of its operands. */
export type TfjsRule<O extends Op> = (tf: Tfjs, node: NodeOf<O>, ...operands: Tensor[]) => Tensor;

/** Its floating-point numbers are float32. */
const types = {
  float32: 'float32',
  float64: 'float32',
  int32: 'int32',
  int64: 'int32',
  bool: 'bool',
  string: 'string',
} as const satisfies Readonly<Record<DType, keyof tfjs.DataTypeMap>>;

/** What f gives, a constant for the gradient: the library has none for some functions, not even 0, and fails where it needs one. */
function constant(tf: Tfjs, f: () => Tensor): Tensor {
  const fixed = tf.customGrad(() => ({ value: f(), gradFunc: () => tf.scalar(0) }));
  return fixed(tf.scalar(0));
}

type Unary = 'neg' | 'exp' | 'log' | 'expm1' | 'log1p' | 'sqrt' | 'abs' | 'sign' | 'floor' | 'sin';
type OtherUnary = 'cos' | 'tanh' | 'sigmoid' | 'erf' | 'relu' | 'step';
type Binary = 'add' | 'sub' | 'mul' | 'div' | 'maximum' | 'minimum';
type Comparison = 'less' | 'lessEqual' | 'equal' | 'logicalAnd' | 'logicalOr';

const unary =
  (name: Unary | OtherUnary) =>
  (tf: Tfjs, _: Expr, x: Tensor): Tensor =>
    tf[name](x);
const binary =
  (name: Binary) =>
  (tf: Tfjs, _: Expr, a: Tensor, b: Tensor): Tensor =>
    tf[name](a, b);
const comparison =
  (name: Comparison) =>
  (tf: Tfjs, _: Expr, a: Tensor, b: Tensor): Tensor =>
    constant(tf, () => tf[name](a, b));
const reduction =
  (name: 'sum' | 'max' | 'logSumExp') =>
  (tf: Tfjs, { attrs }: NodeOf<'sum' | 'max' | 'logSumExp'>, x: Tensor): Tensor =>
    tf[name](x, [...attrs.axes], attrs.keepDims);

/** The function of the library takes the last axis only. */
function logSoftmax(tf: Tfjs, node: NodeOf<'softmax' | 'logSoftmax'>, x: Tensor): Tensor {
  const { axis } = node.attrs;
  return axis === node.shape.length - 1 ? tf.logSoftmax(x) : tf.sub(x, tf.logSumExp(x, axis, true));
}

function refuse(_: Tfjs, node: Expr): never {
  throw new SymlossError('tfjsLoss', 'operations on scores', node.op, {
    hint: 'operations on images and texts belong to the network',
  });
}

/** Every op, with the gradient of TensorFlow.js. */
export const tfjsRules: { readonly [O in Op]: TfjsRule<O> } = {
  input: (_, { attrs }) => {
    throw new Error(`internal: no tensor for the input ${attrs.name}`);
  },
  constant: (tf, { attrs: { values, shape, dtype } }) =>
    tf.tensor(Array.from(values), [...shape], types[dtype]),
  neg: unary('neg'),
  exp: unary('exp'),
  log: unary('log'),
  expm1: unary('expm1'),
  log1p: unary('log1p'),
  sqrt: unary('sqrt'),
  abs: unary('abs'),
  sign: unary('sign'),
  floor: unary('floor'),
  sin: unary('sin'),
  cos: unary('cos'),
  tanh: unary('tanh'),
  sigmoid: unary('sigmoid'),
  erf: unary('erf'),
  relu: unary('relu'),
  step: unary('step'),
  pow: (tf, { attrs: { exponent } }, x) => tf.pow(x, exponent),
  cast: (tf, { attrs: { to } }, x) => tf.cast(x, types[to]),
  not: (tf, _, x) => constant(tf, () => tf.logicalNot(x)),
  stopGradient: (tf, _, x) => constant(tf, () => tf.clone(x)),
  add: binary('add'),
  sub: binary('sub'),
  mul: binary('mul'),
  div: binary('div'),
  maximum: binary('maximum'),
  minimum: binary('minimum'),
  less: comparison('less'),
  lessEqual: comparison('lessEqual'),
  equal: comparison('equal'),
  and: comparison('logicalAnd'),
  or: comparison('logicalOr'),
  where: (tf, _, condition, a, b) => tf.where(condition as Tensor, a as Tensor, b as Tensor),
  sum: reduction('sum'),
  max: reduction('max'),
  logSumExp: reduction('logSumExp'),
  argMax: (tf, { attrs: { axis } }, x) => constant(tf, () => tf.argMax(x as Tensor, axis)),
  softmax: (tf, node, x) => tf.exp(logSoftmax(tf, node, x as Tensor)),
  logSoftmax: (tf, node, x) => logSoftmax(tf, node, x as Tensor),
  matMul: (tf, { attrs: { transA, transB } }, a, b) =>
    tf.matMul(a as Tensor, b as Tensor, transA, transB),
  reshape: (tf, { shape }, x) => tf.reshape(x as Tensor, [...shape]),
  transpose: (tf, { attrs: { perm } }, x) => tf.transpose(x as Tensor, [...perm]),
  broadcastTo: (tf, { shape }, x) => tf.broadcastTo(x as Tensor, [...shape]),
  slice: (tf, { attrs: { starts }, shape }, x) => tf.slice(x as Tensor, [...starts], [...shape]),
  concat: (tf, { attrs: { axis } }, ...operands) => tf.concat(operands, axis),
  pad: (tf, { attrs: { before, after, value } }, x) =>
    tf.pad(
      x as Tensor,
      before.map((size, axis) => [size, after[axis] as number]),
      value,
    ),
  gather: (tf, _, x, indices) => tf.gather(x as Tensor, indices as tfjs.Tensor1D),
  oneHot: (tf, { attrs: { depth, dtype } }, indices) =>
    tf.oneHot(indices as Tensor, depth, 1, 0, types[dtype]),
  ...rulesOfNoLoss(refuse),
};
