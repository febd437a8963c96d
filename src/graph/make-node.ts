import type { Expr, Node } from './expr.ts';
import { inferenceRules } from './infer.ts';
import type { Op, OpAttrs } from './op.ts';

/** Constants up to this many elements are compared by value, larger ones by identity. */
const sharedConstantSize = 64;

const interned = new Map<string, WeakRef<Expr>>();
const reclaim = new FinalizationRegistry<string>((key) => {
  if (interned.get(key)?.deref() === undefined) interned.delete(key);
});
let nextId = 0;

/**
 * The node for an operation: checks its operands, infers type and shape, and returns the existing
 * node if there is one for the same operation on the same operands (common subexpressions are shared).
 * @throws SymlossError naming the op and the shapes that do not fit.
 */
export function makeNode<O extends Op>(op: O, inputs: readonly Expr[], attrs: OpAttrs[O]): Node<O> {
  const key = keyOf(op, inputs, attrs);
  const existing = key === undefined ? undefined : interned.get(key)?.deref();
  if (existing !== undefined) return existing as Node<O>;
  const { dtype, shape } = inferenceRules[op](attrs, ...(inputs as [Expr, Expr, Expr]));
  const node: Node<O> = Object.freeze({ op, inputs, attrs, dtype, shape, id: nextId++ });
  if (key !== undefined) {
    interned.set(key, new WeakRef(node as Expr));
    reclaim.register(node, key);
  }
  return node;
}

function keyOf<O extends Op>(
  op: O,
  inputs: readonly Expr[],
  attrs: OpAttrs[O],
): string | undefined {
  const operands = inputs.map((input) => input.id).join(',');
  const parts: string[] = [];
  for (const [name, value] of Object.entries(attrs)) {
    if (value instanceof Float64Array) {
      if (value.length > sharedConstantSize) return undefined;
      parts.push(Array.from(value, (v) => (Object.is(v, -0) ? '-0' : String(v))).join(','));
    } else {
      parts.push(`${name}=${String(value)}`);
    }
  }
  return `${op}(${operands})${parts.join(';')}`;
}
