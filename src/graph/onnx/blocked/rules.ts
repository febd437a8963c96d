import { sameShape } from '../../../core/index.ts';
import type { Expr, NodeOf } from '../../expr.ts';
import type { Op } from '../../op.ts';
import { scalarValue } from '../../ops.ts';
import { loweringRules } from '../lowering.ts';
import type { BlockedRule, LoweringRule } from '../rules.ts';
import type { Values } from '../values.ts';
import { lowerChannelAffine, lowerChannelDot, lowerChannelMoments, lowerSum } from './channels.ts';
import { lowerConv, lowerInputGrad, lowerWeightGrad } from './convolution.ts';
import { lowerAdd, lowerRelu } from './fusion.ts';
import { lowerAvgPool, lowerMaxPool, lowerMaxPoolGrad } from './pooling.ts';

/** On images as they are. */
const plain = () => false;

const blockedRules: { readonly [O in Op]: BlockedRule<O> } = {
  input: plain,
  constant: plain,
  neg: elementwise,
  exp: plain,
  log: plain,
  expm1: plain,
  log1p: plain,
  sqrt: plain,
  abs: plain,
  sign: plain,
  tanh: plain,
  sigmoid: plain,
  erf: plain,
  relu: (node, values) => lowerRelu(node, values) || elementwise(node, values),
  step: elementwise,
  pow: plain,
  cast: plain,
  not: plain,
  add: (node, values) => lowerAdd(node, values) || elementwise(node, values),
  sub: elementwise,
  mul: elementwise,
  div: plain,
  maximum: elementwise,
  minimum: elementwise,
  less: plain,
  lessEqual: plain,
  equal: plain,
  and: plain,
  or: plain,
  where: plain,
  sum: lowerSum,
  max: plain,
  logSumExp: plain,
  argMax: plain,
  softmax: plain,
  logSoftmax: plain,
  matMul: plain,
  reshape: plain,
  transpose: plain,
  broadcastTo: plain,
  slice: plain,
  concat: plain,
  pad: plain,
  conv2d: lowerConv,
  conv2dInputGrad: lowerInputGrad,
  conv2dWeightGrad: lowerWeightGrad,
  maxPool: lowerMaxPool,
  maxPoolGrad: lowerMaxPoolGrad,
  avgPool: lowerAvgPool,
  channelAffine: lowerChannelAffine,
  channelDot: lowerChannelDot,
  channelMoments: lowerChannelMoments,
  gather: plain,
  oneHot: plain,
};

/** Lowers a node on blocked images if that suits it. */
export function lowerBlocked(node: Expr, values: Values): boolean {
  const isImage = [node, ...node.inputs].some((x) => x.shape.length === 4);
  if (!isImage || node.dtype !== 'float32') return false;
  return (blockedRules[node.op] as BlockedRule<Op>)(node, values);
}

/**
 * Ops that give 0 for zeros, so that the channels that fill up a block stay 0: the same operator
 * does them on either layout.
 */
function elementwise(
  node: NodeOf<'neg' | 'relu' | 'step' | 'add' | 'sub' | 'mul' | 'maximum' | 'minimum'>,
  values: Values,
): boolean {
  const isFactor = (x: Expr) => node.op === 'mul' && scalarValue(x) !== undefined;
  const images = node.inputs.filter((x) => !isFactor(x));
  if (!images.every((x) => sameShape(x.shape, node.shape))) return false;
  if (!images.some((x) => values.isBlocked(x))) return false;
  const names = node.inputs.map((x) => (isFactor(x) ? values.plain(x) : values.blocked(x)));
  const rule = loweringRules[node.op] as LoweringRule<Op>;
  const name = rule(node, names as [string, string], values.emitter, { contrib: true });
  values.setBlocked(node, name);
  return true;
}
