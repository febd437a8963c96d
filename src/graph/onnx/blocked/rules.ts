import { invariant, sameShape } from '../../../core/index.ts';
import type { Expr } from '../../expr.ts';
import type { Op } from '../../op.ts';
import { scalarValue } from '../../ops.ts';
import type { Program } from '../../program.ts';
import { topologicalOrder } from '../../traverse.ts';
import { loweringRules } from '../lowering.ts';
import type { BlockedRule, LoweringRule } from '../rules.ts';
import type { Values } from '../values.ts';
import { channelAffine, channelDot, channelMoments, sum } from './channels.ts';
import { conv2d, conv2dInputGrad, conv2dWeightGrad } from './convolution.ts';
import { avgPool, maxPool, maxPoolGrad } from './pooling.ts';

/** Always lowered in plain layout. */
const plain = 'plain layout' as const;

/** Whether an operand is a scalar factor, which is the same in either layout. */
function isFactor(node: Expr, x: Expr): boolean {
  return node.op === 'mul' && scalarValue(x) !== undefined;
}

/**
 * Ops that give 0 for zeros, so that the channels that fill up a block stay 0: the same operator
 * computes them in either layout.
 */
const elementwise: BlockedRule<
  'neg' | 'relu' | 'step' | 'add' | 'sub' | 'mul' | 'maximum' | 'minimum'
> = {
  applies: (node, { isBlocked }) => {
    const images = node.inputs.filter((x) => !isFactor(node, x));
    return images.every((x) => sameShape(x.shape, node.shape)) && images.some(isBlocked);
  },
  result: 'blocked',
  lower: (node, values) => {
    const names = node.inputs.map((x) => (isFactor(node, x) ? values.plain(x) : values.blocked(x)));
    const rule = loweringRules[node.op] as LoweringRule<Op>;
    return rule(node, names as [string, string], values.emitter, {
      contrib: true,
      target: 'cpu',
      weightGrad: 'convolution',
    });
  },
};

const blockedRules: { readonly [O in Op]: BlockedRule<O> | typeof plain } = {
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
  floor: plain,
  sin: plain,
  cos: plain,
  tanh: plain,
  sigmoid: plain,
  erf: plain,
  relu: elementwise,
  step: elementwise,
  pow: plain,
  cast: plain,
  not: plain,
  stopGradient: plain,
  add: elementwise,
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
  sum,
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
  conv2d,
  conv2dInputGrad,
  conv2dWeightGrad,
  maxPool,
  maxPoolGrad,
  avgPool,
  channelAffine,
  channelDot,
  channelMoments,
  gather: plain,
  oneHot: plain,
  categoryIndex: plain,
  termCounts: plain,
};

/**
 * The nodes of a program that are lowered in blocked layout. It follows from their shapes and the
 * layouts of their operands, so it is known before anything is emitted.
 * @param block channels of a block; 1 for plain layout throughout
 */
export function blockedNodes({ outputs }: Program, block: number): ReadonlySet<Expr> {
  const nodes = new Set<Expr>();
  if (block === 1) return nodes;
  const isBlocked = (x: Expr): boolean => nodes.has(x) && ruleOf(x)?.result === 'blocked';
  for (const node of topologicalOrder(Object.values(outputs))) {
    if (ruleOf(node)?.applies(node, { block, isBlocked }) === true) nodes.add(node);
  }
  return nodes;
}

/** Lowers one of the `blockedNodes`. */
export function lowerBlocked(node: Expr, values: Values): void {
  const rule = ruleOf(node);
  invariant(rule !== undefined, `${node.op} has no blocked rule`);
  values.set(node, rule.result, rule.lower(node, values));
}

/** The kernels are for float32 only. */
function ruleOf({ op, dtype }: Expr): BlockedRule<Op> | undefined {
  const rule = blockedRules[op] as BlockedRule<Op> | typeof plain;
  return rule === plain || dtype !== 'float32' ? undefined : rule;
}
