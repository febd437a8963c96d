import { SymlossError } from '../core/index.ts';
import type { Expr } from '../graph/index.ts';
import {
  add,
  cast,
  clamp,
  div,
  exp,
  log,
  maximum,
  mean,
  mul,
  neg,
  slice,
  stopGradient,
  sub,
  sum,
} from '../graph/index.ts';
import type { BatchTerm } from './batch-terms.ts';
import { meanOfRows } from './batch-terms.ts';
import { logProbs } from './class-loss.ts';
import { defineLoss } from './definition.ts';
import type { RowMemory } from './memory.ts';
import { firstVisit, shares } from './memory.ts';
import { positiveParameter, weightParameter } from './parameters.ts';
import { isTopClass } from './top-class.ts';

/** The smallest entry of P and of Q, the gradient 0 below. */
const floor = 1e-4;
/** Standard deviation of u and v before the first step. */
const deviation = 1e-8;

const square = (x: Expr) => mul(x, x);

/** The probabilities of rows as their u and v change them, by whether the class is that of the label; all [n, k], U [n, 1]. */
function changed(scores: Expr, before: Expr) {
  const [n = 0, k = 0] = scores.shape;
  const bounded = (start: number, end: number) =>
    clamp(square(slice(before, [0, start], [n, end])), undefined, 1);
  const [added, taken] = [bounded(0, 1), bounded(1, k + 1)];
  const probs = exp(logProbs(scores));
  return {
    added,
    taken,
    own: maximum(add(probs, added), floor),
    other: maximum(sub(probs, stopGradient(taken)), floor),
  };
}

/** P divided by its sum. */
const share = (part: Expr, total: Expr) => clamp(div(part, total), floor, 1);

/** KL(p, p') of the softmax of two views, the first a constant for the gradient, [n, 1]. */
function disagreement(scores: Expr, second: Expr): Expr {
  const logP = stopGradient(logProbs(scores));
  return sum(mul(exp(logP), sub(logP, logProbs(second))), -1, true);
}

/**
 * Sparse over-parameterisation, with numbers u and v_1 … v_k of every row that are trained with rates of their own (Liu et al. 2022):
 * `−ln Q_y + Σ_j ([j = top] + U_j − V_j − [j = y])²`, where U_y = min(u², 1) and V_j = min(v_j², 1) for j ≠ y, else 0; P =
 * max(p + U − V, 1e-4), V a constant here, and Q = P/Σ P, at least 1e-4. U and V take up what is wrong about the label, so that the
 * network need not. top is the class of the largest score, the first of equal ones, and a constant for the gradient.
 *
 * With a second view of the rows `consistency · KL(p, p')` is added, p' the softmax of its scores and p a constant for the gradient. u and
 * v are trained by plain gradient descent on the objective of the batch.
 * @param rateU learning rate of u, above 0
 * @param rateV learning rate of v, above 0
 * @param consistency weight of the second view, 0 or more
 */
export function sparseOverparametrised(rateU: number, rateV: number, consistency = 0): RowMemory {
  const parts = (k: number, u: number, v: number) => [u, ...new Array<number>(k).fill(v)];
  return {
    initial: (k) => parts(k, 0, 0),
    deviations: (k) => parts(k, deviation, deviation),
    rates: (k) => parts(k, rateU, rateV),
    visit(scores, before, second) {
      const { added, taken, own, other } = changed(scores, before);
      const total = add(sub(sum(other, -1, true), other), own);
      const logQ = log(share(own, total));

      const top = cast(isTopClass(scores), scores.dtype);
      const otherSquares = square(sub(top, taken));
      const others = sub(sum(otherSquares, -1, true), otherSquares);
      const losses = add(neg(logQ), add(square(sub(add(top, added), 1)), others));
      const apart = second && consistency > 0 && mul(disagreement(scores, second), consistency);
      return { losses: apart ? add(losses, apart) : losses, memory: before };
    },
    // the label without what U and V take for its noise: onehot(y) − (U onehot(y) − V), divided by its sum
    classProbs([u = 0, ...v], label) {
      const bounded = (x: number) => Math.min(x * x, 1);
      return shares(v.map((own, c) => (c === label ? 1 - bounded(u) : bounded(own))));
    },
  };
}

/**
 * `−(1/k) Σ_j ln max(q_j, 1e-4)` of a batch, q its mean of Q of `sparseOverparametrised`: ln k or more, and that if all classes have the same
 * share. Of a soft label, P is its mean over the label.
 */
export function balanceTerm(weight: number): BatchTerm {
  return {
    weight,
    value(batch) {
      const { scores, targets, memory } = batch;
      if (memory === undefined) throw new SymlossError('balance', 'the memory of the rows', 'none');
      const { own, other } = changed(scores, memory);
      const mixed = add(mul(targets, own), mul(sub(1, targets), other));
      const shares = meanOfRows(share(mixed, sum(mixed, -1, true)), batch);
      return neg(mean(log(maximum(shares, floor))));
    },
  };
}

const memoryOf = (values: Readonly<Record<'rateU' | 'rateV' | 'consistency', number>>) =>
  sparseOverparametrised(values.rateU, values.rateV, values.consistency);

export const sparseOverparametrisedDefinition = defineLoss({
  name: 'sop',
  formula:
    "-ln Q_y + sum_j ([j=top] + U_j - V_j - [j=y])^2 + consistency KL(p, p'), and -balance mean_j ln q_j, q the mean of Q over the batch; Q = P/sum P, P = max(p + U - V, 1e-4); U_y = u^2 and V_j = v_j^2 for j != y of every row are trained; p' of a second view of the row",
  parameters: {
    rateU: positiveParameter(1, 'learning rate of u'),
    rateV: positiveParameter(10, 'learning rate of v'),
    consistency: weightParameter('the second view', 0),
    balance: weightParameter('the balance of the batch', 0),
  },
  symmetric: () => 'no',
  isBounded: () => true,
  views: ({ consistency, ...rates }) =>
    consistency === 0 ? undefined : firstVisit(memoryOf({ consistency, ...rates })),
  memory: memoryOf,
  batchTerms: ({ balance }) => (balance === 0 ? [] : [balanceTerm(balance)]),
  reference: 'Liu, Zhu, Qu and You 2022',
  build: (values) => firstVisit(memoryOf(values)),
});
