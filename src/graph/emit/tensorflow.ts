import type { DType } from '../../core/index.ts';
import type { Expr } from '../expr.ts';
import type { Op } from '../op.ts';
import type { Code } from './code.ts';
import { atom, call, comparison } from './code.ts';
import { pythonNames } from './python.ts';
import { refusedRules } from './refused.ts';
import type { TensorLanguage, TensorRule } from './rules.ts';
import {
  axisArguments,
  changedAxis,
  constantRule,
  direct,
  pythonOperators,
  reductionBy,
  softmaxAxis,
} from './shared.ts';

const types: Readonly<Record<DType, string>> = {
  float32: 'scores.dtype',
  float64: 'scores.dtype',
  int32: 'tf.int32',
  int64: 'tf.int64',
  bool: 'tf.bool',
  string: '',
};

const brackets = ['[', ']'] as const;
const axes = axisArguments(brackets);

/** The TensorFlow 2 code of every op; numbers have the type of `scores`. */
const rules: { readonly [O in Op]: TensorRule<O> } = {
  ...refusedRules,
  ...pythonOperators,
  input: ({ attrs }) => atom(attrs.name),
  constant: constantRule(
    (shape, value) => call('tf.fill', shape, call('tf.cast', value, 'scores.dtype')),
    (size) => call('tf.range', size, 'dtype=scores.dtype'),
  ),
  exp: direct('tf.exp'),
  log: direct('tf.math.log'),
  expm1: direct('tf.math.expm1'),
  log1p: direct('tf.math.log1p'),
  sqrt: direct('tf.sqrt'),
  abs: direct('tf.abs'),
  sign: direct('tf.sign'),
  floor: direct('tf.floor'),
  sin: direct('tf.sin'),
  cos: direct('tf.cos'),
  tanh: direct('tf.tanh'),
  sigmoid: direct('tf.sigmoid'),
  erf: direct('tf.math.erf'),
  relu: direct('tf.nn.relu'),
  step: (_, [x], e) => call('tf.cast', comparison('>', x, e.literal(0)), 'scores.dtype'),
  cast: ({ attrs: { to } }, [x]) => call('tf.cast', x, types[to]),
  stopGradient: direct('tf.stop_gradient'),
  maximum: direct('tf.maximum'),
  minimum: direct('tf.minimum'),
  // a plain integer is not taken as a number of the other's type in graphs
  where: ({ inputs: [, x, y] }, [condition, a, b], e) => {
    const typed = (node: Expr | undefined, code: Code) =>
      node && e.isNumber(node) ? call('tf.cast', code, 'scores.dtype') : code;
    return call('tf.where', condition, typed(x, a), typed(y, b));
  },
  sum: reductionBy('tf.reduce_sum', axes),
  max: reductionBy('tf.reduce_max', axes),
  logSumExp: reductionBy('tf.reduce_logsumexp', axes),
  argMax: ({ attrs: { axis } }, [x]) => call('tf.argmax', x, `axis=${axis}`),
  softmax: (node, [x]) => call('tf.nn.softmax', x, `axis=${softmaxAxis(node)}`),
  logSoftmax: (node, [x]) => call('tf.nn.log_softmax', x, `axis=${softmaxAxis(node)}`),
  matMul: ({ attrs: { transA, transB } }, [a, b]) =>
    call(
      'tf.matmul',
      a,
      b,
      ...(transA ? ['transpose_a=True'] : []),
      ...(transB ? ['transpose_b=True'] : []),
    ),
  reshape: (node, [x], e) => {
    const changed = changedAxis(node, e);
    if (changed === undefined) return call('tf.reshape', x, e.shape(node));
    const f = changed.kind === 'added' ? 'tf.expand_dims' : 'tf.squeeze';
    return call(f, x, `axis=${changed.axis}`);
  },
  transpose: ({ attrs: { perm } }, [x]) => call('tf.transpose', x, `[${perm.join(', ')}]`),
  broadcastTo: (node, [x], e) =>
    e.isNumber(node.inputs[0] as Expr)
      ? call('tf.fill', e.shape(node), call('tf.cast', x, 'scores.dtype'))
      : call('tf.broadcast_to', x, e.shape(node)),
  concat: ({ attrs: { axis } }, operands) =>
    call('tf.concat', `[${operands.map(({ text }) => text).join(', ')}]`, `axis=${axis}`),
  pad: (node, [x], e) => {
    const [before, after] = [e.sizes(node, 'before'), e.sizes(node, 'after')];
    const pairs = before.map((size, axis) => `[${size}, ${after[axis]}]`).join(', ');
    return call('tf.pad', x, `[${pairs}]`, `constant_values=${e.number(node, 'value').text}`);
  },
  gather: direct('tf.gather'),
  oneHot: (node, [indices], e) => {
    const [depth = ''] = e.sizes(node, 'depth');
    return call('tf.one_hot', indices, depth, `dtype=${types[node.attrs.dtype]}`);
  },
};

export const tensorflow: TensorLanguage = {
  rules,
  mean: (x, list, keepDims) => call('tf.reduce_mean', x, ...axes(list, keepDims)),
  ...pythonNames,
  reserved: [...pythonNames.reserved, 'tf'],
  brackets,
};
