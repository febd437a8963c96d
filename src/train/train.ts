import type { Tensor } from '../core/index.ts';
import { checkNumber, field, SymlossError, show, sizeOf } from '../core/index.ts';
import type { Dataset } from '../data/index.ts';
import { byteTables, checkAugmentation, isImages } from '../data/index.ts';
import { toOnnx } from '../graph/index.ts';
import type { ModelCard } from '../model/index.ts';
import { exportOnnx } from '../model/index.ts';
import { normaliseScores, sequential } from '../nn/index.ts';
import type { Lowering } from '../runtime/index.ts';
import { nodeRunner } from '../runtime/index.ts';
import { calibrateParts } from './calibrate.ts';
import type { CheckpointOptions } from './checkpoint/index.ts';
import { checkCheckpointOptions } from './checkpoint/index.ts';
import type { EpochCallback } from './epoch-callback.ts';
import type { EpochMetrics } from './epoch-metrics.ts';
import type { Job } from './job.ts';
import { initialValues } from './job.ts';
import type { Prepared } from './prepare.ts';
import { prepare } from './prepare.ts';
import type { WeightOptions } from './row-weights.ts';
import { rowWeights } from './row-weights.ts';
import { learningRates } from './schedules.ts';
import type { ResolvedSettings, Settings } from './settings.ts';
import { describeSettings, resolveSettings } from './settings.ts';
import { buildForward, buildStep } from './step.ts';
import { runInThread } from './thread.ts';
import type { Trained } from './trained.ts';
import { TrainedModel } from './trained.ts';

export interface TrainOptions extends Settings, WeightOptions {
  readonly data: Dataset;
  /** A dataset of its own, or the share of the rows set apart, 0 for none. Default: 0.2. */
  readonly test?: Dataset | number;
  /** Share of the other rows set apart to validate and calibrate on, 0 for none. Default: 0.1. */
  readonly validation?: number;
  /** Write the run's state to a file, and go on from there; see `CheckpointOptions`. */
  readonly checkpoint?: CheckpointOptions | undefined;
  /** Aborts the run; its checkpoint, if it has one, is then of the step that it stopped at. */
  readonly signal?: AbortSignal;
  /**
   * Told of every epoch; `stop`, or a promise of it, ends the run after that epoch with its model. The
   * run waits for the answer.
   */
  readonly onEpoch?: EpochCallback;
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
  checkGiven(options.data);
  const { data, test = 0.2, validation = 0.1, checkpoint } = options;
  if (checkpoint !== undefined) checkCheckpointOptions(checkpoint);
  const share = { min: 0, max: 1, openMax: true } as const;
  checkNumber('validation', validation, share);
  if (typeof test === 'number') checkNumber('test', test, share);
  const shares = (typeof test === 'number' ? 1 - test : 1) * (1 - validation);
  const settings = resolveSettings(options, Math.round(data.labels.length * shares));
  checkImages(data, settings);
  const { noise, seed, measuredRows = isImages(data) ? measuredImages : undefined } = settings;
  checkKeep(settings, validation);
  const prepared = prepare(data, { noise, test, validation, measuredRows, seed });
  const lowering = await nodeRunner({ device: settings.device }).lowering();
  const job = buildJob(data, prepared, settings, options, lowering);
  const { signal, onEpoch } = options;
  const result = await runInThread(job, { signal, onEpoch, checkpoint });
  // `none` beside known true labels says that none was added, not that the labels are right
  const added = data.trueLabels === undefined ? settings.noise : undefined;
  const calibration = calibrateParts(result.scores, prepared.parts, data.classes, added);
  const network = fullNetwork(settings, data.classes.length);
  const onnx = exportOnnx({
    network,
    featureShape: data.featureShape,
    standardiser: prepared.standardiser,
    bytes: !(data.features instanceof Float32Array),
    values: networkValues(job, result.values),
    temperature: calibration.temperature,
  });
  const described = describeSettings(settings);
  const card: ModelCard = {
    format: 'symloss-model',
    version: 1,
    classes: [...data.classes],
    ...(data.columns && { columns: [...data.columns] }),
    featureShape: [...data.featureShape],
    model: settings.model.spec,
    loss: settings.loss.spec,
    scores: settings.scores,
    temperature: calibration.temperature,
    settings: described,
  };
  return new TrainedModel(card, onnx, {
    epochs: result.epochs,
    final: result.epochs.at(-1) as EpochMetrics,
    kept: result.kept,
    stopped: result.stopped,
    calibration,
    rows: {
      train: prepared.parts.train.labels.length,
      validation: prepared.parts.validation?.labels.length ?? 0,
      test: prepared.parts.test?.labels.length ?? 0,
      ...(prepared.parts.measured && { measured: prepared.parts.measured.labels.length }),
    },
    ...(prepared.wrongShare !== undefined && { wrongShare: prepared.wrongShare }),
    seconds: result.secondsBefore + (performance.now() - started) / 1000,
  });
}

