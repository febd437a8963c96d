export type { AlphaMaeForm } from './alpha-mae.ts';
export { alphaMae } from './alpha-mae.ts';
export type {
  CheckOptions,
  Counterexample,
  LossCheck,
  Property,
  PropertyCheck,
} from './check/index.ts';
export { checkLoss, provedSmoothness, sgceSmoothness } from './check/index.ts';
export type { ClassLoss, Decomposition } from './class-loss.ts';
export { decompose, logProbs, symmetrize } from './class-loss.ts';
export { crossEntropy } from './cross-entropy.ts';
export type {
  LossDefinition,
  Parameter,
  Parameters,
  ScoreNormalisation,
} from './definition.ts';
export { describeParameter } from './definition.ts';
export type { Evaluation } from './evaluate.ts';
export { evaluate } from './evaluate.ts';
export { gce } from './gce.ts';
export { mae } from './mae.ts';
export type { ObjectiveOptions, Penalty } from './objective.ts';
export { objective } from './objective.ts';
export type { LossSpec } from './parse.ts';
export { parseLoss, splitSpecs } from './parse.ts';
export { findLoss, lossDefinitions } from './registry.ts';
export { sgce } from './sgce.ts';
export { unhinged } from './unhinged.ts';
