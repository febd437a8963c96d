import type { Expr, NodeOf } from '../expr.ts';
import type { Op } from '../op.ts';
import type { Emitter } from './emitter.ts';
import type { Values } from './values.ts';

/** What a graph is made for: the CPU's kernels, or those that other devices have, too. */
export type Target = 'cpu' | 'device';

/**
 * In which type matrix products and convolutions are computed: float32, or `mixed`, float16 where it is precise enough (`isHalf`). All
 * else, and what goes in and comes out, is as the graph says.
 */
export type Precision = 'single' | 'mixed';

/**
 * How a device computes the gradient of a convolution's weight: as one convolution, with images as its kernel, or as matrix products, one for
 * each element of the kernel. Which is faster on a graphics card is not known yet.
 */
export type WeightGrad = 'convolution' | 'products';

export interface LoweringOptions {
  /** Allow onnxruntime's own operators where they are faster. */
  readonly contrib: boolean;
  /** What has to have the operators. */
  readonly target: Target;
  readonly weightGrad: WeightGrad;
}

/**
 * Emits the ONNX nodes of one op, given the names of its operands' values, and returns the name of
 * its result.
 */
export type LoweringRule<O extends Op> = (
  node: NodeOf<O>,
  operands: readonly [a: string, b: string, ...rest: string[]],
  emitter: Emitter,
  options: LoweringOptions,
) => string;

/** What decides, beside its shapes, on the layout in which a node is lowered. */
export interface Layouts {
  /** Channels of a block. */
  readonly block: number;
  /** Whether an operand is computed in blocked layout. */
  readonly isBlocked: (x: Expr) => boolean;
}

/** How an op is lowered in onnxruntime's blocked layout. */
export type BlockedRule<O extends Op> = BlockedRuleOf<NodeOf<O>>;

interface BlockedRuleOf<N extends Expr> {
  /** Whether a node is lowered in blocked layout; otherwise it is in plain layout. */
  readonly applies: (node: N, layouts: Layouts) => boolean;
  /** The layout of the result. */
  readonly result: 'blocked' | 'plain';
  /** Emits the ONNX nodes and returns the name of the result. */
  readonly lower: (node: N, values: Values) => string;
}
