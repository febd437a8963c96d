import { dense } from '../dense.ts';
import { flatten, named, sequential } from '../sequential.ts';
import type { Model } from './model.ts';
import { modelForm } from './model.ts';

/** Multinomial logistic regression: one dense layer, z = x·W + b. */
export function linear(): Model {
  return {
    spec: 'linear',
    network: (k) => sequential(flatten, named('output', dense(k, 'xavier'))),
  };
}

export const linearForm = modelForm({
  about: 'multinomial logistic regression',
  example: 'linear',
  parameters: {},
  images: false,
  cost: { milliseconds: 0.5, size: 28 * 28 },
  build: linear,
});
