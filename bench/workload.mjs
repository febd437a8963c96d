import { stream } from 'symloss/core';
import { parseLoss } from 'symloss/losses';
import { parseModel } from 'symloss/nn';
import { buildStep, sgd } from 'symloss/train';

/**
 * @typedef {{ loss: string, clipNorm: number | null }} Variant what is computed
 * @typedef {{ features: Float32Array, labels: Int32Array }} Batch
 * @typedef {import('symloss/core').Tensor<'float32'>} FloatTensor
 * @typedef {import('symloss/graph').Precision} Precision
 * @typedef {object} Workload a model and how it is measured
 * @property {string} model
 * @property {readonly number[]} featureShape of one row: [d] or [channels, height, width]
 * @property {number} batchSize
 * @property {readonly Variant[]} variants
 * @property {readonly number[]} threads numbers of threads to measure with
 * @property {number} rounds
 * @property {Agreement} agreement
 * @typedef {{ learningRate: number, first: number, later: number }} Agreement the learning rate with
 *   which losses are compared, and how far they may be apart at the first step and at later ones,
 *   in units of max(1, |loss|)
 */

/** Of every model and on every side. */
export const settings = { k: 10, learningRate: 0.01, momentum: 0.9, weightDecay: 5e-4 };

const plain = { loss: 'ce', clipNorm: null };
const photo = { featureShape: [3, 32, 32], batchSize: 128, variants: [plain], threads: [2] };

/**
 * Float32, the two sides adding in different orders. The first loss, a forward pass, agrees to
 * 1.3·10⁻⁶. In deep networks with batch norm every update at rate 0.01 multiplies the rounding by
 * about ten, so that after four two layouts of PyTorch differ by 10⁻³ to 10⁻², as much as either
 * does from float64, and so do we: there the losses are compared at a smaller rate.
 */
const agreement = {
  shallow: { learningRate: settings.learningRate, first: 1e-5, later: 2e-5 },
  deep: { learningRate: settings.learningRate / 10, first: 1e-5, later: 2e-3 },
};

/** @type {readonly Workload[]} */
const workloads = [
  {
    model: 'mlp:256',
    featureShape: [784],
    batchSize: 128,
    variants: ['ce', 'sgce:q=0.4'].flatMap((loss) =>
      [null, 1].map((clipNorm) => ({ loss, clipNorm })),
    ),
    threads: [1, 2],
    rounds: 10,
    agreement: agreement.shallow,
  },
  {
    ...photo,
    model: 'cnn4',
    featureShape: [1, 28, 28],
    threads: [1, 2],
    rounds: 10,
    agreement: agreement.shallow,
  },
  { ...photo, model: 'cnn8', rounds: 10, agreement: agreement.deep },
  { ...photo, model: 'resnet18', rounds: 5, agreement: agreement.deep },
  { ...photo, model: 'resnet34', rounds: 5, agreement: agreement.deep },
];

export const models = workloads.map(({ model }) => model);

/**
 * @param {readonly string[]} names of models, `models` where empty
 * @param {boolean} quick fewer rounds and variants, and the small models unless they are named
 * @returns {readonly Workload[]}
 */
export function chooseWorkloads(names, quick) {
  const chosen = workloads.filter(({ model }) =>
    names.length > 0 ? names.includes(model) : !quick || !model.startsWith('resnet'),
  );
  if (!quick) return chosen;
  return chosen.map((workload) => ({
    ...workload,
    variants: workload.variants.slice(0, 1),
    threads: workload.model.startsWith('mlp') ? workload.threads : [2],
    rounds: 3,
  }));
}

/**
 * Batches of the size of Fashion-MNIST's or CIFAR-10's, half of the pixels 0. The numbers
 * themselves do not change the time of a step.
 * @param {Workload} workload
 * @returns {readonly Batch[]}
 */
export function makeBatches({ featureShape, batchSize }, count = 8) {
  const rng = stream(1, 'batches');
  const length = featureShape.reduce((a, b) => a * b, batchSize);
  return Array.from({ length: count }, () => ({
    features: Float32Array.from({ length }, () => Math.max(0, 2 * rng.uniform() - 1)),
    labels: Int32Array.from({ length: batchSize }, () => rng.integer(settings.k)),
  }));
}

/**
 * The first rows of every batch.
 * @param {readonly Batch[]} batches
 * @param {number} from rows of a batch
 * @param {number} to rows of a batch that stay
 */
export function shorten(batches, from, to) {
  return batches.map(({ features, labels }) => ({
    features: features.subarray(0, (features.length / from) * to),
    labels: labels.subarray(0, to),
  }));
}

/**
 * @param {Workload} workload
 * @param {Variant} variant
 * @param {Precision} [precision]
 */
export function trainingStep({ model, featureShape, batchSize }, { loss, clipNorm }, precision) {
  return buildStep({
    network: parseModel(model).network(settings.k),
    loss: parseLoss(loss).classLoss,
    optimizer: sgd({ momentum: settings.momentum, weightDecay: settings.weightDecay }),
    batchSize,
    featureShape,
    k: settings.k,
    precision,
    ...(clipNorm === null ? {} : { clipNorm }),
  });
}

/**
 * The initial values of all slots: variables and velocities; in mixed precision those of the scale, too.
 * @param {Workload} workload
 * @param {Precision} [precision]
 * @returns {Readonly<Record<string, FloatTensor>>}
 */
export function initialState(workload, precision) {
  const rng = stream(1, 'weights');
  const { slots } = trainingStep(workload, plain, precision);
  return Object.fromEntries(
    slots.map(({ name, shape, initialise }) => [
      name,
      { dtype: 'float32', shape, data: initialise(rng) },
    ]),
  );
}

/** @param {Variant} variant */
export function variantTitle({ loss, clipNorm }) {
  return clipNorm === null ? loss : `${loss}, clipped at ${clipNorm}`;
}
