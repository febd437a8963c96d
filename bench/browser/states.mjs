import { FedState, webRunner } from '../../dist/runtime/portable.js';
import { countTraffic } from '../../test/browser/gpu-traffic.ts';

/**
 * @typedef {'fed' | 'held'} Way the state goes in and out at every step, or stays on the device
 * @typedef {object} Step a training step
 * @property {string} model its ONNX file, in base64
 * @property {readonly { readonly name: string, readonly shape: readonly number[] }[]} slots
 * @property {readonly number[]} features their shape; the first is the batch
 * @typedef {{ readonly way: Way, readonly steps: number }} Round
 */

const traffic = countTraffic();

/** @type {Map<Way, (i: number) => Promise<number>>} */
const ways = new Map();

/**
 * Numbers below 0.05 for the state, and pixels, half of them 0: what they are does not change the time of a step.
 * @param {readonly number[]} shape
 * @param {number} scale
 */
function numbers(shape, scale) {
  let state = 1;
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => {
    state = (48271 * state) % 2147483647;
    return scale * Math.max(0, (2 * state) / 2147483647 - 1);
  });
  return { dtype: /** @type {const} */ ('float32'), shape, data };
}

/**
 * Loads a step both ways, and makes five of each.
 * @param {Step} step
 * @returns {Promise<Record<string, readonly number[]>>} their losses
 */
export async function openStates({ model, slots, features }) {
  const runner = webRunner({ device: 'webgpu', isChecked: true });
  const bytes = Uint8Array.from(atob(model), (byte) => byte.charCodeAt(0));
  const state = {
    first: Object.fromEntries(slots.map(({ name, shape }) => [name, numbers(shape, 0.05)])),
    next: Object.fromEntries(slots.map(({ name }) => [name, `next/${name}`])),
  };
  const [batch = 0] = features;
  const labels = Int32Array.from({ length: batch }, (_, row) => row % 10);
  const feeds = {
    features: numbers(features, 1),
    labels: { dtype: /** @type {const} */ ('int32'), shape: [batch], data: labels },
    learningRate: {
      dtype: /** @type {const} */ ('float32'),
      shape: [],
      data: Float32Array.of(1e-3),
    },
  };
  const executables = {
    fed: new FedState(await runner.load(bytes), state, runner.load),
    held: await runner.loadStateful(bytes, state),
  };
  /** @type {Record<string, number[]>} */
  const losses = {};
  for (const [way, executable] of Object.entries(executables)) {
    const step = async () => Number((await executable.step(feeds))['objective']?.data[0]);
    ways.set(/** @type {Way} */ (way), step);
    losses[way] = [];
    for (let i = 0; i < 5; i++) losses[way].push(await step());
  }
  return losses;
}

/**
 * Milliseconds and bytes of a step.
 * @param {Round} round
 */
export async function timeSteps({ way, steps }) {
  const step = /** @type {(i: number) => Promise<number>} */ (ways.get(way));
  const [before, begun] = [traffic(), performance.now()];
  for (let i = 0; i < steps; i++) await step(i);
  const [ended, after] = [performance.now(), traffic()];
  return {
    milliseconds: (ended - begun) / steps,
    up: (after.up - before.up) / steps,
    down: (after.down - before.down) / steps,
  };
}
