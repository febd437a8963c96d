import { formatShape, SymlossError } from '../core/index.ts';
import type { Expr, Node } from './expr.ts';
import { inferenceRules } from './infer.ts';
import type { Op, OpAttrs, StringOp } from './op.ts';

/** Constants and lists up to this many elements are compared by value, larger ones by identity. */
const sharedSize = 64;

/** The operations that take texts. Only inputs are texts. */
const stringOps: { readonly [O in StringOp]: true } = { categoryIndex: true, termCounts: true };

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
  const texts = inputs.find(({ dtype }) => dtype === 'string');
  if (texts !== undefined && !(op in stringOps)) {
    throw new SymlossError(op, 'numbers', `string${formatShape(texts.shape)}`);
  }
  const { dtype, shape } = inferenceRules[op](attrs, ...(inputs as [Expr, Expr, Expr]));
  if (dtype === 'string' && op !== 'input') throw new SymlossError(op, 'numbers', 'type string');
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
  const parts = partsOf(attrs);
  return parts && `${op}(${operands})${parts.join(';')}`;
}

function partsOf(attrs: object): string[] | undefined {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(attrs)) {
    if (value instanceof Float64Array) {
      if (value.length > sharedSize) return undefined;
      parts.push(Array.from(value, (v) => (Object.is(v, -0) ? '-0' : String(v))).join(','));
    } else if (Array.isArray(value)) {
      if (value.length > sharedSize) return undefined;
      parts.push(`${name}=${JSON.stringify(value)}`);
    } else if (typeof value === 'object') {
      const own = partsOf(value);
      if (own === undefined) return undefined;
      parts.push(`${name}={${own.join(';')}}`);
    } else {
      parts.push(`${name}=${String(value)}`);
    }
  }
  return parts;
}
