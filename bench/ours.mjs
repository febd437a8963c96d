import { toOnnx } from 'symloss/graph';
import { FedState, nodeRunner } from 'symloss/runtime';
import { nextName } from 'symloss/train';
import { secondsOf } from './stats.mjs';
import { settings, trainingStep } from './workload.mjs';

/**
 * @typedef {import('./workload.mjs').Workload} Workload
 * @typedef {import('./workload.mjs').Variant} Variant
 * @typedef {import('./workload.mjs').Batch} Batch
 * @typedef {import('./workload.mjs').FloatTensor} FloatTensor
 * @typedef {Readonly<Record<string, FloatTensor>>} State
 * @typedef {(i: number) => Promise<number>} Step does step i and gives its loss
 */

/** Our training step, run as the training loop of `symloss/train` runs it. */
export class Ours {
  #executable;
  #initial;
  #batches;

  /**
   * @param {import('symloss/runtime').StatefulExecutable} executable
   * @param {State} initial
   * @param {readonly Record<string, import('symloss/core').Tensor>[]} batches
   */
  constructor(executable, initial, batches) {
    this.#executable = executable;
    this.#initial = initial;
    this.#batches = batches;
  }

  /**
   * @param {Workload} workload
   * @param {Variant} variant
   * @param {import('symloss/runtime').RunnerOptions & { fed?: boolean }} where `fed`: the state goes in and out at every step
   * @param {readonly Batch[]} batches
   * @param {State} initial
   */
  static async load(workload, variant, { fed = false, ...where }, batches, initial) {
    const { featureShape, batchSize } = workload;
    const { program } = trainingStep(workload, variant, where.precision);
    const runner = nodeRunner(where);
    const next = Object.fromEntries(Object.keys(initial).map((name) => [name, nextName(name)]));
    const model = toOnnx(program, await runner.lowering());
    const state = { first: initial, next };
    const executable = fed
      ? new FedState(await runner.load(model), state, runner.load)
      : await runner.loadStateful(model, state);
    const feeds = batches.map(({ features, labels }) => ({
      features: {
        dtype: /** @type {const} */ ('float32'),
        shape: [batchSize, ...featureShape],
        data: features,
      },
      labels: { dtype: /** @type {const} */ ('int32'), shape: [batchSize], data: labels },
    }));
    return new Ours(executable, initial, feeds);
  }

  /** Where the state is, in words. */
  get place() {
    const { place } = this.#executable;
    if (place.memory !== 'javascript') return `stays in memory of the ${place.memory}`;
    return `goes in and out at every step: ${place.reason}`;
  }

  /**
   * From the initial values on.
   * @returns {Promise<Step>}
   */
  async begin(rate = settings.learningRate) {
    await this.#executable.write(this.#initial);
    const learningRate = {
      dtype: /** @type {const} */ ('float32'),
      shape: [],
      data: Float32Array.of(rate),
    };
    return async (i) => {
      const batch = this.#batches[i % this.#batches.length];
      const outputs = await this.#executable.step({ ...batch, learningRate });
      return Number(outputs['objective']?.data[0]);
    };
  }

  /**
   * The first losses, and the seconds of each step.
   * @param {number} steps
   * @param {number} learningRate
   */
  async losses(steps, learningRate) {
    const step = await this.begin(learningRate);
    /** @type {number[]} */
    const losses = [];
    const seconds = [];
    for (let i = 0; i < steps; i++) {
      seconds.push(await secondsOf(async () => losses.push(await step(i)), 1));
    }
    return { losses, seconds };
  }

  /**
   * Seconds per step.
   * @param {number} steps
   * @param {number} warmUp steps before them that do not count
   */
  async time(steps, warmUp) {
    const step = await this.begin();
    for (let i = 0; i < warmUp; i++) await step(i);
    return secondsOf((i) => step(warmUp + i), steps);
  }

  async dispose() {
    await this.#executable.dispose();
  }
}
