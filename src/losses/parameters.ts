import type { NumberParameter } from '../core/index.ts';

/** Parameters that several losses have, so that they read alike everywhere. */

/** The weight of one loss in a sum. */
export function weightParameter(loss: string, value: number): NumberParameter {
  return { kind: 'number', default: value, range: { min: 0 }, about: `weight of ${loss}` };
}

/** The exponent of focal losses. */
export function gammaParameter(value: number): NumberParameter {
  return {
    kind: 'number',
    default: value,
    range: { min: 0 },
    about: 'how much well-classified samples are down-weighted; 0 is cross-entropy',
  };
}

/** A clamp of the probabilities from below, which may be removed. */
export const clampParameter: NumberParameter = {
  kind: 'number',
  default: 1e-7,
  range: { min: 0, max: 1, openMax: true },
  about: 'smallest probability, gradient 0 below; 0 for no clamp',
};

/** A clamp of the probabilities from below that the loss depends on, so that it cannot be removed. */
export const floorParameter: NumberParameter = {
  kind: 'number',
  default: 1e-7,
  range: { min: 0, max: 1, openMin: true, openMax: true },
  about: 'smallest probability, gradient 0 below; must be below 1/k',
};

/** In (0, 1]: what interpolates between two losses. */
export function fractionParameter(value: number, about: string): NumberParameter {
  return { kind: 'number', default: value, range: { min: 0, max: 1, openMin: true }, about };
}

/** Above 0. */
export function positiveParameter(value: number, about: string): NumberParameter {
  return { kind: 'number', default: value, range: { min: 0, openMin: true }, about };
}
