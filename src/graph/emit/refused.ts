import { SymlossError } from '../../core/index.ts';
import type { Expr } from '../expr.ts';
import type { ImageOp, StringOp } from '../op.ts';

function refuse(node: Expr): never {
  throw new SymlossError('emit', 'operations on scores', node.op, {
    hint: 'operations on images and texts belong to networks: export those as ONNX',
  });
}

/** One rule for all operations that no loss has. */
export const rulesOfNoLoss = <R>(refuse: R): { readonly [O in ImageOp | StringOp]: R } => ({
  conv2d: refuse,
  conv2dInputGrad: refuse,
  conv2dWeightGrad: refuse,
  maxPool: refuse,
  maxPoolGrad: refuse,
  avgPool: refuse,
  channelAffine: refuse,
  channelDot: refuse,
  channelMoments: refuse,
  categoryIndex: refuse,
  termCounts: refuse,
});

export const refusedRules = rulesOfNoLoss(refuse);
