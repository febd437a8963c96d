import type { Parameters, ValuesOf } from '../../core/index.ts';
import { checkNumber, completeValues, formatForm } from '../../core/index.ts';
import type { Expr } from '../../graph/index.ts';
import { add, div, mul, sqrt, sub } from '../../graph/index.ts';
import { biasCorrection } from '../bias-correction.ts';
import type { Optimizer } from './optimizer.ts';
import { optimizerForm } from './optimizer.ts';

const share = { min: 0, max: 1, openMax: true } as const;

const parameters = {
  /** β₁ in [0, 1). Default: 0.9. */
  beta1: {
    kind: 'number',
    default: 0.9,
    range: share,
    shown: 'always',
    about: 'decay of the running mean of gradients',
  },
  /** β₂ in [0, 1). Default: 0.999. */
  beta2: {
    kind: 'number',
    default: 0.999,
    range: share,
    shown: 'always',
    about: 'decay of the running mean of squared gradients',
  },
  /** ε > 0. Default: 10⁻⁸. */
  epsilon: {
    kind: 'number',
    default: 1e-8,
    range: { min: 0, openMin: true },
    about: 'added to the denominator',
  },
} as const satisfies Parameters;

const [learningRate, defaultWeightDecay] = [1e-3, 0.01];

export interface AdamWOptions extends Partial<ValuesOf<typeof parameters>> {
  /** λ ≥ 0: shrinks w by ηλw each step, apart from the gradient. Default: 0.01. */
  readonly weightDecay?: number | undefined;
}

/**
 * Adam with decoupled weight decay: `m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²;
 * w ← (1 − ηλ)w − η·m̂/(√v̂ + ε)` with `m̂ = m/(1 − β₁ᵗ)`, `v̂ = v/(1 − β₂ᵗ)` at step t. The decay is
 * scaled by the learning rate, the convention of PyTorch.
 *
 * Source: Loshchilov and Hutter, *Decoupled weight decay regularization*, ICLR 2019, Algorithm 2.
 * @throws SymlossError for an option out of range
 */
export function adamW({
  weightDecay = defaultWeightDecay,
  ...options
}: AdamWOptions = {}): Optimizer {
  const where = 'optimizer adamw';
  const values = completeValues(where, parameters, options);
  const { beta1, beta2, epsilon } = values;
  checkNumber(`${where}, weight decay`, weightDecay, { min: 0 });
  return {
    spec: formatForm('adamw', parameters, values),
    defaultLearningRate: learningRate,
    init: () => ['mean', 'square'],
    update: ({ parameter, gradient: g, state, learningRate: eta, stepNumber }) => {
      const [mean, square] = state as [Expr, Expr];
      const m = add(mul(mean, beta1), mul(g, 1 - beta1));
      const v = add(mul(square, beta2), mul(mul(g, g), 1 - beta2));
      const rate = div(eta, biasCorrection(beta1, stepNumber));
      const scale = add(sqrt(div(v, biasCorrection(beta2, stepNumber))), epsilon);
      const kept = mul(parameter, sub(1, mul(eta, weightDecay)));
      return { parameter: sub(kept, mul(rate, div(m, scale))), state: [m, v] };
    },
  };
}

export const adamWForm = optimizerForm({
  about: 'Adam with decoupled weight decay',
  example: 'adamw:beta2=0.99',
  parameters,
  bare: 0,
  learningRate,
  weightDecay: () => defaultWeightDecay,
  build: (values, weightDecay) => adamW({ ...values, weightDecay }),
});
