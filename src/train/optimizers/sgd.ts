import type { Parameters, ValuesOf } from '../../core/index.ts';
import { checkNumber, completeValues, formatForm } from '../../core/index.ts';
import { add, mul, sub } from '../../graph/index.ts';
import type { Optimizer } from './optimizer.ts';
import { optimizerForm } from './optimizer.ts';

const parameters = {
  /** μ in [0, 1). Default: 0.9. */
  momentum: {
    kind: 'number',
    default: 0.9,
    range: { min: 0, max: 1, openMax: true },
    shown: 'always',
    about: 'share of the last update that the next one keeps',
  },
  /** Whether to look ahead along the momentum. Default: false. */
  nesterov: { kind: 'flag', default: false, about: "Nesterov's look-ahead" },
} as const satisfies Parameters;

const learningRate = 0.05;

export interface SgdOptions extends Partial<ValuesOf<typeof parameters>> {
  /** λ ≥ 0: adds λw to the gradient. Default: 0. */
  readonly weightDecay?: number | undefined;
}

/**
 * Stochastic gradient descent with momentum, `v ← μv + g + λw; w ← w − ηv`, or with Nesterov's
 * look-ahead `w ← w − η(g + λw + μv)`, in the convention of PyTorch.
 *
 * Source: Sutskever, Martens, Dahl, Hinton, *On the importance of initialization and momentum in
 * deep learning*, ICML 2013.
 * @throws SymlossError for an option out of range
 */
export function sgd({ weightDecay = 0, ...options }: SgdOptions = {}): Optimizer {
  const where = 'optimizer sgd';
  const values = completeValues(where, parameters, options);
  const { momentum, nesterov } = values;
  checkNumber(`${where}, weight decay`, weightDecay, { min: 0 });
  return {
    spec: formatForm('sgd', parameters, values),
    defaultLearningRate: learningRate,
    init: () => (momentum === 0 ? [] : ['velocity']),
    update: ({ parameter, gradient, state: [velocity], learningRate: rate }) => {
      const g = weightDecay === 0 ? gradient : add(gradient, mul(parameter, weightDecay));
      if (velocity === undefined) {
        return { parameter: sub(parameter, mul(g, rate)), state: [] };
      }
      const v = add(mul(velocity, momentum), g);
      const direction = nesterov ? add(g, mul(v, momentum)) : v;
      return { parameter: sub(parameter, mul(direction, rate)), state: [v] };
    },
  };
}

export const sgdForm = optimizerForm({
  about: 'stochastic gradient descent with momentum',
  example: 'sgd:momentum=0.9,nesterov=true',
  parameters,
  bare: 0,
  learningRate,
  // A prior of fixed strength against n rows, which wrong labels need; two significant digits, so
  // that listings stay readable.
  weightDecay: (rows) => Number(Math.min(0.01, Math.max(1e-4, 10 / rows)).toPrecision(2)),
  build: (values, weightDecay) => sgd({ ...values, weightDecay }),
});
