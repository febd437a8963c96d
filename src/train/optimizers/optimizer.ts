import type { ListedSyntax, Parameters, ValuesOf } from '../../core/index.ts';
import type { Expr } from '../../graph/index.ts';

/** What an update sees of one parameter; all of the parameter's shape but the two scalars. */
export interface UpdateArgs {
  readonly parameter: Expr;
  readonly gradient: Expr;
  readonly state: readonly Expr[];
  /** Scalar: the step's learning rate. */
  readonly learningRate: Expr;
  /** Scalar: 1 at the first step. */
  readonly stepNumber: Expr;
}

export interface Update {
  readonly parameter: Expr;
  readonly state: readonly Expr[];
}

/**
 * An optimiser is two pure functions over graph expressions: which tensors it keeps for each
 * parameter (all start at 0), and how a step changes a parameter and them.
 */
export interface Optimizer {
  /** What it is called in files and listings. */
  readonly spec: string;
  /** The learning rate of a run that states none, > 0: no rate suits all optimisers. */
  readonly defaultLearningRate: number;
  /** Names of the tensors that it keeps for each parameter. */
  readonly init: () => readonly string[];
  /** The parameter and the kept tensors after a step; `state` is in the order of `init`. */
  readonly update: (args: UpdateArgs) => Update;
}

/** A row of the table of optimisers. */
export interface OptimizerForm<P extends Parameters = Parameters> extends ListedSyntax<P> {
  /** The learning rate of a run that states none. */
  readonly learningRate: number;
  /** The weight decay λ of a run that states none, by its number of training rows. */
  weightDecay(rows: number): number;
  /** @param weightDecay λ; `undefined`: as without a run */
  build(values: ValuesOf<P>, weightDecay: number | undefined): Optimizer;
}

/** A row as it is written; the compiler takes the types of `build` from `parameters`. */
export function optimizerForm<const P extends Parameters>(row: OptimizerForm<P>): OptimizerForm {
  return row;
}
