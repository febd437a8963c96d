export type {
  Agreement,
  AnnotatorQuality,
  Audit,
  AuditInput,
  Consensus,
  ConsensusMethod,
  ConsensusOptions,
  IssueFilter,
} from './audit/index.ts';
export { audit, consensus } from './audit/index.ts';
export { SymlossError } from './core/index.ts';
export type {
  Embed,
  EmbedOptions,
  ModelInput,
  Opened,
  OpenedRows,
  OpenOptions,
  OpenRowsOptions,
  RecordCell,
  RecordOptions,
} from './data/formats/index.ts';
export {
  digits,
  embedDataset,
  fromRecords,
  openDataset,
  openInputs,
  readCifar,
  readCsv,
  readIdxFolder,
  readImageFolder,
  readNpy,
  readNpz,
  readParquetImages,
} from './data/formats/index.ts';
export type { Annotations, Dataset, Embedding, Features, RowFile, Table } from './data/index.ts';
export { annotatorQuality, fromArrays } from './data/index.ts';
export type { ClassLoss, Evaluation, LossSpec } from './losses/index.ts';
export { evaluate, parseLoss, symmetrize } from './losses/index.ts';
export type { ModelCard, ModelEvaluation, Predictions, Predictor } from './model/index.ts';
export { loadModel } from './model/node/index.ts';
export { parseNoise } from './noise/index.ts';
export type {
  CompareLabelsOptions,
  LabelComparison,
  LabelMeasure,
} from './review/index.ts';
export { compareLabels } from './review/index.ts';
export type {
  AuditDatasetOptions,
  CompareOptions,
  CrossValidateOptions,
  CrossValidation,
  CrowdOptions,
  DatasetAudit,
  Run,
  RunMetrics,
  Settings,
  Trained,
  TrainOptions,
} from './run/index.ts';
export { auditDataset, compare, crossValidate, train, trainCrowd } from './run/index.ts';
export type { EpochMetrics } from './train/index.ts';
