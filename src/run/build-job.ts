import type { Shape, Tensor } from '../core/index.ts';
import { field, SymlossError, sizeOf } from '../core/index.ts';
import type { Dataset } from '../data/index.ts';
import { byteTables } from '../data/index.ts';
import type { Preprocessing } from '../features/index.ts';
import { encodedWidth, featureLayer, termCount } from '../features/index.ts';
import { input, toOnnx } from '../graph/index.ts';
import type { Layer } from '../nn/index.ts';
import { normaliseScores, Scope, sequential } from '../nn/index.ts';
import type { Lowering } from '../runtime/portable.ts';
import type { Job } from '../train/job.ts';
import { initialValues } from '../train/job.ts';
import type { Prepared } from '../train/prepare.ts';
import type { WeightOptions } from '../train/row-weights.ts';
import { rowWeights } from '../train/row-weights.ts';
import { learningRates } from '../train/schedules/index.ts';
import { buildForward, buildStep } from '../train/step.ts';
import type { Resolved } from './resolve.ts';
import { describeSettings } from './resolve.ts';

/** Numbers of a batch that the network is applied to, at most: large images go in smaller batches. */
const forwardNumbers = 2 ** 22;

/** A file of ONNX, and the memory that a step takes, end at 2 GiB of float32. */
const mostWeights = 2 ** 29;

/** Bytes that a training takes for each number of its state, measured on large perceptrons: two sets, gradients, first and kept weights. */
const bytesPerNumber = 28;

/** What a training has of the machine. */
export interface Machine {
  /** Bytes of the machine. Default: not known. */
  readonly memory?: number | undefined;
  /** Trainings at a time. */
  readonly atOnce: number;
}

/** @throws SymlossError for a network that no step could train, or that does not fit into the memory */
export function checkNetworkSize(
  slots: readonly { readonly shape: readonly number[] }[],
  { memory = Number.POSITIVE_INFINITY, atOnce }: Machine = { atOnce: 1 },
): void {
  const numbers = slots.reduce((total, { shape }) => total + sizeOf(shape), 0);
  const hint = `take narrower layers, smaller images (${field('imageSize', '64')}) or a convolutional network (${field('model', 'cnn4')})`;
  if (numbers > mostWeights) {
    const expected = `a network of at most ${mostWeights} numbers, those of the optimizer included`;
    throw new SymlossError(field('model'), expected, String(numbers), { hint });
  }
  const needed = bytesPerNumber * numbers * atOnce;
  if (needed <= memory) return;
  const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  const trainings = atOnce === 1 ? 'a training' : `${atOnce} trainings at a time`;
  const received = `${numbers} numbers, the optimizer's included, of which ${trainings} would take about ${gib(needed)}`;
  throw new SymlossError(field('model'), `a network for ${gib(memory)} of memory`, received, {
    hint: atOnce === 1 ? hint : `${hint}, or fewer trainings (${field('threads', '1')})`,
  });
}

