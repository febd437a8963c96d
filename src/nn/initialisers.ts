import { sizeOf } from '../core/index.ts';
import type { Initialiser } from './scope.ts';

/** The same value everywhere. */
export function filled(value: number): Initialiser {
  return (shape) => new Float32Array(sizeOf(shape)).fill(value);
}

export const zeros: Initialiser = filled(0);
export const ones: Initialiser = filled(1);

/** Uniform in ±√(6/fanIn): keeps the variance of relu layers (He et al. 2015). */
export function kaimingUniform(fanIn: number): Initialiser {
  return uniform(Math.sqrt(6 / fanIn));
}

/** Uniform in ±√(6/(fanIn + fanOut)) (Glorot and Bengio 2010). */
export function xavierUniform(fanIn: number, fanOut: number): Initialiser {
  return uniform(Math.sqrt(6 / (fanIn + fanOut)));
}

function uniform(bound: number): Initialiser {
  return (shape, rng) => {
    const values = new Float32Array(sizeOf(shape));
    for (let i = 0; i < values.length; i++) values[i] = (2 * rng.uniform() - 1) * bound; // `from` takes twice as long
    return values;
  };
}
