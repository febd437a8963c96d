import type { DType } from '../../core/index.ts';
import type { Expr, NodeOf } from '../expr.ts';
import type { Op } from '../op.ts';
import type { Code } from './code.ts';
import { at, atom, call, comparison, levels, method } from './code.ts';
import { pythonNames } from './python.ts';
import { refusedRules } from './refused.ts';
import type { TensorContext, TensorLanguage, TensorRule } from './rules.ts';
import { changedAxis, constantRule, direct, pythonOperators, softmaxAxis } from './shared.ts';
import { axesOf } from './tensors.ts';

const types: Readonly<Record<DType, string>> = {
  float32: 'scores.dtype',
  float64: 'scores.dtype',
  int32: 'torch.int32',
  int64: 'torch.int64',
  bool: 'torch.bool',
  string: '',
};

const like = 'dtype=scores.dtype, device=scores.device';

/** The PyTorch code of every op; numbers have the type and the device of `scores`. */
const rules: { readonly [O in Op]: TensorRule<O> } = {
  ...refusedRules,
  ...pythonOperators,
  input: ({ attrs }) => atom(attrs.name),
  constant: constantRule(
    (shape, value) => call('torch.full', shape, value, like),
    (size) => call('torch.arange', size, like),
  ),
  exp: direct('torch.exp'),
  log: direct('torch.log'),
  expm1: direct('torch.expm1'),
  log1p: direct('torch.log1p'),
  sqrt: direct('torch.sqrt'),
  abs: direct('torch.abs'),
  sign: direct('torch.sign'),
  floor: direct('torch.floor'),
  sin: direct('torch.sin'),
  cos: direct('torch.cos'),
  tanh: direct('torch.tanh'),
  sigmoid: direct('torch.sigmoid'),
  erf: direct('torch.erf'),
  relu: direct('torch.relu'),
  step: (_, [x], e) => method(comparison('>', x, e.literal(0)), 'to', 'scores.dtype'),
  cast: ({ attrs: { to } }, [x]) => method(x, 'to', types[to]),
  stopGradient: (_, [x]) => method(x, 'detach'),
  maximum: bound('torch.maximum', 'min'),
  minimum: bound('torch.minimum', 'max'),
  where: direct('torch.where'),
  sum: reduction('sum'),
  max: reduction('amax'),
  logSumExp: reduction('logsumexp'),
  argMax: ({ attrs: { axis } }, [x]) => method(x, 'argmax', `dim=${axis}`),
  softmax: (node, [x]) => call('torch.softmax', x, `dim=${softmaxAxis(node)}`),
  logSoftmax: (node, [x]) => call('torch.log_softmax', x, `dim=${softmaxAxis(node)}`),
  matMul: ({ attrs: { transA, transB } }, [a, b]) => {
    const [left, right] = [transA ? transposed(a) : a, transB ? transposed(b) : b];
    const text = `${at(left, levels.product)} @ ${at(right, levels.product + 1)}`;
    return { text, level: levels.product };
  },
  reshape: (node, [x], e) => {
    const changed = changedAxis(node, e);
    if (changed === undefined) return method(x, 'reshape', e.shape(node));
    return method(x, changed.kind === 'added' ? 'unsqueeze' : 'squeeze', String(changed.axis));
  },
  transpose: ({ attrs: { perm } }, [x]) => method(x, 'permute', perm.join(', ')),
  broadcastTo: (node, [x], e) =>
    e.isNumber(node.inputs[0] as Expr)
      ? call('torch.full', e.shape(node), x, like)
      : call('torch.broadcast_to', x, e.shape(node)),
  concat: ({ attrs: { axis } }, operands) =>
    call('torch.cat', `[${operands.map(({ text }) => text).join(', ')}]`, `dim=${axis}`),
  pad: (node, [x], e) => {
    const [before, after] = [e.sizes(node, 'before'), e.sizes(node, 'after')];
    const pairs = before.flatMap((size, axis) => [[size, after[axis]]]).reverse();
    const value = `value=${e.number(node, 'value').text}`;
    return call('torch.nn.functional.pad', x, `(${pairs.flat().join(', ')})`, value);
  },
  gather: (_, [x, indices]) => atom(`${at(x, levels.atom)}[${indices.text}]`),
  oneHot: (node, [indices], e) => {
    const [depth = ''] = e.sizes(node, 'depth');
    const ones = call('torch.nn.functional.one_hot', method(indices, 'long'), depth);
    return method(ones, 'to', types[node.attrs.dtype]);
  },
};

/** A number as bound is a clamp, which has the gradient 1 where the two are equal; two tensors share it there. */
function bound(f: string, keyword: 'min' | 'max') {
  return (
    { inputs: [x, y] }: NodeOf<'maximum' | 'minimum'>,
    [a, b]: readonly [Code, Code, ...Code[]],
    e: TensorContext,
  ): Code => {
    if (e.isNumber(y as Expr)) return method(a, 'clamp', `${keyword}=${b.text}`);
    if (e.isNumber(x as Expr)) return method(b, 'clamp', `${keyword}=${a.text}`);
    return call(f, a, b);
  };
}

function reduction(f: string) {
  return (node: NodeOf<'sum' | 'max' | 'logSumExp'>, [x]: readonly [Code, ...Code[]]): Code =>
    method(x, f, ...dims(axesOf(node), node.attrs.keepDims));
}

function dims(axes: readonly number[], keepDims: boolean): string[] {
  const list = axes.length === 1 ? String(axes[0]) : `(${axes.join(', ')})`;
  return [`dim=${list}`, ...(keepDims ? ['keepdim=True'] : [])];
}

function transposed(x: Code): Code {
  return method(x, 'transpose', '-1', '-2');
}

export const pytorch: TensorLanguage = {
  rules,
  mean: (x, axes, keepDims) => method(x, 'mean', ...dims(axes, keepDims)),
  ...pythonNames,
  reserved: [...pythonNames.reserved, 'torch'],
};
