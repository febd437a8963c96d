import { sameShape } from '../../../core/index.ts';
import type { Expr, NodeOf } from '../../expr.ts';
import type { Values } from '../values.ts';
import { emitAffine } from './channels.ts';

type Affine = NodeOf<'channelAffine'>;

/** relu(x·scale + shift) and relu(x·scale + shift + r), as after batch normalisation, in one pass. */
export function lowerRelu(node: NodeOf<'relu'>, values: Values): boolean {
  const [x] = node.inputs as [Expr];
  if (!values.isDeferred(x)) return false;
  if (x.op === 'channelAffine') {
    values.absorb(x);
    values.setBlocked(node, emitAffine(x, values, { relu: true }));
    return true;
  }
  if (x.op !== 'add') return false;
  const parts = affineAndRest(x, values);
  if (parts === undefined) return false;
  values.absorb(x);
  values.absorb(parts.affine);
  const sum = values.blocked(parts.rest);
  values.setBlocked(node, emitAffine(parts.affine, values, { sum, relu: true }));
  return true;
}

/** x·scale + shift + r in one pass; left to a relu that takes it. */
export function lowerAdd(node: NodeOf<'add'>, values: Values): boolean {
  const parts = affineAndRest(node, values);
  if (parts === undefined) return false;
  if (values.defer(node, ['relu'])) return true;
  values.absorb(parts.affine);
  const sum = values.blocked(parts.rest);
  values.setBlocked(node, emitAffine(parts.affine, values, { sum }));
  return true;
}

function affineAndRest(
  node: NodeOf<'add'>,
  values: Values,
): { affine: Affine; rest: Expr } | undefined {
  const [a, b] = node.inputs as [Expr, Expr];
  if (!sameShape(a.shape, b.shape)) return undefined;
  const isAffine = (x: Expr): x is Affine => x.op === 'channelAffine' && values.isDeferred(x);
  if (isAffine(b)) return { affine: b, rest: a };
  return isAffine(a) ? { affine: a, rest: b } : undefined;
}
