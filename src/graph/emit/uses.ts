import type { Expr, NodeOf } from '../expr.ts';
import { fixedNumber } from './factor.ts';
import { sameSize } from './sizes.ts';
import type { Unified } from './unify.ts';

/** How often each node that is needed is an operand or an output. */
export function countUses(
  outputs: readonly Expr[],
  operandsOf: (node: Expr) => readonly Expr[],
): Map<Expr, number> {
  const uses = new Map<Expr, number>(outputs.map((x) => [x, 1]));
  const stack = [...uses.keys()];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    for (const x of operandsOf(node)) {
      if (!uses.has(x)) stack.push(x);
      uses.set(x, (uses.get(x) ?? 0) + 1);
    }
  }
  return uses;
}

/** The products that are a sum divided by the number of its terms, and these sums. */
export function findMeans(order: readonly Expr[], unified: Unified): Map<Expr, NodeOf<'sum'>> {
  return new Map(order.flatMap((node) => meanOf(node, unified)));
}

function meanOf(node: Expr, unified: Unified): [Expr, NodeOf<'sum'>][] {
  if (node.op !== 'mul') return [];
  const total = node.inputs.find((x) => x.op === 'sum');
  const weight = node.inputs.find(isNumber);
  if (total === undefined || weight === undefined) return [];
  const factor = unified.uniform(weight);
  const isInverse =
    factor?.factor === 1 && factor.rest === 0 && factor.log === 0 && factor.others === 0;
  if (!isInverse || fixedNumber(factor) !== undefined) return [];
  const shape = unified.shape(total.inputs[0] as Expr);
  const counted = total.attrs.axes.map((axis) => shape[axis] as (typeof shape)[number]);
  const has = (rows: number, classes: number) =>
    counted.some((size) => sameSize(size, { rows, classes, rest: 0 }));
  const isMean =
    factor.rows === (has(1, 0) ? -1 : 0) &&
    factor.classes === (has(0, 1) ? -1 : 0) &&
    counted.length === -factor.rows - factor.classes;
  return isMean ? [[node, total]] : [];
}

/** Whether it is a plain number. */
export function isNumber(x: Expr): boolean {
  return x.op === 'constant' && x.shape.length === 0;
}
