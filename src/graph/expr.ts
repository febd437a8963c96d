import type { DType, Shape } from '../core/index.ts';
import type { Op, OpAttrs } from './op.ts';

/** One immutable node of the expression graph. */
export interface Node<O extends Op> {
  readonly op: O;
  readonly inputs: readonly Expr[];
  readonly attrs: OpAttrs[O];
  readonly dtype: DType;
  readonly shape: Shape;
  /** Unique among live nodes; for hashing only, never for ordering. */
  readonly id: number;
}

/** An expression: a value of static type and shape, computed from its inputs. */
export type Expr = { [O in Op]: Node<O> }[Op];

/** The nodes of some ops, as expressions. */
export type NodeOf<O extends Op> = Extract<Expr, { readonly op: O }>;
