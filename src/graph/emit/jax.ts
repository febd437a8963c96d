import type { DType } from '../../core/index.ts';
import type { Expr } from '../expr.ts';
import type { Op } from '../op.ts';
import { at, atom, call, comparison, levels, method } from './code.ts';
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
  int32: 'jnp.int32',
  int64: 'jnp.int64',
  bool: 'bool',
  string: '',
};

const axes = axisArguments(pythonNames.brackets);

/** The JAX code of every op; numbers have the type of `scores`. */
const rules: { readonly [O in Op]: TensorRule<O> } = {
  ...refusedRules,
  ...pythonOperators,
  input: ({ attrs }) => atom(attrs.name),
  constant: constantRule(
    (shape, value) => call('jnp.full', shape, value, 'dtype=scores.dtype'),
    (size) => call('jnp.arange', size, 'dtype=scores.dtype'),
  ),
  exp: direct('jnp.exp'),
  log: direct('jnp.log'),
  expm1: direct('jnp.expm1'),
  log1p: direct('jnp.log1p'),
  sqrt: direct('jnp.sqrt'),
  abs: direct('jnp.abs'),
  sign: direct('jnp.sign'),
  floor: direct('jnp.floor'),
  sin: direct('jnp.sin'),
  cos: direct('jnp.cos'),
  tanh: direct('jnp.tanh'),
  sigmoid: direct('jax.nn.sigmoid'),
  erf: direct('jax.lax.erf'),
  relu: direct('jax.nn.relu'),
  step: (_, [x], e) => method(comparison('>', x, e.literal(0)), 'astype', 'scores.dtype'),
  cast: ({ attrs: { to } }, [x]) => method(x, 'astype', types[to]),
  stopGradient: direct('jax.lax.stop_gradient'),
  maximum: direct('jnp.maximum'),
  minimum: direct('jnp.minimum'),
  where: direct('jnp.where'),
  sum: reductionBy('jnp.sum', axes),
  max: reductionBy('jnp.max', axes),
  logSumExp: reductionBy('jax.nn.logsumexp', axes),
  argMax: ({ attrs: { axis } }, [x]) => call('jnp.argmax', x, `axis=${axis}`),
  softmax: (node, [x]) => call('jax.nn.softmax', x, `axis=${softmaxAxis(node)}`),
  logSoftmax: (node, [x]) => call('jax.nn.log_softmax', x, `axis=${softmaxAxis(node)}`),
  matMul: ({ attrs: { transA, transB } }, [a, b]) => {
    const left = transA ? call('jnp.swapaxes', a, '-1', '-2') : a;
    const right = transB ? call('jnp.swapaxes', b, '-1', '-2') : b;
    const text = `${at(left, levels.product)} @ ${at(right, levels.product + 1)}`;
    return { text, level: levels.product };
  },
  reshape: (node, [x], e) => {
    const changed = changedAxis(node, e);
    if (changed === undefined) return call('jnp.reshape', x, e.shape(node));
    const f = changed.kind === 'added' ? 'jnp.expand_dims' : 'jnp.squeeze';
    return call(f, x, `axis=${changed.axis}`);
  },
  transpose: ({ attrs: { perm } }, [x]) => call('jnp.transpose', x, `(${perm.join(', ')})`),
  broadcastTo: (node, [x], e) =>
    e.isNumber(node.inputs[0] as Expr)
      ? call('jnp.full', e.shape(node), x, 'dtype=scores.dtype')
      : call('jnp.broadcast_to', x, e.shape(node)),
  concat: ({ attrs: { axis } }, operands) =>
    call('jnp.concatenate', `[${operands.map(({ text }) => text).join(', ')}]`, `axis=${axis}`),
  pad: (node, [x], e) => {
    const [before, after] = [e.sizes(node, 'before'), e.sizes(node, 'after')];
    const pairs = before.map((size, axis) => `(${size}, ${after[axis]})`).join(', ');
    return call('jnp.pad', x, `(${pairs},)`, `constant_values=${e.number(node, 'value').text}`);
  },
  gather: (_, [x, indices]) => atom(`${at(x, levels.atom)}[${indices.text}]`),
  oneHot: (node, [indices], e) => {
    const [depth = ''] = e.sizes(node, 'depth');
    return call('jax.nn.one_hot', indices, depth, `dtype=${types[node.attrs.dtype]}`);
  },
};

export const jax: TensorLanguage = {
  rules,
  mean: (x, list, keepDims) => call('jnp.mean', x, ...axes(list, keepDims)),
  ...pythonNames,
  reserved: [...pythonNames.reserved, 'jax', 'jnp'],
};
