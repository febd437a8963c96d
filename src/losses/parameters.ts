import type { Parameter } from './definition.ts';

/** The parameters that several losses have, so that they read alike everywhere. */

/** The weight of one loss in a sum. */
export function weightParameter(loss: string, value: number): Parameter {
  return { kind: 'number', default: value, range: { min: 0 }, about: `weight of ${loss}` };
}

/** The exponent of focal losses. */
export function gammaParameter(value: number): Parameter {
  return {
    kind: 'number',
    default: value,
    range: { min: 0 },
    about: 'how much samples already learnt are weighted down; 0 is cross-entropy',
  };
}

/** A lower end of the probabilities that may be removed. */
export const clampParameter: Parameter = {
  kind: 'number',
  default: 1e-7,
  range: { min: 0, max: 1, openMax: true },
  about: 'smallest probability, gradient 0 below; 0 for no clamp',
};

/** A lower end of the probabilities that the loss is made of: it cannot be removed. */
export const floorParameter: Parameter = {
  kind: 'number',
  default: 1e-7,
  range: { min: 0, max: 1, openMin: true, openMax: true },
  about: 'smallest probability, gradient 0 below; must be below 1/k',
};

export function positiveParameter(value: number, about: string): Parameter {
  return { kind: 'number', default: value, range: { min: 0, openMin: true }, about };
}
