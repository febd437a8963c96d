import type { DType, Shape } from '../core/index.ts';
import type { Expr, NodeOf } from './expr.ts';
import type { Op, OpAttrs, StringOp } from './op.ts';

export interface TypeAndShape {
  readonly dtype: DType;
  readonly shape: Shape;
}

/**
 * Type and shape of an op's result.
 * @throws SymlossError if the operands do not fit
 */
export type InferenceRule<O extends Op> = (
  attrs: OpAttrs[O],
  ...operands: [a: Expr, b: Expr, c: Expr, ...rest: Expr[]]
) => TypeAndShape;

/**
 * The vector-Jacobian product of an op: given the node y = op(a, b, …) and the gradient g of a scalar
 * with respect to y, builds the gradients with respect to the operands, one each; `undefined` for an
 * operand that has none.
 */
export type VjpRule<O extends Op> = (
  g: Expr,
  y: NodeOf<O>,
  ...operands: [a: Expr, b: Expr]
) => readonly (Expr | undefined)[];

/**
 * Computes a node's value from its operands' values, all row-major float64 (bool as 0 and 1), or the texts that it
 * takes.
 */
export type InterpreterRule<O extends Op> = O extends StringOp
  ? (node: NodeOf<O>, texts: readonly string[]) => Float64Array
  : (
      node: NodeOf<O>,
      ...values: [a: Float64Array, b: Float64Array, c: Float64Array, ...rest: Float64Array[]]
    ) => Float64Array;
