export type { Audit } from '../audit/index.ts';
export { audit } from '../audit/index.ts';
export { SymlossError } from '../core/index.ts';
export type { Dataset } from '../data/index.ts';
export { fromArrays } from '../data/index.ts';
export type {
  ModelEvaluation,
  ModelFiles,
  Predictions,
  Predictor,
  RawRows,
} from '../model/index.ts';
export type { AuditDatasetOptions, DatasetAudit } from '../run/audit-on.ts';
export type { RunKey } from '../run/compare-with.ts';
export type { RunMetrics } from '../run/trained.ts';
export type { EpochMetrics } from '../train/epoch-metrics.ts';
export { auditDataset } from './audit-dataset.ts';
export { compare } from './compare.ts';
export type { GivenModelFiles, PageFile } from './load-model.ts';
export { loadModel } from './load-model.ts';
export type { Trained, TrainOptions } from './train.ts';
export { train } from './train.ts';
