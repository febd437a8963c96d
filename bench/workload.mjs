import { stream } from 'symloss/core';
import { input, matMul, mul, program, toOnnx } from 'symloss/graph';
import { parseLoss } from 'symloss/losses';
import { parseModel } from 'symloss/nn';
import { nodeRunner, release } from 'symloss/runtime';
import { buildStep, nextName, sgd } from 'symloss/train';

/**
 * @typedef {{ loss: string, clipNorm: number | null }} Variant what is computed
 * @typedef {{ features: Float32Array, labels: Int32Array }} Batch
 * @typedef {import('symloss/core').Tensor<'float32'>} FloatTensor
 * @typedef {(i: number) => Promise<number>} Step does step i and gives its loss
 */

export const settings = {
  model: 'mlp:256',
  widths: [784, 256, 10],
  batchSize: 128,
  learningRate: 0.01,
  momentum: 0.9,
  weightDecay: 5e-4,
};

/** @type {readonly Variant[]} */
export const variants = ['ce', 'sgce:q=0.4'].flatMap((loss) =>
  [null, 1].map((clipNorm) => ({ loss, clipNorm })),
);

const [inputs = 0, , k = 0] = settings.widths;

/**
 * Batches of the size of Fashion-MNIST's, half of the pixels 0 as there. The numbers themselves do
 * not change the time of a step.
 * @returns {readonly Batch[]}
 */
export function makeBatches(count = 8) {
  const rng = stream(1, 'batches');
  return Array.from({ length: count }, () => ({
    features: Float32Array.from({ length: settings.batchSize * inputs }, () =>
      Math.max(0, 2 * rng.uniform() - 1),
    ),
    labels: Int32Array.from({ length: settings.batchSize }, () => rng.integer(k)),
  }));
}

/** @param {Variant} variant */
function trainingStep({ loss, clipNorm }) {
  return buildStep({
    network: parseModel(settings.model).network(k),
    loss: parseLoss(loss).classLoss,
    optimizer: sgd({ momentum: settings.momentum, weightDecay: settings.weightDecay }),
    batchSize: settings.batchSize,
    featureShape: [inputs],
    k,
    ...(clipNorm === null ? {} : { clipNorm }),
  });
}

/**
 * The initial values of all slots: parameters and velocities.
 * @returns {Record<string, FloatTensor>}
 */
export function initialState() {
  const rng = stream(1, 'weights');
  return Object.fromEntries(
    trainingStep({ loss: 'ce', clipNorm: null }).slots.map(({ name, shape, initialise }) => [
      name,
      { dtype: 'float32', shape, data: initialise(rng) },
    ]),
  );
}

/** Our training step, run as the training loop of `symloss/train` runs it. */
export class Ours {
  #executable;
  #names;
  #batches;

  /**
   * @param {import('symloss/runtime').Executable} executable
   * @param {readonly string[]} names
   * @param {readonly Batch[]} batches
   */
  constructor(executable, names, batches) {
    this.#executable = executable;
    this.#names = names;
    this.#batches = batches.map(({ features, labels }) => ({
      features: {
        dtype: /** @type {const} */ ('float32'),
        shape: [settings.batchSize, inputs],
        data: features,
      },
      labels: {
        dtype: /** @type {const} */ ('int32'),
        shape: [settings.batchSize],
        data: labels,
      },
    }));
  }

  /**
   * @param {Variant} variant
   * @param {number} threads
   * @param {readonly Batch[]} batches
   */
  static async load(variant, threads, batches) {
    const { program, slots } = trainingStep(variant);
    const executable = await nodeRunner({ threads }).load(toOnnx(program));
    return new Ours(
      executable,
      slots.map(({ name }) => name),
      batches,
    );
  }

  /** @returns {Step} */
  #begin() {
    /** @type {import('symloss/graph').Tensors} */
    let state = initialState();
    const learningRate = {
      dtype: /** @type {const} */ ('float32'),
      shape: [],
      data: Float32Array.of(settings.learningRate),
    };
    return async (i) => {
      const batch = this.#batches[i % this.#batches.length];
      const outputs = await this.#executable.run({ ...batch, learningRate, ...state });
      if (i > 0) release(Object.values(state));
      state = Object.fromEntries(
        this.#names.map((name) => [name, /** @type {FloatTensor} */ (outputs[nextName(name)])]),
      );
      return Number(outputs['objective']?.data[0]);
    };
  }

  /** @param {number} steps */
  async losses(steps) {
    const step = this.#begin();
    const losses = [];
    for (let i = 0; i < steps; i++) losses.push(await step(i));
    return losses;
  }

  /**
   * Seconds per step.
   * @param {number} steps
   * @param {number} warmUp steps before them that do not count
   */
  async time(steps, warmUp) {
    const step = this.#begin();
    for (let i = 0; i < warmUp; i++) await step(i);
    return secondsOf(step, steps);
  }
}

/**
 * A function that measures the seconds of one size³ matrix product.
 * @param {number} threads
 */
export async function matMulTimer(threads, size = 1024, times = 4) {
  const shape = [size, size];
  const rng = stream(1, 'matrices');
  const feeds = { a: uniform(shape, rng), b: uniform(shape, rng) };
  const product = program({ c: matMul(input('a', shape), input('b', shape)) });
  const executable = await nodeRunner({ threads }).compile(product);
  return () => secondsOf(() => executable.run(feeds), times);
}

/**
 * A function that measures the seconds of one elementwise pass (two arrays read, one written) over
 * the first weight matrix, from a chain of them.
 * @param {number} threads
 */
export async function passTimer(threads, length = 64, times = 20) {
  const shape = settings.widths.slice(0, 2);
  const rng = stream(1, 'matrices');
  const feeds = { a: uniform(shape, rng), b: uniform(shape, rng), x: uniform(shape, rng) };
  const operands = [input('a', shape), input('b', shape)];
  /** @type {import('symloss/graph').Expr} */
  let value = input('x', shape);
  for (let i = 0; i < length; i++) {
    value = mul(value, /** @type {import('symloss/graph').Expr} */ (operands[i % 2]));
  }
  const executable = await nodeRunner({ threads }).compile(program({ value }));
  return async () => (await secondsOf(() => executable.run(feeds), times)) / length;
}

/**
 * @param {readonly number[]} shape
 * @param {import('symloss/core').Rng} rng
 * @returns {FloatTensor}
 */
function uniform(shape, rng) {
  const size = shape.reduce((a, b) => a * b, 1);
  // around 1, so that a chain of products neither vanishes nor overflows
  const data = Float32Array.from({ length: size }, () => 0.99 + 0.02 * rng.uniform());
  return { dtype: 'float32', shape, data };
}

/**
 * @param {(i: number) => Promise<unknown>} work
 * @param {number} times
 */
async function secondsOf(work, times) {
  const start = performance.now();
  for (let i = 0; i < times; i++) await work(i);
  return (performance.now() - start) / 1000 / times;
}
