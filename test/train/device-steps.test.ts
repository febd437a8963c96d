import { describe, expect, test } from 'vitest';
import type { Tensor } from '../../src/core/index.ts';
import { fromNumbers, sizeOf, stream } from '../../src/core/index.ts';
import { crossEntropy } from '../../src/losses/index.ts';
import { parseModel } from '../../src/nn/index.ts';
import type { Runner } from '../../src/runtime/index.ts';
import { nodeRunner } from '../../src/runtime/index.ts';
import { largestDifference } from '../../src/runtime/trial.ts';
import type { StepOptions } from '../../src/train/index.ts';
import { buildStep, nextName, parseOptimizer } from '../../src/train/index.ts';
import { deviceTimeout, testedDevices } from '../helpers/devices.ts';
import { tolerances } from '../tolerances.ts';

/**
 * How far a runner is from the CPU after training steps that both start from the CPU's values: the largest |a − b| / max(1, |b|) of
 * the loss and of all values after the step.
 */
async function distance(runner: Runner, options: StepOptions, steps: number): Promise<number> {
  const { program, slots } = buildStep(options);
  const rng = stream(5, 'device steps');
  const { batchSize: n, featureShape, k } = options;
  const normals = (shape: readonly number[]) =>
    fromNumbers(
      'float32',
      shape,
      Float32Array.from({ length: sizeOf(shape) }, () => rng.normal()),
    );
  let state: Record<string, Tensor> = Object.fromEntries(
    slots.map(({ name, shape, initialise }) => [
      name,
      fromNumbers('float32', shape, initialise(rng)),
    ]),
  );
  const [own, cpu] = [await runner.compile(program), await nodeRunner().compile(program)];
  const differences: number[] = [];
  for (let i = 1; i <= steps; i++) {
    const labels = Array.from({ length: n }, (_, row) => (row * i) % k);
    const feeds = {
      features: normals([n, ...featureShape]),
      labels: fromNumbers('int32', [n], labels),
      learningRate: fromNumbers('float32', [], [0.0625]),
      ...state,
    };
    const [results, expected] = [await own.run(feeds), await cpu.run(feeds)];
    const names = Object.keys(expected);
    differences.push(...names.map((name) => largestDifference(results, expected, name)));
    state = Object.fromEntries(slots.map(({ name }) => [name, expected[nextName(name)] as Tensor]));
  }
  await own.dispose();
  await cpu.dispose();
  return differences.reduce((a, b) => Math.max(a, b));
}

/** Deep ones take minutes on SwiftShader: by hand, SYMLOSS_DEVICE_NETWORKS=cnn8,resnet18. */
const deep = (process.env['SYMLOSS_DEVICE_NETWORKS'] ?? '')
  .split(',')
  .filter((spec) => spec !== '');
const networks = [
  { spec: 'mlp:32', shape: [20], tolerance: tolerances.float32Net },
  { spec: 'cnn4', shape: [3, 8, 8], tolerance: tolerances.float32Net },
  ...deep.map((spec) => ({ spec, shape: [3, 8, 8], tolerance: tolerances.float32DeepNet })),
];

describe.each(await testedDevices())('$name', (runner) => {
  // 6 images: in the default layout they train wrongly
  test.each(networks)(
    'trains $spec as the CPU does',
    async ({ spec, shape, tolerance }) => {
      const far = await distance(
        runner,
        {
          ...{ network: parseModel(spec).network(10), loss: crossEntropy },
          optimizer: parseOptimizer('sgd', { weightDecay: 0.01 }),
          ...{ batchSize: 6, featureShape: shape, k: 10 },
        },
        2,
      );
      process.stdout.write(`${runner.name}, ${spec}: at most ${far.toPrecision(2)} from the CPU\n`);
      expect(far).toBeLessThanOrEqual(tolerance);
    },
    10 * deviceTimeout,
  );
});
