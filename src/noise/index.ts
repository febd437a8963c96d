export { checkProbabilities, checkTransition } from '../core/index.ts';
export type { ClassMap } from './asymmetric.ts';
export { asymmetricNoise } from './asymmetric.ts';
export { columnSpec, noiseColumn } from './column.ts';
export type { ConfidentRows } from './confident-rows.ts';
export { confidentRows } from './confident-rows.ts';
export type { EstimateOptions, TransitionEstimate } from './estimate.ts';
export { estimateTransition } from './estimate.ts';
export type { NoiseKind } from './forms.ts';
export { noiseForms, noiseNames, parseNoise } from './forms.ts';
export { instanceNoise, instanceProbabilities } from './instance.ts';
export { matrixNoise, parseMatrix } from './matrix.ts';
export type {
  ClassNoise,
  CorruptedLabels,
  FeatureRows,
  LabelNoise,
  NoiseContext,
  NoiseForm,
  ParseNoiseOptions,
} from './noise.ts';
export { noNoise } from './none.ts';
export { pairNoise } from './pair.ts';
export * from './probabilities.ts';
export type { NoiseRate } from './rate.ts';
export { noiseRate } from './rate.ts';
export type { SymmetricMode } from './symmetric.ts';
export { symmetricNoise } from './symmetric.ts';
export * from './transition.ts';
export { unknownNoise } from './unknown.ts';
