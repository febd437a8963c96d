import type { DType } from '../../core/index.ts';
import type { Expr, NodeOf } from '../expr.ts';
import type { Op } from '../op.ts';
import type { Code } from './code.ts';
import { atom, call } from './code.ts';
import { javascriptNames } from './javascript.ts';
import { refusedRules } from './refused.ts';
import type { TensorContext, TensorLanguage, TensorRule } from './rules.ts';
import { changedAxis, constantRule, direct, reductionBy } from './shared.ts';

const types: Readonly<Record<DType, string>> = {
  float32: "'float32'",
  float64: "'float32'",
  int32: "'int32'",
  int64: "'int32'",
  bool: "'bool'",
  string: "'string'",
};

/** The TensorFlow.js code of every op; its floating-point numbers are float32. */
const rules: { readonly [O in Op]: TensorRule<O> } = {
  ...refusedRules,
  input: ({ attrs }) => atom(attrs.name),
  constant: constantRule(
    (shape, value) => call('tf.fill', shape, value),
    (size) => call('tf.range', '0', size),
    (a, b) => call('tf.mul', a, b),
    (a, b) => call('tf.add', a, b),
  ),
  neg: direct('tf.neg'),
  exp: direct('tf.exp'),
  log: direct('tf.log'),
  expm1: direct('tf.expm1'),
  log1p: direct('tf.log1p'),
  sqrt: direct('tf.sqrt'),
  abs: direct('tf.abs'),
  sign: direct('tf.sign'),
  floor: direct('tf.floor'),
  sin: direct('tf.sin'),
  cos: direct('tf.cos'),
  tanh: direct('tf.tanh'),
  sigmoid: direct('tf.sigmoid'),
  erf: direct('tf.erf'),
  relu: direct('tf.relu'),
  step: direct('tf.step'),
  pow: (node, [x], e) => call('tf.pow', x, e.number(node, 'exponent')),
  cast: ({ attrs: { to } }, [x]) => call('tf.cast', x, types[to]),
  not: constant('tf.logicalNot'),
  stopGradient: (_, [x], e) => withoutGradient(/^\w+$/.test(x.text) ? call('tf.clone', x) : x, e),
  add: direct('tf.add'),
  sub: direct('tf.sub'),
  mul: (_, [a, b]) => {
    const inverse = [a, b].map(({ text }) => /^1 \/ (\w+)$/.exec(text)?.[1]);
    if (inverse[1] !== undefined) return call('tf.div', a, inverse[1]);
    return inverse[0] === undefined ? call('tf.mul', a, b) : call('tf.div', b, inverse[0]);
  },
  div: direct('tf.div'),
  maximum: direct('tf.maximum'),
  minimum: direct('tf.minimum'),
  less: constant('tf.less'),
  lessEqual: constant('tf.lessEqual'),
  equal: constant('tf.equal'),
  and: constant('tf.logicalAnd'),
  or: constant('tf.logicalOr'),
  where: direct('tf.where'),
  sum: reduction('tf.sum'),
  max: reduction('tf.max'),
  logSumExp: reduction('tf.logSumExp'),
  argMax: ({ attrs: { axis } }, [x], e) => withoutGradient(call('tf.argMax', x, String(axis)), e),
  // the functions of the library take the last axis only
  softmax: (node, [x]) =>
    isLast(node) ? call('tf.softmax', x) : call('tf.exp', logSoftmaxAlong(node, x)),
  logSoftmax: (node, [x]) => (isLast(node) ? call('tf.logSoftmax', x) : logSoftmaxAlong(node, x)),
  matMul: ({ attrs: { transA, transB } }, [a, b]) =>
    call('tf.matMul', a, b, ...(transA || transB ? [`${transA}`, `${transB}`] : [])),
  reshape: (node, [x], e) => {
    const changed = changedAxis(node, e);
    if (changed === undefined) return call('tf.reshape', x, e.shape(node));
    return changed.kind === 'added'
      ? call('tf.expandDims', x, String(changed.axis))
      : call('tf.squeeze', x, `[${changed.axis}]`);
  },
  transpose: ({ attrs: { perm } }, [x]) => call('tf.transpose', x, `[${perm.join(', ')}]`),
  broadcastTo: (node, [x], e) =>
    e.isNumber(node.inputs[0] as Expr)
      ? call('tf.fill', e.shape(node), x)
      : call('tf.broadcastTo', x, e.shape(node)),
  slice: (node, [x], e) => {
    const starts = e.sizes(node, 'starts');
    return call('tf.slice', x, `[${starts.join(', ')}]`, e.shape(node));
  },
  concat: ({ attrs: { axis } }, operands) =>
    call('tf.concat', `[${operands.map(({ text }) => text).join(', ')}]`, String(axis)),
  pad: (node, [x], e) => {
    const [before, after] = [e.sizes(node, 'before'), e.sizes(node, 'after')];
    const pairs = before.map((size, axis) => `[${size}, ${after[axis]}]`).join(', ');
    return call('tf.pad', x, `[${pairs}]`, e.number(node, 'value'));
  },
  gather: direct('tf.gather'),
  oneHot: (node, [indices], e) =>
    call('tf.oneHot', indices, ...e.sizes(node, 'depth'), '1', '0', types[node.attrs.dtype]),
};

/** The library has no gradient for some functions, not even one of 0, and fails where it needs one. */
function withoutGradient(x: Code, e: TensorContext): Code {
  return call(e.need('constant'), `() => ${x.text}`);
}

function constant(f: string) {
  return (_: unknown, operands: readonly Code[], e: TensorContext): Code =>
    withoutGradient(call(f, ...operands), e);
}

function reduction(f: string) {
  return reductionBy(f, axes);
}

function axes(list: readonly number[], keepDims: boolean): string[] {
  const text = list.length === 1 ? String(list[0]) : `[${list.join(', ')}]`;
  return [text, ...(keepDims ? ['true'] : [])];
}

function isLast({ shape, attrs: { axis } }: NodeOf<'softmax' | 'logSoftmax'>): boolean {
  return axis === shape.length - 1;
}

function logSoftmaxAlong({ attrs: { axis } }: NodeOf<'softmax' | 'logSoftmax'>, x: Code): Code {
  return call('tf.sub', x, call('tf.logSumExp', x, String(axis), 'true'));
}

export const tfjs: TensorLanguage = {
  rules,
  mean: (x, list, keepDims) => call('tf.mean', x, ...axes(list, keepDims)),
  ...javascriptNames,
  reserved: [...javascriptNames.reserved, 'tf', 'constant'],
};

/** What the code may call besides the library. */
export const tfjsHelpers: Readonly<Record<string, string>> = {
  constant: `/** What compute gives, a constant for the gradient. */
const constant = (compute) =>
  tf.customGrad(() => ({ value: compute(), gradFunc: () => tf.scalar(0) }))(tf.scalar(0));`,
};
