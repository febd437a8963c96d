export type { Calibration } from '../calibration/index.ts';
export type { CheckpointFolder, CheckpointOptions } from './checkpoint/index.ts';
export { checkpointFile, checkpointSuffix } from './checkpoint/index.ts';
export type { ColumnNoiseOptions, LabelColumns } from './column-noise.ts';
export { columnNoise } from './column-noise.ts';
export type { CompareOptions, Run, RunKey } from './compare.ts';
export { compare, meanAndStd } from './compare.ts';
export type { CrossValidateOptions, CrossValidation } from './cross-validate.ts';
export { crossValidate } from './cross-validate.ts';
export type { EpochCallback } from './epoch-callback.ts';
export type {
  EpochMetricName,
  EpochMetrics,
  MeasuredPart,
  MetricKind,
} from './epoch-metrics.ts';
export { epochMetrics } from './epoch-metrics.ts';
export type { Job, JobResult, Keep, Part, Parts } from './job.ts';
export { keeps } from './job.ts';
export type { LoopOptions } from './loop.ts';
export { runJob } from './loop.ts';
export { accuracy, memorisedShare, predictedClasses } from './metrics.ts';
export { readNoise } from './noise-files.ts';
export type { AdamWOptions, Optimizer, SgdOptions, Update, UpdateArgs } from './optimizers.ts';
export { adamW, parseOptimizer, sgd } from './optimizers.ts';
export type { GivenSplit, RowSplit, SplitOptions } from './row-split.ts';
export type { WeightOptions } from './row-weights.ts';
export type { Schedule } from './schedules.ts';
export { constant, cosine, learningRates, parseSchedule, steps } from './schedules.ts';
export type { Settings } from './settings.ts';
export { checkSettings } from './settings.ts';
export type { StepOptions, TrainingStep } from './step.ts';
export { buildForward, buildStep, nextName } from './step.ts';
export { runInThread } from './thread.ts';
export type { TrainOptions } from './train.ts';
export { train } from './train.ts';
export type { RunMetrics, Trained } from './trained.ts';
