import type { DType, Shape } from '../core/index.ts';
import { inferenceRules } from './infer.ts';
import type { Op, OpAttrs } from './op.ts';

/** One immutable node of the expression graph. */
export interface Node<O extends Op> {
  readonly op: O;
  readonly inputs: readonly Expr[];
  readonly attrs: OpAttrs[O];
  readonly dtype: DType;
  readonly shape: Shape;
  /** Unique while the node lives; serves hashing only, never ordering. */
  readonly id: number;
}

/** An expression: a value of static type and shape, computed from its inputs. */
export type Expr = { [O in Op]: Node<O> }[Op];

/** The nodes of some ops, as expressions. */
export type NodeOf<O extends Op> = Extract<Expr, { readonly op: O }>;

/** Constants up to this many elements are compared by value, larger ones by identity. */
const sharedConstantSize = 64;

const interned = new Map<string, WeakRef<Expr>>();
const reclaim = new FinalizationRegistry<string>((key) => {
  if (interned.get(key)?.deref() === undefined) interned.delete(key);
});
let nextId = 0;

/**
 * The node for an operation: checks its operands, infers type and shape, and returns the existing
 * node where the same operation on the same operands is alive (common subexpressions are shared).
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
