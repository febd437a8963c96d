import type { NumberParameter, Parameters } from '../core/index.ts';
import type { Expr } from '../graph/index.ts';
import { add, clamp, div, log, maximum, mul, softmax, sum } from '../graph/index.ts';
import type { Batch, BatchTerm } from './batch-terms.ts';
import { sumOfRows, tiny } from './batch-terms.ts';
import type { ClassLoss } from './class-loss.ts';
import { sumOf } from './combine.ts';
import { defineLoss } from './definition.ts';
import { nce } from './nce.ts';
import { nnce } from './nnce.ts';
import { weightParameter } from './parameters.ts';

/**
 * How far the mean prediction of a batch is from uniform, `ln k + Σ_j q_j ln q_j` with q the weighted mean of p over the rows:
 * 0 if it is uniform, ln k if one class takes all. Both p, whose means are divided by their sum, and q are clamped to
 * [minProb, 1 − minProb], the gradient 0 beyond (Ye et al. 2023, its later extension).
 */
function imbalance(batch: Batch, minProb: number): Expr {
  const [, k = 0] = batch.scores.shape;
  const mass = sumOfRows(clamp(softmax(batch.scores), minProb, 1 - minProb), batch);
  const shares = clamp(div(mass, maximum(sum(mass), tiny)), minProb, 1 - minProb);
  return add(sum(mul(shares, log(shares))), Math.log(k));
}

/** `lambda·(ln k + Σ_j q_j ln q_j)` of a batch, q its mean prediction: it holds the classes of a batch balanced. */
export function entropyTerm(lambda: number, minProb = 1e-7): BatchTerm {
  return { weight: lambda, value: (batch) => imbalance(batch, minProb) };
}

const lambdaParameter: NumberParameter = weightParameter('the imbalance of the mean prediction', 2);
const minProbParameter: NumberParameter = {
  kind: 'number',
  default: 1e-7,
  range: { min: 0, max: 0.5, openMin: true, openMax: true },
  about: 'probabilities are clamped to [minProb, 1 - minProb]; must be below 1/k',
};
const reference = 'Ye, Li, Dai, Liu, Sun and Tong 2023, extended';
const entropy = 'lambda (ln k + sum_j q_j ln q_j), q the mean of p over the batch';

const zero: ClassLoss = (scores) => mul(scores, 0);

/** No loss by itself, but a term for sums with others: `ce + er:lambda=0.5`. */
export const entropyDefinition = defineLoss({
  name: 'er',
  formula: `0, and ${entropy}`,
  parameters: { lambda: lambdaParameter, minProb: minProbParameter },
  symmetric: () => 'yes',
  isBounded: () => true,
  smoothness: () => 0,
  batchTerms: ({ lambda, minProb }) => [entropyTerm(lambda, minProb)],
  reference,
  build: () => zero,
});

/** The active negative loss with its later regulariser, which also clamps the probabilities of nnce from above. */
export const anlCeErDefinition = defineLoss<
  Parameters & Record<'alpha' | 'beta' | 'lambda' | 'minProb' | 'delta', NumberParameter>,
  'anl-ce+er'
>({
  name: 'anl-ce+er',
  formula: `alpha nce + beta nnce, ${entropy}, and delta sum |w| on the weights`,
  parameters: {
    alpha: weightParameter('nce', 5),
    beta: weightParameter('nnce', 5),
    lambda: lambdaParameter,
    minProb: minProbParameter,
    delta: {
      kind: 'number',
      default: 0,
      range: { min: 0 },
      about: 'strength of the L1 penalty on the weights',
    },
  },
  symmetric: () => 'yes',
  isBounded: () => true,
  penalties: ({ delta }) => (delta === 0 ? [] : [{ kind: 'l1', weight: delta }]),
  batchTerms: ({ lambda, minProb }) => (lambda === 0 ? [] : [entropyTerm(lambda, minProb)]),
  reference,
  build: ({ alpha, beta, minProb }) =>
    sumOf([
      [alpha, nce],
      [beta, nnce(minProb, 1 - minProb)],
    ]),
});
