import { formatShape, SymlossError, sameShape } from '../core/index.ts';
import type { Expr } from './expr.ts';
import { add, constant, full } from './ops.ts';
import { topologicalOrder } from './traverse.ts';
import { applyVjp } from './vjp.ts';

/**
 * Gradients of a scalar expression with respect to any expressions it is computed from
 * (reverse mode; the result is itself a graph, so it can be differentiated again).
 * @param scalar an expression of shape []
 * @param wrt expressions; one that `scalar` does not depend on gets zeros
 * @returns one expression per element of `wrt`, of its shape and type
 * @throws SymlossError if `scalar` is not a float scalar
 */
export function grad(scalar: Expr, wrt: readonly Expr[]): Expr[] {
  if (!sameShape(scalar.shape, []) || !scalar.dtype.startsWith('float')) {
    throw new SymlossError(
      'grad',
      'a float scalar of shape []',
      `${scalar.dtype}${formatShape(scalar.shape)}`,
      { hint: 'reduce it first, e.g. with mean' },
    );
  }
  const order = topologicalOrder([scalar]);
  const needed = dependents(order, wrt);
  const gradients = new Map<Expr, Expr>([[scalar, constant(1, scalar.dtype)]]);
  for (const node of order.reverse()) {
    const g = gradients.get(node);
    if (g === undefined || !needed.has(node)) continue;
    if (!node.inputs.some((input) => needed.has(input))) continue;
    applyVjp(node, g).forEach((contribution, i) => {
      const source = node.inputs[i] as Expr;
      if (contribution === undefined || !needed.has(source)) return;
      const previous = gradients.get(source);
      gradients.set(source, previous === undefined ? contribution : add(previous, contribution));
    });
  }
  return wrt.map((x) => gradients.get(x) ?? full(x.shape, 0, x.dtype));
}

/** The nodes of `order` that depend on one of `sources`, the sources included. */
function dependents(order: readonly Expr[], sources: readonly Expr[]): Set<Expr> {
  const found = new Set<Expr>(sources);
  for (const node of order) if (node.inputs.some((input) => found.has(input))) found.add(node);
  return found;
}
