import { jax } from './jax.ts';
import { pytorch } from './pytorch.ts';
import type { TensorLanguage } from './rules.ts';
import { tensorflow } from './tensorflow.ts';
import { tfjs } from './tfjs.ts';

export type { Code } from './code.ts';
export { factorCode, numberCode, sizeCode } from './code.ts';
export type { ElementBody } from './elements.ts';
export { writeElements } from './elements.ts';
export type { Factor } from './factor.ts';
export { fitFactor, fixedNumber } from './factor.ts';
export { camelCase } from './names.ts';
export { rulesOfNoLoss } from './refused.ts';
export type { TensorLanguage } from './rules.ts';
export type { Size, Sizes } from './sizes.ts';
export { fitSize } from './sizes.ts';
export type { Body } from './tensors.ts';
export { writeTensors } from './tensors.ts';
export { tfjsHelpers } from './tfjs.ts';
export { typescript, typescriptHelpers } from './typescript.ts';
export type { Sample, Unified } from './unify.ts';
export { unify } from './unify.ts';

/** The libraries of tensors that code can be written for. */
export const tensorLanguages = { pytorch, jax, tensorflow, tfjs } as const satisfies Readonly<
  Record<string, TensorLanguage>
>;
