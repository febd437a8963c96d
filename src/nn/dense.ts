import { formatShape, SymlossError } from '../core/index.ts';
import { add, matMul } from '../graph/index.ts';
import { kaimingUniform, xavierUniform, zeros } from './initialisers.ts';
import type { Initialiser, Layer } from './scope.ts';

/** First weights of a dense layer, by the numbers of its inputs and units. */
const initialisations = {
  kaiming: kaimingUniform,
  xavier: xavierUniform,
  zeros: () => zeros,
} satisfies Record<string, (inputs: number, units: number) => Initialiser>;

export interface DenseOptions {
  /** Whether to add a trained number per unit; pointless before batch norm. Default: true. */
  readonly bias?: boolean;
}

/**
 * A dense layer, `x·W + b`: [n, inputs] → [n, units], W of shape [inputs, units].
 * @param initialisation `kaiming` before a relu, `xavier` otherwise; `zeros` where inputs that are rarely seen should say nothing
 */
export function dense(
  units: number,
  initialisation: keyof typeof initialisations = 'kaiming',
  { bias = true }: DenseOptions = {},
): Layer {
  return (x, scope) => {
    const [, inputs] = x.shape;
    if (x.shape.length !== 2 || inputs === undefined) {
      throw new SymlossError('dense', 'an input [n, features]', formatShape(x.shape));
    }
    const initial = initialisations[initialisation](inputs, units);
    const product = matMul(x, scope.parameter('weight', [inputs, units], initial));
    return bias ? add(product, scope.parameter('bias', [units], zeros)) : product;
  };
}