/** JavaScript callers have no compiler to tell them. */
function checkGiven(data: unknown): void {
  if (typeof data === 'object' && data !== null && 'labels' in data) return;
  throw new SymlossError('data', 'a dataset', data === null ? 'null' : typeof data, {
    hint: 'make one with fromArrays, readCsv or digits',
  });
}

/** A forward pass over all images after every epoch would cost a third of the training. */
const measuredImages = 10_000;

/** Numbers of a batch that the network is applied to, at most: large images go in smaller batches. */
const forwardNumbers = 2 ** 22;

function checkKeep({ keep }: ResolvedSettings, validation: number): void {
  if (keep === 'last' || validation > 0) return;
  throw new SymlossError(field('keep'), `${show('last')} without a validation part`, show(keep), {
    hint: `set ${field('validation', '0.1')}`,
  });
}

function checkImages(data: Dataset, { augment }: ResolvedSettings): void {
  if (augment.spec === 'none') return;
  if (data.features instanceof Float32Array || !isImages(data)) {
    throw new SymlossError('augment', 'none for data that are not images of bytes', augment.spec);
  }
  checkAugmentation(augment, data.featureShape);
}

function buildJob(
  data: Dataset,
  { parts, standardiser, trainRows }: Prepared,
  settings: ResolvedSettings,
  weighting: WeightOptions,
  lowering: Lowering,
): Job {
  const k = data.classes.length;
  const rows = parts.train.labels.length;
  const batchSize = Math.min(rows, settings.batchSize);
  const most = Math.max(1, Math.floor(forwardNumbers / sizeOf(data.featureShape)));
  const forwardBatchSize = Math.min(rows, 512, most);
  const network = fullNetwork(settings, k);
  const { featureShape } = data;
  const { labels } = parts.train;
  const weights = rowWeights(weighting, data.labels.length, trainRows, labels, k);
  const step = buildStep({
    network,
    loss: settings.loss.classLoss,
    penalties: settings.loss.penalties,
    optimizer: settings.optimizer,
    clipNorm: settings.clipNorm,
    batchSize,
    featureShape,
    k,
    weighted: weights !== undefined,
  });
  const stepsPerEpoch = Math.floor(rows / batchSize);
  return {
    stepModel: toOnnx(step.program, lowering),
    forwardModel: toOnnx(buildForward(network, forwardBatchSize, featureShape), lowering),
    slots: initialValues(step, settings.seed),
    uniforms: step.uniforms,
    parts,
    ...(!(data.features instanceof Float32Array) && {
      images: { tables: byteTables(standardiser), augmentation: settings.augment },
    }),
    ...(weights && { weights }),
    featureShape,
    k,
    batchSize,
    forwardBatchSize,
    epochs: settings.epochs,
    learningRates: learningRates(
      settings.learningRate,
      settings.schedule.at,
      settings.epochs * stepsPerEpoch,
      Math.round(settings.warmup * stepsPerEpoch),
    ),
    keep: settings.keep,
    evaluateEvery: settings.evaluateEvery,
    seed: settings.seed,
    threads: settings.threads,
    device: settings.device,
    lowering: `contrib=${lowering.contrib},block=${lowering.block}`,
    settings: describeSettings(settings),
  };
}

/** The model with its score normalisation at the end. */
function fullNetwork({ model, scores, scoreScale }: ResolvedSettings, k: number) {
  return sequential(model.network(k), normaliseScores(scores, scoreScale));
}

/** The variables of the network as tensors, without the optimiser's. */
function networkValues(
  { slots }: Job,
  values: Readonly<Record<string, Float32Array>>,
): Record<string, Tensor> {
  return Object.fromEntries(
    slots.flatMap(({ name, shape, role }) =>
      role === 'network'
        ? [[name, { dtype: 'float32', shape, data: values[name] as Float32Array }]]
        : [],
    ),
  );
}
