import { describe, expect, test } from 'vitest';
import type { Tensor } from '../../src/core/index.ts';
import { fromNumbers, sizeOf, stream, toNumbers } from '../../src/core/index.ts';
import { crossEntropy } from '../../src/losses/index.ts';
import { parseModel } from '../../src/nn/index.ts';
import { nodeRunner } from '../../src/runtime/index.ts';
import { largestDifference } from '../../src/runtime/trial.ts';
import { buildStep, nextName, parseOptimizer } from '../../src/train/index.ts';
import { scaleSlots } from '../../src/train/loss-scale.ts';
import { deviceTimeout, mixedDevice, testsKeptState } from '../helpers/devices.ts';
import { fedBy, traceOf, trainingOf } from '../helpers/state-trace.ts';
import { tolerances } from '../tolerances.ts';

const [n, k] = [6, 10];

/** A training step in mixed precision, with first values, and batches for it. */
function stepOf(model: string, featureShape: readonly number[]) {
  const { program, slots } = buildStep({
    ...{ network: parseModel(model).network(k), loss: crossEntropy },
    optimizer: parseOptimizer('sgd', { weightDecay: 0.01 }),
    precision: 'mixed',
    ...{ batchSize: n, featureShape, k },
  });
  const rng = stream(5, 'mixed steps');
  const first: Record<string, Tensor> = Object.fromEntries(
    slots.map(({ name, shape, initialise }) => [
      name,
      fromNumbers('float32', shape, initialise(rng)),
    ]),
  );
  /** @param size of the features, about */
  const batch = (i: number, size = 1) => {
    const shape = [n, ...featureShape];
    const features = Float32Array.from({ length: sizeOf(shape) }, () => size * rng.normal());
    return {
      features: fromNumbers('float32', shape, features),
      labels: fromNumbers(
        'int32',
        [n],
        Array.from({ length: n }, (_, row) => (row * i) % k),
      ),
      learningRate: fromNumbers('float32', [], [0.0625]),
    };
  };
  const after = (results: Readonly<Record<string, Tensor>>): Record<string, Tensor> =>
    Object.fromEntries(slots.map(({ name }) => [name, results[nextName(name)] as Tensor]));
  return { program, first, batch, after };
}

/** ‖a − b‖ / ‖b‖ */
function relativeDistance(a: Tensor, b: Tensor): number {
  const [x, y] = [toNumbers(a), toNumbers(b)];
  const norm = (values: Float64Array) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));
  return norm(x.map((value, i) => value - (y[i] as number))) / norm(y);
}

const numberOf = (state: Record<string, Tensor>, name: string) => state[name]?.data[0];

const networks = [
  { model: 'mlp:32', shape: [20] },
  { model: 'mlp:64,norm=batch', shape: [20] },
  { model: 'cnn4', shape: [3, 8, 8] },
];

const found = await mixedDevice();
const device = typeof found === 'string' ? undefined : found;
const limits = { timeout: 10 * deviceTimeout };

describe.skipIf(device === undefined)('mixed precision', limits, () => {
  test.each(networks)('trains $model as float32 does', async ({ model, shape }) => {
    const { program, first, batch, after } = stepOf(model, shape);
    const [own, cpu] = [await device!.compile(program), await nodeRunner().compile(program)];
    let state = first;
    const [values, gradients]: [number[], number[]] = [[], []];
    for (let i = 1; i <= 3; i++) {
      const feeds = { ...batch(i), ...state };
      const [results, expected] = [await own.run(feeds), await cpu.run(feeds)];
      const forward = Object.keys(expected).filter((name) => /objective|mean|variance/.test(name));
      values.push(...forward.map((name) => largestDifference(results, expected, name)));
      state = after(expected);
      if (i > 1) continue;
      const velocities = Object.keys(state).filter((name) => name.endsWith('/velocity'));
      const [a, b] = [after(results), state];
      gradients.push(...velocities.map((name) => relativeDistance(a[name]!, b[name]!)));
    }
    expect(numberOf(state, scaleSlots.updates)).toBe(3);
    await own.dispose();
    await cpu.dispose();
    const [far, share] = [Math.max(...values), Math.max(...gradients)];
    process.stdout.write(
      `${model}: at most ${far.toPrecision(2)} from float32, gradients ${share.toPrecision(2)}\n`,
    );
    expect(far).toBeLessThanOrEqual(tolerances.float16Net);
    expect(share).toBeLessThanOrEqual(tolerances.float16Gradient);
    // it was float16 that computed all of them
    expect(Math.min(...gradients)).toBeGreaterThan(tolerances.float32Net);
  });

  test.runIf(testsKeptState)(
    'leads to the same bits whether or not the state stays there',
    async () => {
      const training = trainingOf('mlp:8,norm=batch', [5], { precision: 'mixed' });
      const { place, ...kept } = await traceOf(device!.loadStateful, training, 6);
      expect(place).toBe('device');
      expect(kept.states.at(-1)).toMatchObject({ [scaleSlots.goodSteps]: [6] });
      expect(await traceOf(fedBy(device!), training, 6)).toEqual({ place: 'javascript', ...kept });
    },
  );

  test.each(
    networks.flatMap((network) => [
      { ...network, pass: 'backward', scale: 2 ** 40, size: 1 },
      // its loss may be finite: the relu of what is no number is 0 there
      { ...network, pass: 'forward', scale: 1, size: 1e6 },
    ]),
  )(
    'leaves $model as it was where the $pass pass overflows',
    async ({ model, shape, scale, size }) => {
      const { program, first, batch, after } = stepOf(model, shape);
      const own = await device!.compile(program);
      const state = { ...first, [scaleSlots.scale]: fromNumbers('float32', [], [scale]) };
      const results = await own.run({ ...batch(1, size), ...state });
      await own.dispose();
      const changed = after(results);
      expect(numberOf(changed, scaleSlots.scale)).toBe(scale / 2);
      expect(numberOf(changed, scaleSlots.updates)).toBe(0);
      expect({ ...changed, [scaleSlots.scale]: state[scaleSlots.scale] }).toEqual(state);
    },
  );
});
