import {
  add,
  cast,
  clamp,
  div,
  exp,
  log,
  maximum,
  mul,
  neg,
  slice,
  stopGradient,
  sub,
  sum,
} from '../graph/index.ts';
import { logProbs } from './class-loss.ts';
import { defineLoss } from './definition.ts';
import type { RowMemory } from './memory.ts';
import { firstVisit } from './memory.ts';
import { positiveParameter } from './parameters.ts';
import { isTopClass } from './top-class.ts';

/** The smallest entry of P and of Q, the gradient 0 below. */
const floor = 1e-4;
/** Standard deviation of u and v before the first step. */
const deviation = 1e-8;

/**
 * Sparse over-parameterisation, with numbers u and v_1 … v_k of every row that are trained with rates of their own (Liu et al. 2022):
 * `−ln Q_y + Σ_j ([j = top] + U_j − V_j − [j = y])²`, where U_y = min(u², 1) and V_j = min(v_j², 1) for j ≠ y, else 0; P =
 * max(p + U − V, 1e-4), V a constant here, and Q = P/Σ P, at least 1e-4. U and V take up what is wrong about the label, so that the
 * network need not. top is the class of the largest score, the first of equal ones, and a constant for the gradient.
 *
 * u and v are trained by plain gradient descent on the objective of the batch. The published loss may add a term of two views of a
 * row and one of the batch; these are not here.
 * @param rateU learning rate of u, above 0
 * @param rateV learning rate of v, above 0
 */
export function sparseOverparametrised(rateU: number, rateV: number): RowMemory {
  const parts = (k: number, u: number, v: number) => [u, ...new Array<number>(k).fill(v)];
  return {
    initial: (k) => parts(k, 0, 0),
    deviations: (k) => parts(k, deviation, deviation),
    rates: (k) => parts(k, rateU, rateV),
    visit(scores, before) {
      const [n = 0, k = 0] = scores.shape;
      const square = (start: number, end: number) => {
        const root = slice(before, [0, start], [n, end]);
        return clamp(mul(root, root), undefined, 1);
      };
      const [added, taken] = [square(0, 1), square(1, k + 1)];
      const probs = exp(logProbs(scores));
      // P of a class that is the label, and of one that is not
      const own = maximum(add(probs, added), floor);
      const other = maximum(sub(probs, stopGradient(taken)), floor);
      const total = add(sub(sum(other, -1, true), other), own);
      const logQ = log(clamp(div(own, total), floor, 1));

      const top = cast(isTopClass(scores), scores.dtype);
      const ownGap = sub(add(top, added), 1);
      const otherGap = sub(top, taken);
      const otherSquares = mul(otherGap, otherGap);
      const others = sub(sum(otherSquares, -1, true), otherSquares);
      return { losses: add(neg(logQ), add(mul(ownGap, ownGap), others)), memory: before };
    },
  };
}

export const sparseOverparametrisedDefinition = defineLoss({
  name: 'sop',
  formula:
    '-ln Q_y + sum_j ([j=top] + U_j - V_j - [j=y])^2, Q = P/sum P, P = max(p + U - V, 1e-4); U_y = u^2 and V_j = v_j^2 for j != y of every row are trained',
  parameters: {
    rateU: positiveParameter(1, 'learning rate of u'),
    rateV: positiveParameter(10, 'learning rate of v'),
  },
  symmetric: () => 'no',
  isBounded: () => true,
  memory: ({ rateU, rateV }) => sparseOverparametrised(rateU, rateV),
  reference: 'Liu, Zhu, Qu and You 2022',
  build: ({ rateU, rateV }) => firstVisit(sparseOverparametrised(rateU, rateV)),
});
