export { SymlossError } from './core/index.ts';
export type { Dataset, Features, RowFile, Table } from './data/index.ts';
export { fromArrays } from './data/index.ts';
export type { Opened, OpenOptions } from './data/node/index.ts';
export {
  digits,
  openDataset,
  readCifar,
  readCsv,
  readIdxFolder,
  readImageFolder,
  readNpy,
  readNpz,
  readParquetImages,
} from './data/node/index.ts';
export type { ClassLoss, Evaluation, LossSpec } from './losses/index.ts';
export { evaluate, parseLoss, symmetrize } from './losses/index.ts';
export type { ModelCard, ModelEvaluation, Predictions, Predictor } from './model/index.ts';
export { loadModel } from './model/node/index.ts';
export { parseNoise } from './noise/index.ts';
export type {
  CrossValidateOptions,
  CrossValidation,
  EpochMetrics,
  RunMetrics,
  Settings,
  Trained,
  TrainOptions,
} from './train/index.ts';
export { crossValidate, train } from './train/index.ts';
