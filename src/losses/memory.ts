import { fromNumbers } from '../core/index.ts';
import type { Expr } from '../graph/index.ts';
import { broadcastTo, constant } from '../graph/index.ts';

/** The loss of rows, and what is remembered of them from then on. */
export interface Visit {
  /** [n, k] */
  readonly losses: Expr;
  /** [n, m]; of numbers that are trained, the ones before. */
  readonly memory: Expr;
}

/** A loss that remembers m numbers of every row, from each step that sees the row to the next. */
export interface RowMemory {
  /** The m numbers of a row before its first step, for k classes. */
  initial(k: number): readonly number[];
  /** Standard deviations of normal numbers that are added to those of each row before its first step. Default: none are. */
  deviations?(k: number): readonly number[];
  /**
   * Learning rates of the m numbers, where some are trained: a step takes rate times the gradient of its objective away, apart from the
   * optimizer and its clipping. 0 for numbers that are not. Default: none is.
   */
  rates?(k: number): readonly number[];
  /**
   * @param memory [n, m], of the rows before this step
   * @param second the scores of a second view of the rows, where the loss or another of its sum takes two
   */
  visit(scores: Expr, memory: Expr, second?: Expr): Visit;
  /**
   * What the numbers of a row say of its class: probabilities of the k classes, equal ones where they say nothing. Default: they are not
   * about classes.
   * @param numbers [m], of one row
   * @param label as given, 0 to k − 1
   */
  classProbs?(numbers: readonly number[], label: number, k: number): readonly number[];
}

/** Numbers from 0 on divided by their sum; equal ones where it is 0. */
export function shares(values: readonly number[]): number[] {
  const total = values.reduce((sum, value) => sum + value, 0);
  return values.map((value) => (total > 0 ? value / total : 1 / values.length));
}

/** The loss of rows that are seen for the first time: of one view, or of two. */
export function firstVisit(memory: RowMemory): (scores: Expr, second?: Expr) => Expr {
  return (scores, second) => {
    const [n = 0, k = 0] = scores.shape;
    const initial = memory.initial(k);
    const row = constant(fromNumbers(scores.dtype, [1, initial.length], initial));
    return memory.visit(scores, broadcastTo(row, [n, initial.length]), second).losses;
  };
}

/** The same memory, with other losses made of its losses. */
export function withLosses(memory: RowMemory, change: (losses: Expr) => Expr): RowMemory {
  return {
    ...memory,
    visit(scores, before, second) {
      const { losses, memory: after } = memory.visit(scores, before, second);
      return { losses: change(losses), memory: after };
    },
  };
}
