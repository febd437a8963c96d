import type { AveragedFit } from '../calibration/averaged.ts';
import { pause } from '../core/index.ts';
import type { Dataset } from '../data/index.ts';
import { areNumbers, isImages } from '../data/index.ts';
import { describeColumns, termCount } from '../features/index.ts';
import type { ModelDescription, ModelParts } from '../model/index.ts';
import { cardVersion, columnInputs, exportOnnx } from '../model/index.ts';
import { calibrateParts } from '../train/calibrate.ts';
import type { EpochMetrics } from '../train/epoch-metrics.ts';
import type { JobResult, Part, Parts } from '../train/job.ts';
import type { Prepared } from '../train/prepare.ts';
import { evaluateRun } from './evaluation.ts';
import type { Platform } from './platform.ts';
import type { Resolved } from './resolve.ts';
import { describeSettings } from './resolve.ts';
import type { RunMetrics } from './trained.ts';
import { TrainedModel } from './trained.ts';

/** A network that was trained, before it is calibrated and measured. */
export interface Fitted extends Pick<ModelParts, 'network' | 'values'> {
  /** Where it was trained, and will predict. */
  readonly platform: Platform;
  readonly data: Dataset;
  readonly settings: Resolved;
  readonly prepared: Prepared;
  /** Scores [n, k] of rows that it was not trained on. */
  readonly scores: JobResult['scores'];
  readonly trainingProbs?: JobResult['trainingProbs'];
  readonly memoryProbs?: Float32Array | undefined;
  /** Those that the scores for the validation part are of, and that it is calibrated on. Default: the validation part. */
  readonly validation?: Part;
  /** What was estimated of these already: see `CalibrateOptions`. */
  readonly estimated?: AveragedFit;
}

/** What of a run's metrics is known before it is calibrated. */
export type TrainingMetrics = Pick<
  RunMetrics,
  'epochs' | 'kept' | 'stopped' | 'auto' | 'stateCopied'
>;

/** Calibrates a trained network, measures it, and writes it as a model. @param seconds that the run took, when it is asked */
export async function finishRun(
  {
    platform,
    data,
    settings,
    prepared,
    network,
    values,
    scores,
    trainingProbs,
    memoryProbs,
    validation,
    estimated,
  }: Fitted,
  metrics: TrainingMetrics,
  { signal, seconds }: { readonly signal: AbortSignal | undefined; readonly seconds: () => number },
): Promise<TrainedModel> {
  const { preprocessing, wrongShare } = prepared;
  const parts: Parts = { ...prepared.parts, ...(validation && { validation }) };
  // `none` beside known true labels says that none was added, not that the labels are right
  const added = data.trueLabels === undefined ? settings.noise : undefined;
  const calibration = await calibrateParts(scores, parts, data.classes, added, {
    estimated,
    signal,
  });
  const { temperature } = calibration;
  const isBalanced = settings.metric === 'balanced-accuracy';
  const classShares = isBalanced ? calibration.classShares : undefined;
  const evaluation = evaluateRun(scores, parts, data.classes, { temperature, classShares });
  const modelParts: ModelParts = {
    ...{ network, values, temperature, classShares, preprocessing },
    featureShape: data.featureShape,
    bytes: !areNumbers(data.features),
  };
  await pause();
  const onnx = exportOnnx(modelParts, { classes: JSON.stringify(data.classes) });
  await pause();
  const all: RunMetrics = {
    ...metrics,
    model: modelEpoch(metrics, settings, evaluation),
    final: metrics.epochs.at(-1) as EpochMetrics,
    calibration,
    ...(evaluation && { evaluation }),
    rows: countRows(prepared.parts),
    ...(wrongShare !== undefined && { wrongShare }),
    seconds: seconds(),
  };
  const card = cardOf(data, settings, modelParts);
  return new TrainedModel(platform, card, onnx, {
    metrics: all,
    split: prepared.split,
    trainingProbs,
    memoryProbs,
  });
}

/**
 * The epoch that is kept, with the accuracy of the model itself: of a mean of several networks, the course is that of its members;
 * and epochs are measured by the most probable class, whatever the metric is.
 */
function modelEpoch(
  { epochs, kept, auto }: TrainingMetrics,
  { metric }: Resolved,
  evaluation: RunMetrics['evaluation'],
): EpochMetrics {
  const epoch = epochs[kept - 1] as EpochMetrics;
  const isItsOwn = auto === undefined && metric === 'accuracy';
  if (isItsOwn || evaluation?.part !== 'test') return epoch;
  return { ...epoch, testAccuracy: evaluation.accuracy };
}

function countRows({ train, validation, test, measured }: Parts): RunMetrics['rows'] {
  return {
    train: train.labels.length,
    validation: validation?.labels.length ?? 0,
    test: test?.labels.length ?? 0,
    ...(measured && { measured: measured.labels.length }),
  };
}

function cardOf(
  data: Dataset,
  settings: Resolved,
  { preprocessing, values, temperature, classShares }: ModelParts,
): ModelDescription {
  return {
    format: 'symloss-model',
    version: cardVersion,
    classes: [...data.classes],
    ...(preprocessing.kind === 'columns' && {
      columns: describeColumns(preprocessing, data),
      inputs: columnInputs(preprocessing, values),
      ...(termCount(preprocessing) > 0 && { contribOperators: ['Tokenizer'] }),
    }),
    ...(data.embeddings && { embeddings: [...data.embeddings] }),
    ...(data.labelColumn !== undefined && { labelColumn: data.labelColumn }),
    ...(data.idColumns && { idColumns: [...data.idColumns] }),
    featureShape: [...data.featureShape],
    ...(isImages(data) && !areNumbers(data.features) && { pixels: 'bytes' }),
    model: settings.model.spec,
    loss: settings.loss.spec,
    scores: settings.scores,
    temperature,
    ...(classShares && { classShares: [...classShares] }),
    settings: describeSettings(settings),
  };
}
