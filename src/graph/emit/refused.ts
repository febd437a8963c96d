import { SymlossError } from '../../core/index.ts';
import type { Expr } from '../expr.ts';
import type { ImageOp, StringOp } from '../op.ts';

function refuse(node: Expr): never {
  throw new SymlossError('emit', 'operations on scores', node.op, {
    hint: 'operations on images and texts belong to networks: export those as ONNX',
  });
}

/** The operations that no loss has. */
export const refusedRules: {
  readonly [O in ImageOp | StringOp]: (node: Expr) => never;
} = {
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
};
