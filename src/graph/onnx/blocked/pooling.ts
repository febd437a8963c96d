import { sizeOf } from '../../../core/index.ts';
import type { Expr, NodeOf } from '../../expr.ts';
import { blockedDomain } from '../emitter.ts';
import { tilesExactly, window } from '../image.ts';
import type { Values } from '../values.ts';

/** As steep as in the lowering of `step`. */
const steepSlope = 1e38;

export function lowerMaxPool(node: NodeOf<'maxPool'>, values: Values): boolean {
  return lowerPool(node, 'MaxPool', {}, values);
}

export function lowerAvgPool(node: NodeOf<'avgPool'>, values: Values): boolean {
  return lowerPool(node, 'AveragePool', { count_include_pad: 1 }, values);
}

function lowerPool(
  node: NodeOf<'maxPool' | 'avgPool'>,
  opType: string,
  extra: Readonly<Record<string, number>>,
  values: Values,
): boolean {
  const [x] = node.inputs as [Expr];
  if (!values.isBlocked(x)) return false;
  const attributes = { ...window(node.attrs.kernel, node.attrs), ...extra };
  const name = values.emitter.node(opType, [values.blocked(x)], attributes, blockedDomain);
  values.setBlocked(node, name);
  return true;
}

/**
 * Where windows tile the image: the winners are where 1 − step(y − x) = 1, with y and g stretched
 * over their windows by broadcasting.
 */
export function lowerMaxPoolGrad(node: NodeOf<'maxPoolGrad'>, values: Values): boolean {
  const [x, y, g] = node.inputs as [Expr, Expr, Expr];
  if (!values.isBlocked(x) || !tilesExactly(node)) return false;
  const { emitter: e, block } = values;
  const [kh, kw] = node.attrs.kernel;
  const [n, c, height, width] = node.shape as [number, number, number, number];
  const whole = values.whole(c);
  const rows = (n * whole * height) / block / kh;
  const columns = width / kw;
  const tiled = (name: string) => e.reshape(name, [rows, kh, columns, kw, block]);
  const stretched = (name: string) => e.reshape(name, [rows, 1, columns, 1, block]);
  const short = e.node('Sub', [tiled(values.blocked(x)), stretched(values.blocked(y))]);
  const wins = e.node('HardSigmoid', [short], { alpha: { float: steepSlope }, beta: { float: 1 } });
  const share = e.node(
    'AveragePool',
    [e.reshape(wins, [n, whole, height, width])],
    { kernel_shape: [kh, kw], strides: [kh, kw] },
    blockedDomain,
  );
  const count = e.node('Mul', [share, e.scalar('float32', sizeOf([kh, kw]))]);
  const each = e.node('Div', [values.blocked(g), count]);
  const gradient = e.node('Mul', [wins, stretched(each)]);
  values.setBlocked(node, e.reshape(gradient, [n, whole, height, width]));
  return true;
}
