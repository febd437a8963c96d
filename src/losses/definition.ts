import type { Parameters, ValuesOf } from '../core/index.ts';
import type { BatchTerm } from './batch-terms.ts';
import type { ClassLoss, TwoViewLoss } from './class-loss.ts';
import type { RowMemory } from './memory.ts';
import type { Penalty } from './objective.ts';

/** How a model's scores are normalised before the loss sees them. */
export type ScoreNormalisation = 'none' | 'l2';

/**
 * Whether every row sums to the same constant: `nearly` if a clamp of probabilities at `minProb`
 * raises the sums, by up to (k − 1)·minProb of themselves.
 */
export type Symmetry = 'yes' | 'nearly' | 'no';

/** Everything that is known of a loss; what depends on its parameters is a method of their values. */
export interface LossDefinition<P extends Parameters = Parameters, N extends string = string> {
  /** What specs call it. */
  readonly name: N;
  /** Other names that specs may call it. */
  readonly aliases?: readonly string[];
  /** The loss of a sample labelled y, in plain text, with p = softmax(z). */
  readonly formula: string;
  /** In the order in which values without a key are taken. */
  readonly parameters: P;
  readonly reference: string;
  /**
   * Whether it is proposed by the paper on symmetrization (Lemire Paquin, Chaib-draa and Giguère
   * 2026). Default: it is a baseline that those are compared with.
   */
  readonly fromPaper?: boolean;
  /** With a memory, the loss of rows that are seen for the first time (`firstVisit`). */
  build(values: ValuesOf<P>): ClassLoss;
  symmetric(values: ValuesOf<P>): Symmetry;
  /** Whether values stay in a finite range over all scores. */
  isBounded(values: ValuesOf<P>): boolean;
  /**
   * Whether values are bounded from below. Default: they are, unless the loss is symmetric and
   * unbounded, since then a value that grows without bound makes another one fall.
   */
  isBoundedBelow?(values: ValuesOf<P>): boolean;
  /** Default: none. */
  penalties?(values: ValuesOf<P>): readonly Penalty[];
  /** The loss of two views of a row, of which `build` is that of equal ones. Default: it takes one, as where this is `undefined`. */
  views?(values: ValuesOf<P>): TwoViewLoss | undefined;
  /** What it remembers of every row. Default: nothing. */
  memory?(values: ValuesOf<P>): RowMemory;
  /** Terms of the objective over the whole batch. Default: none. */
  batchTerms?(values: ValuesOf<P>): readonly BatchTerm[];
  /** A proved upper bound of the Hessian norm of every L_y, over all scores. Default: none is known. */
  smoothness?(values: ValuesOf<P>, k: number): number | undefined;
  /**
   * The same of the symmetric part. Default: `smoothness` if the loss is symmetric, since its symmetric
   * part differs by a constant, else 2(k−1)/k times that.
   */
  symmetrizedSmoothness?(values: ValuesOf<P>, k: number): number | undefined;
}

/** A definition as it is written: the types of the values are taken from `parameters`. */
export function defineLoss<const P extends Parameters, const N extends string = string>(
  definition: LossDefinition<P, N>,
): LossDefinition<Parameters, N> {
  return definition;
}
