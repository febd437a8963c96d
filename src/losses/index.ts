export { splitSpecs } from '../core/index.ts';
export { ael } from './ael.ts';
export { agce } from './agce.ts';
export { adaptiveLdrKl } from './aldr-kl.ts';
export type { AlphaMaeForm } from './alpha-mae.ts';
export { alphaMae } from './alpha-mae.ts';
export { amse } from './amse.ts';
export { anchored } from './anchored.ts';
export { aul } from './aul.ts';
export type { Batch, BatchTerm } from './batch-terms.ts';
export { batchValues } from './batch-terms.ts';
export { biTempered } from './bi-tempered.ts';
export type { BootstrapClamp } from './bootstrap.ts';
export { bootstrapHard, bootstrapSoft } from './bootstrap.ts';
export { parametersOf, withParameter } from './change.ts';
export type {
  CheckOptions,
  Counterexample,
  LossCheck,
  Property,
  PropertyCheck,
} from './check/index.ts';
export { checkLoss } from './check/index.ts';
export type { ClassLoss, Decomposition, TwoViewLoss } from './class-loss.ts';
export { decompose, logProbs, symmetrize } from './class-loss.ts';
export { sumOf } from './combine.ts';
export { backwardCorrection, forwardCorrection } from './correction.ts';
export { crossEntropy } from './cross-entropy.ts';
export type { LossDefinition, ScoreNormalisation, Symmetry } from './definition.ts';
export { defineLoss } from './definition.ts';
export { earlyLearning } from './elr.ts';
export type { EmitOptions, EmitTarget } from './emit/index.ts';
export { emitLoss, emitTargets } from './emit/index.ts';
export { entropyTerm } from './entropy-regularisation.ts';
export { epsSoftmax, epsSoftmaxFocal } from './eps-softmax.ts';
export type { EvaluateOptions, Evaluation, Gradients } from './evaluate.ts';
export { evaluate } from './evaluate.ts';
export { focal } from './focal.ts';
export { gce } from './gce.ts';
export type { JensenShannonScale } from './jensen-shannon.ts';
export { generalisedJensenShannon, jensenShannon } from './jensen-shannon.ts';
export { labelSmoothing } from './label-smoothing.ts';
export { ldrKl } from './ldr-kl.ts';
export type { LogitClipValues } from './logit-clip.ts';
export { logitClip } from './logit-clip.ts';
export { mae } from './mae.ts';
export type { RowMemory, Visit } from './memory.ts';
export { firstVisit } from './memory.ts';
export { nce } from './nce.ts';
export { nfl } from './nfl.ts';
export { nnce } from './nnce.ts';
export { nnfl } from './nnfl.ts';
export type { ObjectiveOptions, Penalty } from './objective.ts';
export { objective } from './objective.ts';
export { isFromPaper } from './paper.ts';
export { parseRecordedTree } from './parse.ts';
export { rce } from './rce.ts';
export type { LossName } from './registry.ts';
export { findLoss, lossDefinitions, registerLoss } from './registry.ts';
export { sgce, sgceSmoothness } from './sgce.ts';
export { balanceTerm, sparseOverparametrised } from './sop.ts';
export { sparseRegularised } from './sparse-regularisation.ts';
export type { LossSpec } from './spec.ts';
export { lossSpec, parseLoss } from './spec.ts';
export { taylorCe } from './taylor-ce.ts';
export type {
  ClippedLoss,
  LossSum,
  LossTree,
  NamedLoss,
  SingleLoss,
  SymmetrizedLoss,
  UnitLoss,
} from './tree.ts';
export { namedLosses } from './tree.ts';
export { unhinged } from './unhinged.ts';
export { slopeAtEqualScores, unitSlope } from './unit-slope.ts';
