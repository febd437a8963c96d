import { formatShape, SymlossError } from '../core/index.ts';
import { add, matMul } from '../graph/index.ts';
import { kaimingUniform, xavierUniform, zeros } from './initialisers.ts';
import type { Layer } from './scope.ts';

/**
 * A dense layer, `x·W + b`: [n, inputs] → [n, units], W of shape [inputs, units].
 * @param initialisation `kaiming` before a relu, `xavier` otherwise
 */
export function dense(units: number, initialisation: 'kaiming' | 'xavier' = 'kaiming'): Layer {
  return (x, scope) => {
    const [, inputs] = x.shape;
    if (x.shape.length !== 2 || inputs === undefined) {
      throw new SymlossError('dense', 'an input [n, features]', formatShape(x.shape));
    }
    const initial =
      initialisation === 'kaiming' ? kaimingUniform(inputs) : xavierUniform(inputs, units);
    const weight = scope.parameter('weight', [inputs, units], initial);
    return add(matMul(x, weight), scope.parameter('bias', [units], zeros));
  };
}
