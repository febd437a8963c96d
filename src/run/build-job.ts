import type { Tensor } from '../core/index.ts';
import { field, SymlossError, sizeOf } from '../core/index.ts';
import type { Dataset } from '../data/index.ts';
import { byteTables } from '../data/index.ts';
import { toOnnx } from '../graph/index.ts';
import type { Layer } from '../nn/index.ts';
import { normaliseScores, sequential } from '../nn/index.ts';
import type { Lowering } from '../runtime/index.ts';
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

/** A saved network is one message of protobuf, which holds less than 2 GiB: so many weights. */
const mostWeights = 2 ** 29;
/** Steps of a run; the learning rate of each is in memory. */
const mostSteps = 2 ** 28;

/**
 * Compiles the graphs of a run and puts together all that it needs.
 * @throws SymlossError for more weights or steps than a run can have, before memory is taken for them
 */
export function buildJob(
  data: Dataset,
  { parts, standardiser, split }: Prepared,
  settings: Resolved,
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
  const sampleWeights = weighting.sampleWeights ?? data.sampleWeights;
  const given = { ...weighting, ...(sampleWeights && { sampleWeights }) };
  const weights = rowWeights(given, data.labels.length, split.train, labels, k);
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
    soft: parts.train.targets !== undefined,
  });
  const stepsPerEpoch = Math.floor(rows / batchSize);
  checkSize(settings, step.slots, stepsPerEpoch);
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
      settings.schedule,
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

function checkSize(
  { model, epochs }: Resolved,
  slots: ReturnType<typeof buildStep>['slots'],
  stepsPerEpoch: number,
): void {
  const weights = slots
    .filter(({ role }) => role === 'network')
    .reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  if (weights > mostWeights) {
    const expected = `a network of at most ${mostWeights} weights`;
    throw new SymlossError(field('model'), expected, `${model.spec} of ${weights}`);
  }
  const steps = epochs * stepsPerEpoch;
  if (steps > mostSteps) {
    const expected = `at most ${Math.floor(mostSteps / stepsPerEpoch)} epochs of ${stepsPerEpoch} steps`;
    throw new SymlossError(field('epochs'), expected, String(epochs));
  }
}

/** The model with its score normalisation at the end. */
export function fullNetwork({ model, scores, scoreScale }: Resolved, k: number): Layer {
  return sequential(model.network(k), normaliseScores(scores, scoreScale));
}

/** The variables of the network as tensors, without the optimiser's. */
export function networkValues(
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
