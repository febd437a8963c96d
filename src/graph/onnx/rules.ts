import type { NodeOf } from '../expr.ts';
import type { Op } from '../op.ts';
import type { Emitter } from './emitter.ts';
import type { Values } from './values.ts';

export interface LoweringOptions {
  /** Allow onnxruntime's own operators where they are faster. Default: true. */
  readonly contrib: boolean;
}

/**
 * Emits the ONNX nodes of one op, given the names of its operands' values, and returns the name
 * of its own.
 */
export type LoweringRule<O extends Op> = (
  node: NodeOf<O>,
  operands: readonly [a: string, b: string, ...rest: string[]],
  emitter: Emitter,
  options: LoweringOptions,
) => string;

/**
 * Lowers a node on blocked images, and says whether it did: where its shapes do not suit them, or
 * nothing it takes is blocked, it is lowered as usual. Decided by shapes alone.
 */
export type BlockedRule<O extends Op> = (node: NodeOf<O>, values: Values) => boolean;
