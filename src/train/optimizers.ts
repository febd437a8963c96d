import { checkNumber, parseDecimal, parseFlag, readSpec } from '../core/index.ts';
import type { Expr } from '../graph/index.ts';
import { add, div, expm1, mul, neg, sqrt, sub } from '../graph/index.ts';

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
  readonly spec: string;
  readonly init: () => readonly string[];
  readonly update: (args: UpdateArgs) => Update;
}

const share = { min: 0, max: 1, openMax: true } as const;
const positive = { min: 0, openMin: true } as const;

export interface SgdOptions {
  /** In [0, 1). Default: 0.9. */
  readonly momentum?: number;
  readonly nesterov?: boolean;
  /** Adds weightDecay·w to the gradient. Default: 0. */
  readonly weightDecay?: number;
}

/**
 * Stochastic gradient descent, `v ← μv + g + λw; w ← w − ηv`, or with Nesterov's look-ahead
 * `w ← w − η(g + λw + μv)` (the convention of PyTorch).
 */
export function sgd({
  momentum = 0.9,
  nesterov = false,
  weightDecay = 0,
}: SgdOptions = {}): Optimizer {
  checkNumber('sgd, momentum', momentum, share);
  checkNumber('sgd, weight decay', weightDecay, { min: 0 });
  const options = [`momentum=${momentum}`, ...(nesterov ? ['nesterov=true'] : [])];
  return {
    spec: `sgd:${options.join(',')}`,
    init: () => (momentum === 0 ? [] : ['velocity']),
    update: ({ parameter, gradient, state: [velocity], learningRate }) => {
      const g = weightDecay === 0 ? gradient : add(gradient, mul(parameter, weightDecay));
      if (velocity === undefined) {
        return { parameter: sub(parameter, mul(g, learningRate)), state: [] };
      }
      const v = add(mul(velocity, momentum), g);
      const direction = nesterov ? add(g, mul(v, momentum)) : v;
      return { parameter: sub(parameter, mul(direction, learningRate)), state: [v] };
    },
  };
}

export interface AdamWOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  /** Shrinks w by ηλ each step, apart from the gradient. Default: 0.01. */
  readonly weightDecay?: number;
}

/** Adam with decoupled weight decay (Loshchilov and Hutter 2019). */
export function adamW(options: AdamWOptions = {}): Optimizer {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0.01 } = options;
  checkNumber('adamw, beta1', beta1, share);
  checkNumber('adamw, beta2', beta2, share);
  checkNumber('adamw, epsilon', epsilon, positive);
  checkNumber('adamw, weight decay', weightDecay, { min: 0 });
  // 1 − βᵗ, with its digits at the first steps
  const correction = (beta: number, t: Expr) => neg(expm1(mul(t, Math.log(beta))));
  return {
    spec: `adamw:beta1=${beta1},beta2=${beta2}${epsilon === 1e-8 ? '' : `,epsilon=${epsilon}`}`,
    init: () => ['mean', 'square'],
    update: ({ parameter, gradient: g, state, learningRate, stepNumber }) => {
      const [mean, square] = state as [Expr, Expr];
      const m = add(mul(mean, beta1), mul(g, 1 - beta1));
      const v = add(mul(square, beta2), mul(mul(g, g), 1 - beta2));
      const rate = div(learningRate, correction(beta1, stepNumber));
      const scale = add(sqrt(div(v, correction(beta2, stepNumber))), epsilon);
      const kept = mul(parameter, sub(1, mul(learningRate, weightDecay)));
      return { parameter: sub(kept, mul(rate, div(m, scale))), state: [m, v] };
    },
  };
}

/**
 * Reads `sgd`, `sgd:momentum=0.9,nesterov=true`, `adamw`, `adamw:beta2=0.99`.
 * @param weightDecay default: 0 for sgd, 0.01 for adamw
 */
export function parseOptimizer(text: string, weightDecay?: number): Optimizer {
  const spec = readSpec('optimizer', text, {
    sgd: { keys: ['momentum', 'nesterov'] },
    adamw: { keys: ['beta1', 'beta2', 'epsilon'] },
  });
  const options: Record<string, number | boolean> = {};
  for (const [key, value] of spec.named) {
    const where = `${spec.where}, ${key}`;
    const range = key === 'epsilon' ? positive : share;
    options[key] = key === 'nesterov' ? parseFlag(where, value) : parseDecimal(where, value, range);
  }
  const decay = weightDecay === undefined ? {} : { weightDecay };
  return spec.name === 'sgd' ? sgd({ ...options, ...decay }) : adamW({ ...options, ...decay });
}
