import { formatShape, SymlossError } from '../core/index.ts';
import { add, matMul } from '../graph/index.ts';
import { kaimingUniform, xavierUniform, zeros } from './initialisers.ts';
import type { Layer } from './scope.ts';

export interface DenseOptions {
  /** Whether to add a trained number per unit; pointless before batch norm. Default: true. */
  readonly bias?: boolean;
}

/**
 * A dense layer, `x·W + b`: [n, inputs] → [n, units], W of shape [inputs, units].
 * @param initialisation `kaiming` before a relu, `xavier` otherwise
 */
export function dense(
  units: number,
  initialisation: 'kaiming' | 'xavier' = 'kaiming',
  { bias = true }: DenseOptions = {},
): Layer {
  return (x, scope) => {
    const [, inputs] = x.shape;
    if (x.shape.length !== 2 || inputs === undefined) {
      throw new SymlossError('dense', 'an input [n, features]', formatShape(x.shape));
    }
    const initial =
      initialisation === 'kaiming' ? kaimingUniform(inputs) : xavierUniform(inputs, units);
    const product = matMul(x, scope.parameter('weight', [inputs, units], initial));
    return bias ? add(product, scope.parameter('bias', [units], zeros)) : product;
  };
}
