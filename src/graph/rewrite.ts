import type { Expr, Node } from './expr.ts';
import { makeNode } from './make-node.ts';
import type { Op } from './op.ts';
import type { Program } from './program.ts';
import { topologicalOrder } from './traverse.ts';

/**
 * What replaces a node, or `undefined` to keep it.
 * @param operands the node's operands, rewritten themselves
 * @param isOnlyUse whether the node is all that uses its operand i, which is no output either
 */
export type RewriteRule = (
  node: Expr,
  operands: readonly Expr[],
  isOnlyUse: (i: number) => boolean,
) => Expr | undefined;

/**
 * Rewrites a program node by node, operands first. The result has the same inputs, and outputs of the
 * same names; nodes that the rule keeps and whose operands stay are the same expressions.
 */
export function rewrite({ inputs, outputs }: Program, rule: RewriteRule): Program {
  const order = topologicalOrder(Object.values(outputs));
  const uses = new Map<Expr, number>();
  for (const x of [...order.flatMap((node) => node.inputs), ...Object.values(outputs)]) {
    uses.set(x, (uses.get(x) ?? 0) + 1);
  }
  const rewritten = new Map<Expr, Expr>();
  const of = (x: Expr): Expr => rewritten.get(x) as Expr;
  for (const node of order) {
    const operands = node.inputs.map(of);
    const isOnlyUse = (i: number): boolean => uses.get(node.inputs[i] as Expr) === 1;
    rewritten.set(node, rule(node, operands, isOnlyUse) ?? withOperands(node, operands));
  }
  return {
    inputs,
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, x]) => [name, of(x)])),
  };
}

function withOperands(node: Expr, operands: readonly Expr[]): Expr {
  if (operands.every((x, i) => x === node.inputs[i])) return node;
  return makeNode<Op>(node.op, operands, node.attrs) as Node<Op> as Expr;
}
