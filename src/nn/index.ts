export { batchNorm } from './batch-norm.ts';
export { dense } from './dense.ts';
export { dropout } from './dropout.ts';
export { filled, kaimingUniform, ones, xavierUniform, zeros } from './initialisers.ts';
export type { MlpOptions, Model } from './models.ts';
export { flatten, linear, mlp, named, parseModel, sequential } from './models.ts';
export type { Initialiser, Layer, Mode, Variable } from './scope.ts';
export { Scope } from './scope.ts';
export { normaliseScores, scoreNormalisations } from './scores.ts';
