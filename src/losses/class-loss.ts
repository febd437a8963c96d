import { formatShape, SymlossError, sameShape, show } from '../core/index.ts';
import type { Expr } from '../graph/index.ts';
import { logSoftmax, mean, sub } from '../graph/index.ts';

/**
 * A multi-class loss: from scores [n, k] to one loss value per class, [n, k]. Column y is the loss of
 * a sample labelled y.
 */
export type ClassLoss = (scores: Expr) => Expr;

/**
 * A loss of two views of each row, such as two augmentations of an image: from the scores of both, [n, k] each, to one loss value per
 * class, [n, k].
 */
export type TwoViewLoss = (scores: Expr, second: Expr) => Expr;

/** The two parts of a loss: `values` = `symmetric` + `insensitive`. */
export interface Decomposition {
  /** The part whose rows sum to 0: uniform label noise only scales its expectation. */
  readonly symmetric: ClassLoss;
  /** The part that does not depend on the label: the mean of each row, [n, 1]. */
  readonly insensitive: ClassLoss;
}

/**
 * The symmetric part of a loss, `L(z)_y − (1/k) Σ_j L(z)_j`: the projection I − 11ᵀ/k of its rows
 * (Lemire Paquin, Chaib-draa and Giguère 2026). Rows sum to 0; applying it twice changes nothing.
 */
export function symmetrize(loss: ClassLoss): ClassLoss {
  return (scores) => centred(loss(scores));
}

/** Values [n, k] less the mean of their row. */
export function centred(values: Expr): Expr {
  return sub(values, mean(values, -1, true));
}

/**
 * Splits a loss into its symmetric and its class-insensitive part. The split is unique once the
 * symmetric part's rows sum to 0.
 */
export function decompose(loss: ClassLoss): Decomposition {
  return {
    symmetric: symmetrize(loss),
    insensitive: (scores) => mean(loss(scores), -1, true),
  };
}

/** ln softmax(z)_j for every class, finite at any scores: the log-probabilities that losses are made of. */
export function logProbs(scores: Expr): Expr {
  return logSoftmax(scores, -1);
}

/**
 * A loss that somebody wrote, checked where it is used.
 * @param where what its errors start with
 * @returns a loss that throws a SymlossError where this one makes anything but [n, k] of scores [n, k]
 */
export function checkedLoss(loss: ClassLoss, where = 'loss'): ClassLoss {
  if (typeof loss !== 'function') {
    throw new SymlossError(where, 'a spec such as sgce:q=0.4, or a function', show(loss));
  }
  return (scores) => {
    const losses: Partial<Expr> | null | undefined = loss(scores);
    if (losses?.shape && sameShape(losses.shape, scores.shape)) return losses as Expr;
    const expected = `a loss for every row and class, ${formatShape(scores.shape)} as the scores`;
    const received = losses?.shape ? formatShape(losses.shape) : show(losses);
    throw new SymlossError(where, expected, received, {
      hint: 'logProbs(scores), for one, has that shape, and needs no mean or sum',
    });
  };
}
