import { sizeOf } from '../../core/index.ts';
import type { Expr } from '../expr.ts';

/**
 * The longest sum of products that is computed in float16. onnxruntime's WebGPU kernels (1.30) add in float16, too, not in float32:
 * a sum of m products with random signs is off by about 2⁻¹³·√m of its size, 1% for this m, and one of products of the same sign stops
 * growing where it is 2,048 times its terms. Longer sums, above all those over a batch of large images, stay in float32.
 */
export const longestHalfSum = 8192;

/**
 * Whether mixed precision computes a node in float16: a matrix product or a convolution of numbers that both come from inputs, and are
 * not too many. A product with a constant is no layer of a network: it may carry the places of a table's values, or a transition matrix.
 */
export function isHalf(node: Expr): boolean {
  const terms = productsPerSum(node);
  if (terms === undefined || node.dtype !== 'float32') return false;
  return terms <= longestHalfSum && !node.inputs.some(isConstant);
}

/** Of how many products each element is the sum; `undefined` where a node is no matrix product or convolution. */
function productsPerSum({ op, inputs, attrs }: Expr): number | undefined {
  const [a = [], b = []] = inputs.map(({ shape }) => shape);
  switch (op) {
    case 'matMul':
      return a.at(attrs.transA ? -2 : -1);
    case 'conv2d':
      return sizeOf(b.slice(1));
    case 'conv2dInputGrad':
      return ((b[0] as number) / attrs.groups) * sizeOf(b.slice(2));
    case 'conv2dWeightGrad':
      return (b[0] as number) * sizeOf(b.slice(2));
    default:
      return undefined;
  }
}

/** A constant, or one that was broadcast or put in another shape. */
function isConstant({ op, inputs: [x] }: Expr): boolean {
  if (op === 'broadcastTo' || op === 'reshape' || op === 'transpose') return isConstant(x as Expr);
  return op === 'constant';
}