/** Compiles the graphs of a run and puts together all that it needs. */
export function buildJob(
  data: Dataset,
  { parts, preprocessing, split }: Prepared,
  settings: Resolved,
  weighting: WeightOptions,
  lowering: Lowering,
  machine: Machine = { atOnce: 1 },
): Job {
  const k = data.classes.length;
  const rows = parts.train.labels.length;
  const batchSize = Math.min(rows, settings.batchSize);
  const featureShape = networkShape(data, preprocessing);
  const most = Math.max(1, Math.floor(forwardNumbers / sizeOf(featureShape)));
  const forwardBatchSize = Math.min(rows, 512, most);
  const network = fullNetwork(settings, k, preprocessing);
  const { labels } = parts.train;
  const views = viewsOf(settings, network, featureShape);
  const sampleWeights = weighting.sampleWeights ?? data.sampleWeights;
  const given = { ...weighting, ...(sampleWeights && { sampleWeights }) };
  const weights = rowWeights(given, data.labels.length, split.train, labels, k);
  const ema = settings.ema === 0 ? undefined : settings.ema;
  const step = buildStep({
    network,
    loss: settings.loss.classLoss,
    penalties: settings.loss.penalties,
    batchTerms: settings.loss.batchTerms,
    views,
    memory: settings.loss.memory && { loss: settings.loss.memory, rows },
    optimizer: settings.optimizer,
    clipNorm: settings.clipNorm,
    ema,
    precision: lowering.precision,
    batchSize,
    featureShape,
    k,
    weighted: weights !== undefined,
    soft: parts.train.targets !== undefined,
  });
  checkNetworkSize(
    step.slots.filter(({ role }) => role !== 'rows'),
    machine,
  );
  const forward = buildForward(network, forwardBatchSize, featureShape, {
    averaged: ema !== undefined,
  });
  const stepsPerEpoch = Math.floor(rows / batchSize);
  return {
    stepModel: toOnnx(step.program, lowering),
    // what is measured is the model as it is saved
    forwardModel: toOnnx(forward, { ...lowering, precision: 'single' }),
    slots: initialValues(step, settings.seed),
    uniforms: step.uniforms,
    parts,
    ...(preprocessing.kind === 'standardise' &&
      !(data.features instanceof Float32Array) && {
        images: { tables: byteTables(preprocessing), augmentation: settings.augment },
      }),
    ...(weights && { weights }),
    featureShape,
    k,
    batchSize,
    ...(views && { views: 2 }),
    forwardBatchSize,
    epochs: settings.epochs,
    learningRates: learningRates(
      settings.learningRate,
      settings.schedule,
      settings.epochs * stepsPerEpoch,
      Math.round(settings.warmup * stepsPerEpoch),
    ),
    keep: settings.keep,
    evaluateEvery: settings.evaluateEvery,
    seed: settings.seed,
    threads: settings.threads,
    device: settings.device,
    ...(lowering.precision === 'mixed' && { precision: lowering.precision }),
    lowering: describeLowering(lowering),
    settings: describeSettings(settings),
  };
}

/**
 * The loss of two views of a row, where it takes two and they differ: by augmentation, or by what the network draws at random. Of equal
 * ones its `classLoss` is the same, for half of the work.
 */
function viewsOf({ loss, augment }: Resolved, network: Layer, featureShape: Shape) {
  if (loss.views === undefined || augment.steps.length > 0) return loss.views;
  const scope = new Scope('train');
  network(input('features', [1, ...featureShape]), scope);
  return scope.uniforms.length > 0 ? loss.views : undefined;
}

/** The shape of a row as the network takes it. */
export function networkShape({ featureShape }: Dataset, preprocessing: Preprocessing): Shape {
  return preprocessing.kind === 'columns' ? [encodedWidth(preprocessing)] : featureShape;
}

/** The model with the columns of a table at its start and its score normalisation at the end. */
export function fullNetwork(
  { model, scores, scoreScale }: Resolved,
  k: number,
  preprocessing: Preprocessing,
): Layer {
  const isTable = preprocessing.kind === 'columns';
  const columns = isTable ? [featureLayer(preprocessing)] : [];
  const network = model.network(k, isTable ? termCount(preprocessing) : 0);
  return sequential(...columns, network, normaliseScores(scores, scoreScale));
}

/** The variables of the network as tensors, by its own names: their averages, where there are any. */
export function networkValues(
  { slots }: Job,
  values: Readonly<Record<string, Float32Array>>,
): Record<string, Tensor> {
  return Object.fromEntries(
    slots.flatMap(({ name, shape, role, averages = name }) =>
      role === 'network'
        ? [[averages, { dtype: 'float32', shape, data: values[name] as Float32Array }]]
        : [],
    ),
  );
}

function describeLowering({ contrib, block, target, precision }: Lowering): string {
  const others = {
    ...(target !== 'cpu' && { target }),
    ...(precision !== 'single' && { precision }),
  };
  return Object.entries({ contrib, block, ...others })
    .map(([name, value]) => `${name}=${value}`)
    .join();
}
