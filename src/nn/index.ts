export { average, memberName } from './average.ts';
export { batchNorm } from './batch-norm.ts';
export type { ConvLayerOptions } from './conv.ts';
export { conv } from './conv.ts';
export type { DenseOptions } from './dense.ts';
export { dense } from './dense.ts';
export { dropout } from './dropout.ts';
export { filled, kaimingUniform, ones, xavierUniform, zeros } from './initialisers.ts';
export { cnn4 } from './models/cnn4.ts';
export { cnn8 } from './models/cnn8.ts';
export { modelForms, parseModel } from './models/forms.ts';
export { linear } from './models/linear.ts';
export type { MlpOptions } from './models/mlp.ts';
export { mlp } from './models/mlp.ts';
export type { DataSize, Model, ModelForm, StepCost } from './models/model.ts';
export { resnet } from './models/resnet.ts';
export type { PoolOptions } from './pool.ts';
export { avgPool, globalAvgPool, maxPool } from './pool.ts';
export type { Initialiser, Layer, Mode, Variable } from './scope.ts';
export { Scope } from './scope.ts';
export type { ScoreNormalisationRow } from './scores/normalisation.ts';
export type { ScoreNormalisation } from './scores/normalise.ts';
export {
  normaliseScores,
  scoreNormalisationNames,
  scoreNormalisations,
} from './scores/normalise.ts';
export { flatten, named, residual, sequential } from './sequential.ts';
