import { sizeOf } from '../../../core/index.ts';
import type { Expr } from '../../expr.ts';
import { blockedDomain } from '../emitter.ts';
import { tilesExactly, window } from '../image.ts';
import { steepSlope } from '../lowering.ts';
import type { BlockedRule } from '../rules.ts';

export const maxPool = pool('MaxPool', {});

export const avgPool = pool('AveragePool', { count_include_pad: 1 });

function pool(
  opType: string,
  extra: Readonly<Record<string, number>>,
): BlockedRule<'maxPool' | 'avgPool'> {
  return {
    applies: ({ inputs: [x] }, { isBlocked }) => isBlocked(x as Expr),
    result: 'blocked',
    lower: ({ inputs, attrs }, values) => {
      const [x] = inputs as [Expr];
      const attributes = { ...window(attrs.kernel, attrs), ...extra };
      return values.emitter.node(opType, [values.blocked(x)], attributes, blockedDomain);
    },
  };
}

/**
 * Where windows tile the image: the maxima are where 1 − step(y − x) = 1, with y and g repeated over
 * their windows by broadcasting.
 */
export const maxPoolGrad: BlockedRule<'maxPoolGrad'> = {
  applies: (node, { isBlocked }) => isBlocked(node.inputs[0] as Expr) && tilesExactly(node),
  result: 'blocked',
  lower: ({ inputs, shape, attrs: { kernel } }, values) => {
    const [x, y, g] = inputs as [Expr, Expr, Expr];
    const { emitter: e, block } = values;
    const [kh, kw] = kernel;
    const [n, c, height, width] = shape as [number, number, number, number];
    const channels = values.roundUp(c);
    const rows = (n * channels * height) / block / kh;
    const columns = width / kw;
    const tiled = (name: string) => e.reshape(name, [rows, kh, columns, kw, block]);
    const perWindow = (name: string) => e.reshape(name, [rows, 1, columns, 1, block]);
    const below = e.node('Sub', [tiled(values.blocked(x)), perWindow(values.blocked(y))]);
    const isMax = e.node('HardSigmoid', [below], {
      alpha: { float: steepSlope },
      beta: { float: 1 },
    });
    const share = e.node(
      'AveragePool',
      [e.reshape(isMax, [n, channels, height, width])],
      { kernel_shape: [kh, kw], strides: [kh, kw] },
      blockedDomain,
    );
    const count = e.node('Mul', [share, e.scalar('float32', sizeOf(kernel))]);
    const each = e.node('Div', [values.blocked(g), count]);
    const gradient = e.node('Mul', [isMax, perWindow(each)]);
    return e.reshape(gradient, [n, channels, height, width]);
  },
};
