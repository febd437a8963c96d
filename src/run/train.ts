import { z } from 'zod';
import { field, SymlossError, show } from '../core/index.ts';
import type { Dataset } from '../data/index.ts';
import { areNumbers, checkAugmentation, isImages, isRowFile } from '../data/index.ts';
import { describeColumns, isAnyTable, termCount } from '../features/index.ts';
import type { ModelDescription, ModelParts } from '../model/index.ts';
import { cardVersion, columnInputs, exportOnnx } from '../model/index.ts';
import { nodeRunner } from '../runtime/index.ts';
import { calibrateParts } from '../train/calibrate.ts';
import type { CheckpointOptions } from '../train/checkpoint/index.ts';
import { checkCheckpointOptions } from '../train/checkpoint/index.ts';
import type { EpochCallback } from '../train/epoch-callback.ts';
import type { EpochMetrics } from '../train/epoch-metrics.ts';
import type { Parts } from '../train/job.ts';
import { prepare } from '../train/prepare.ts';
import type { ResolvedSplit, SplitOptions } from '../train/row-split.ts';
import { resolveSplit } from '../train/row-split.ts';
import type { WeightOptions } from '../train/row-weights.ts';
import { runInThread } from '../train/thread.ts';
import { buildJob, fullNetwork, networkValues } from './build-job.ts';
import { evaluateRun } from './evaluation.ts';
import { parsed } from './faults.ts';
import type { Resolved, Settings } from './resolve.ts';
import { describeSettings, resolve, settingsShape } from './resolve.ts';
import type { RunMetrics, Trained } from './trained.ts';
import { TrainedModel } from './trained.ts';

export interface TrainOptions extends Settings, SplitOptions, Pick<WeightOptions, 'sampleWeights'> {
  readonly data: Dataset;
  /** Write the run's state to a file, and go on from there; see `CheckpointOptions`. */
  readonly checkpoint?: CheckpointOptions | undefined;
  /** Aborts the run; its checkpoint, if it has one, is then of the step that it stopped at. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Told of every epoch; `stop`, or a promise of it, ends the run after that epoch with its model. The
   * run waits for the answer.
   */
  readonly onEpoch?: EpochCallback | undefined;
}

/**
 * Trains a classifier on labels that may be wrong.
 *
 * The rows are split into training, validation and test part; the training step (forward, loss,
 * backward, clipping, optimiser) is compiled to one ONNX graph and run by onnxruntime in a worker
 * thread; a temperature fitted on the validation labels, corrected for their noise, turns scores
 * into probabilities. Same options, machine and threads: bit-identical weights.
 * @throws SymlossError for wrong options or data, when training diverges, or when a checkpoint is
 * damaged, of another run or cannot be written; the signal's reason when it is aborted
 *
 * @example
 * const model = await train({ data: await digits(), noise: 'symmetric:0.4', epochs: 30 });
 * await model.save('digits-model');
 */
