import { sameShape } from '../../../core/index.ts';
import type { Expr, NodeOf } from '../../expr.ts';
import { channelAffine } from '../../image/ops.ts';
import type { Program } from '../../program.ts';
import { rewrite } from '../../rewrite.ts';

/**
 * Fuses sums and relus into the `channelAffine` before them, where nothing else uses its result:
 * add(channelAffine(x, scale, shift), r) and relu(channelAffine(…)) become one `channelAffine` with
 * these as options. In blocked layout that is one pass over the images instead of two or three, as
 * after every batch normalisation and at the sums of its gradients. Where both summands can take the
 * other one, the second does.
 * @param blocked the nodes that are lowered in blocked layout; of the others none is fused
 */
export function fuseChannelAffine(program: Program, blocked: ReadonlySet<Expr>): Program {
  return rewrite(program, (node, operands, isOnlyUse) => {
    const fusible = (i: number): NodeOf<'channelAffine'> | undefined => {
      const x = operands[i] as Expr;
      if (x.op !== 'channelAffine' || x.attrs.relu) return undefined;
      return isOnlyUse(i) && blocked.has(node.inputs[i] as Expr) ? x : undefined;
    };
    if (node.op === 'relu') {
      const affine = fusible(0);
      return affine && withOptions(affine, affine.inputs[3], true);
    }
    if (node.op !== 'add') return undefined;
    for (const i of [1, 0]) {
      const affine = fusible(i);
      const addend = operands[1 - i] as Expr;
      const takesAddend = affine?.inputs.length === 3 && sameShape(affine.shape, addend.shape);
      if (takesAddend) return withOptions(affine, addend, false);
    }
    return undefined;
  });
}

function withOptions(
  { inputs }: NodeOf<'channelAffine'>,
  addend: Expr | undefined,
  relu: boolean,
): Expr {
  const [x, scale, shift] = inputs as [Expr, Expr, Expr];
  return channelAffine(x, scale, shift, { addend, relu });
}
