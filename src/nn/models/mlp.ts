import type { ListParameter, Parameters, ValuesOf } from '../../core/index.ts';
import { checkValue, completeValues, formatForm, namesOf, SymlossError } from '../../core/index.ts';
import { gelu, relu, tanh } from '../../graph/index.ts';
import { batchNorm } from '../batch-norm.ts';
import { dense } from '../dense.ts';
import { dropout } from '../dropout.ts';
import { flatten, named, sequential } from '../sequential.ts';
import type { Model } from './model.ts';
import { modelForm } from './model.ts';

const activations = { relu, gelu, tanh } as const;

const parameters = {
  /** Activation function of the hidden layers. Default: `relu`. */
  activation: {
    kind: 'choice',
    default: 'relu',
    options: namesOf(activations),
    about: 'activation of the hidden layers',
  },
  /** Dropout rate after each hidden layer, in [0, 1). Default: 0. */
  dropout: {
    kind: 'number',
    default: 0,
    range: { min: 0, max: 1, openMax: true },
    about: 'dropout rate after each hidden layer',
  },
  /** Batch normalisation before each activation. Default: `none`. */
  norm: {
    kind: 'choice',
    default: 'none',
    options: ['none', 'batch'],
    about: 'normalisation before each activation',
  },
} as const satisfies Parameters;

const width: ListParameter = {
  kind: 'number',
  name: 'width',
  integer: true,
  range: { min: 1, max: 65_536 },
  about: 'units of each hidden layer',
};

export type MlpOptions = Partial<ValuesOf<typeof parameters>>;

/**
 * A multi-layer perceptron with the given hidden widths, `mlp([256, 128])`: each hidden layer is a
 * dense layer, batch norm if asked for, the activation and dropout; then a dense layer to the scores.
 * @param widths one or more integers from 1 to 65,536
 * @throws SymlossError without a width, or for a width or option out of range
 */
export function mlp(widths: readonly number[], options: MlpOptions = {}): Model {
  const where = 'model mlp';
  const values = completeValues(where, parameters, options);
  const { activation, dropout: rate, norm } = values;
  if (widths.length === 0) {
    throw new SymlossError(where, 'at least one hidden width', 'none', {
      hint: 'for none, use linear',
    });
  }
  for (const units of widths) checkValue(`${where}, ${width.name}`, width, units);
  const initialisation = activation === 'tanh' ? 'xavier' : 'kaiming';
  const hidden = widths.map((units, i) =>
    named(
      `hidden${i + 1}`,
      sequential(
        dense(units, initialisation, { bias: norm !== 'batch' }),
        ...(norm === 'batch' ? [batchNorm()] : []),
        activations[activation],
        dropout(rate),
      ),
    ),
  );
  return {
    spec: formatForm('mlp', parameters, values, widths),
    network: (k) => sequential(flatten, ...hidden, named('output', dense(k, 'xavier'))),
  };
}

export const mlpForm = modelForm({
  about: 'multi-layer perceptron with these hidden widths',
  example: 'mlp:256,128',
  parameters,
  list: width,
  images: false,
  cost: { milliseconds: 1.5, size: 28 * 28 },
  build: (values, widths) => mlp(widths, values),
});