export async function train(options: TrainOptions): Promise<Trained> {
  const started = performance.now();
  const { data, checkpoint, signal, onEpoch } = options;
  checkData(data);
  parsed(trainOptionsSchema, options);
  if (checkpoint !== undefined) checkCheckpointOptions(checkpoint);
  const split = resolveSplit(options, data.labels.length);
  const settings = resolve(options, {
    rows: split.trainRows,
    isTable: isAnyTable(data),
    hasValidation: split.hasValidation,
  });
  checkImages(data, settings);
  checkKeep(settings, split);

  const {
    noise,
    seed,
    measuredRows = isImages(data) || isRowFile(data.features) ? measuredImages : undefined,
  } = settings;
  const prepared = prepare(data, { noise, split, measuredRows, seed });
  const lowering = await nodeRunner({ device: settings.device }).lowering();
  const job = buildJob(data, prepared, settings, options, lowering);
  const result = await runInThread(job, { signal, onEpoch, checkpoint });

  // `none` beside known true labels says that none was added, not that the labels are right
  const added = data.trueLabels === undefined ? noise : undefined;
  const calibration = await calibrateParts(
    result.scores,
    prepared.parts,
    data.classes,
    added,
    signal,
  );
  const { temperature } = calibration;
  const evaluation = evaluateRun(result.scores, prepared.parts, data.classes, temperature);
  const { preprocessing } = prepared;
  const parts: ModelParts = {
    network: fullNetwork(settings, data.classes.length, preprocessing),
    featureShape: data.featureShape,
    preprocessing,
    bytes: !areNumbers(data.features),
    values: networkValues(job, result.values),
    temperature,
  };
  const onnx = exportOnnx(parts, { classes: JSON.stringify(data.classes) });
  const metrics: RunMetrics = {
    epochs: result.epochs,
    final: result.epochs.at(-1) as EpochMetrics,
    kept: result.kept,
    stopped: result.stopped,
    calibration,
    ...(evaluation && { evaluation }),
    rows: countRows(prepared.parts),
    ...(prepared.wrongShare !== undefined && { wrongShare: prepared.wrongShare }),
    seconds: result.secondsBefore + (performance.now() - started) / 1000,
  };
  return new TrainedModel(cardOf(data, settings, parts), onnx, metrics, prepared.split);
}

/** Names and values of the options; what is in them, such as a dataset, is checked where it is used. */
const trainOptionsSchema = z.strictObject({
  ...settingsShape,
  ...(Object.fromEntries(
    [
      ...['data', 'test', 'validation', 'split', 'sampleWeights'],
      ...['checkpoint', 'signal', 'onEpoch'],
    ].map((name) => [name, z.unknown().optional()]),
  ) as Record<keyof Omit<TrainOptions, keyof Settings>, z.ZodOptional<z.ZodUnknown>>),
});

/** JavaScript callers have no compiler to tell them. */
function checkData(data: unknown): void {
  if (typeof data === 'object' && data !== null && 'labels' in data) return;
  throw new SymlossError('data', 'a dataset', data === null ? 'null' : typeof data, {
    hint: 'make one with fromArrays, readCsv or digits',
  });
}

/** A forward pass over all images, or all rows of a table in a file, after every epoch would cost a third of the training. */
const measuredImages = 10_000;

function checkKeep({ keep }: Resolved, { given, hasValidation }: ResolvedSplit): void {
  if (keep === 'last' || hasValidation) return;
  throw new SymlossError(field('keep'), `${show('last')} without a validation part`, show(keep), {
    hint: given ? `name rows in ${field('split.validation')}` : `set ${field('validation', '0.1')}`,
  });
}

function checkImages(data: Dataset, { augment }: Resolved): void {
  if (augment.spec === 'none') return;
  if (data.features instanceof Float32Array || !isImages(data)) {
    throw new SymlossError('augment', 'none for data that are not images of bytes', augment.spec);
  }
  checkAugmentation(augment, data.featureShape);
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
  { preprocessing, values, temperature }: ModelParts,
): ModelDescription {
  return {
    format: 'symloss-model',
    version: cardVersion,
    classes: [...data.classes],
    ...(preprocessing.kind === 'columns' && {
      columns: describeColumns(preprocessing, data.dayFirst),
      inputs: columnInputs(preprocessing, values),
      ...(termCount(preprocessing) > 0 && { contribOperators: ['Tokenizer'] }),
    }),
    ...(data.embeddings && { embeddings: [...data.embeddings] }),
    ...(data.labelColumn !== undefined && { labelColumn: data.labelColumn }),
    ...(data.idColumns && { idColumns: [...data.idColumns] }),
    featureShape: [...data.featureShape],
    model: settings.model.spec,
    loss: settings.loss.spec,
    scores: settings.scores,
    temperature,
    settings: describeSettings(settings),
  };
}
