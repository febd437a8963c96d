import { topologicalOrder } from 'symloss/graph';

/**
 * @typedef {import('symloss/graph').Expr} Expr
 */

/**
 * Floating-point operations of a program's convolutions and matrix products, a multiplication and
 * an addition each: 2·n·o·c·kh·kw·h'·w' for a convolution and for each of its gradients that the
 * program has (none for the first layer's input), 2·m·k·n for a product.
 * @param {import('symloss/graph').Program} program
 */
export function countFlops({ outputs }) {
  return topologicalOrder(Object.values(outputs)).reduce((sum, node) => sum + flopsOf(node), 0);
}

/** @param {Expr} node */
function flopsOf(node) {
  const [a, b] = node.inputs;
  switch (node.op) {
    case 'conv2d':
      return convolution(node.shape, b?.shape);
    case 'conv2dInputGrad':
      return convolution(a?.shape, b?.shape);
    case 'conv2dWeightGrad':
      return convolution(b?.shape, node.shape);
    case 'matMul': {
      const [m = 0, n = 0] = node.shape;
      return 2 * m * n * (a?.shape[node.attrs.transA ? 0 : 1] ?? 0);
    }
    default:
      return 0;
  }
}

/**
 * @param {readonly number[]} [output] [n, o, h', w'], of the convolution that is differentiated
 * @param {readonly number[]} [weight] [o, c/groups, kh, kw]
 */
function convolution([n = 0, o = 0, h = 0, w = 0] = [], [, c = 0, kh = 0, kw = 0] = []) {
  return 2 * n * o * h * w * c * kh * kw;
}
