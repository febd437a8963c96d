/**
 * @typedef {object} Work what is trained
 * @property {string} model
 * @property {readonly number[]} shape of a row
 * @property {number} batchSize
 * @property {number} steps of an epoch
 * @property {number} epochs
 * @property {number} threads
 *
 * @typedef {Pick<typeof import('symloss/web'), 'fromArrays'> & {
 *   train(options: import('symloss/web').TrainOptions): Promise<{ dispose(): Promise<void> }>
 * }} Library
 */

/**
 * Trains on made-up rows, half of the numbers 0, and measures nothing but the last epoch.
 * @param {Library} library
 * @param {Work} work
 * @returns {Promise<number[]>} milliseconds a step, the mean over each epoch but the first and the last
 */
export async function epochTimes(
  { train, fromArrays },
  { model, shape, batchSize, steps, epochs, threads },
) {
  const n = batchSize * steps;
  const length = shape.reduce((a, b) => a * b, n);
  let state = 1;
  const features = Float32Array.from({ length }, () => {
    state = (48271 * state) % 2147483647;
    return Math.max(0, (2 * state) / 2147483647 - 1);
  });
  const labels = Array.from({ length: n }, (_, i) => i % 10);
  /** @type {number[]} */
  const at = [];
  const trained = await train({
    data: fromArrays({ features, featureShape: shape, labels }),
    ...{ model, loss: 'sgce:q=0.7', optimizer: 'sgd', batchSize, epochs, threads },
    ...{ test: 0, validation: 0, evaluateEvery: epochs, measuredRows: batchSize },
    onEpoch: () => {
      at.push(performance.now());
    },
  });
  await trained.dispose();
  return at.slice(1, -1).map((end, i) => (end - /** @type {number} */ (at[i])) / steps);
}
