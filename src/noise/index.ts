export { checkTransition } from '../core/index.ts';
export type { ClassMap } from './asymmetric.ts';
export { asymmetricNoise, pairNoise } from './asymmetric.ts';
export * from './estimate.ts';
export { instanceNoise, instanceProbabilities } from './instance.ts';
export { matrixNoise, parseMatrix } from './matrix.ts';
export * from './models.ts';
export type {
  ClassNoise,
  CorruptedLabels,
  FeatureRows,
  LabelNoise,
  NoiseContext,
  NoiseKind,
} from './noise.ts';
export * from './parse.ts';
export * from './probabilities.ts';
export * from './transition.ts';
