import { describe, expect, test } from 'vitest';
import { fromNumbers, stream, toNumbers } from '../../src/core/index.ts';
import { byteTables, fillImages, fitStandardiser } from '../../src/data/index.ts';
import { interpret } from '../../src/graph/index.ts';
import { crossEntropy } from '../../src/losses/index.ts';
import { exportOnnx, Predictor } from '../../src/model/index.ts';
import { mlp } from '../../src/nn/index.ts';
import { nodeRunner } from '../../src/runtime/index.ts';
import { buildForward, buildStep, sgd } from '../../src/train/index.ts';
import { firstDifference, tolerances } from '../tolerances.ts';

const shape = [3, 4, 5] as const;
const size = 60;
const n = 6;
const k = 3;
const random = stream(5, 'bytes');
/** Channels of different brightness. */
const bytes = Uint8Array.from({ length: n * size }, (_, i) =>
  random.integer(1 + 85 * (1 + (Math.floor(i / 20) % 3))),
);
const standardiser = fitStandardiser(bytes, size, [0, 2, 3, 5], 3);
const network = mlp([7]).network(k);
const { slots } = buildStep({
  network,
  loss: crossEntropy,
  optimizer: sgd({ momentum: 0 }),
  batchSize: 2,
  featureShape: shape,
  k,
});
const values = Object.fromEntries(
  slots.map(({ name, shape: own, initialise }) => [
    name,
    fromNumbers('float32', own, initialise(stream(1, name))),
  ]),
);
const preprocessing = { kind: 'standardise', ...standardiser } as const;
const parts = { network, featureShape: shape, preprocessing, values, temperature: 0.5 };

/** What the loss sees in training: bytes through the table, then the network, in float64. */
function trainingScores(): Float64Array {
  const out = new Float32Array(bytes.length);
  fillImages({ bytes, shape, tables: byteTables(standardiser), out });
  const features = fromNumbers('float32', [n, ...shape], out);
  const { scores } = interpret(buildForward(network, n, shape), { features, ...values });
  return Float64Array.from(toNumbers(scores!));
}

describe('a model of images', () => {
  test.each([true, false])(
    'takes raw pixels and scores them as training did (bytes %s)',
    async (isBytes) => {
      const executable = await nodeRunner().load(exportOnnx({ ...parts, bytes: isBytes }));
      const features = fromNumbers('float32', [n, ...shape], bytes);
      const { scores } = await executable.run({ features });
      await executable.dispose();
      const at = firstDifference(toNumbers(scores!), trainingScores(), tolerances.float32Steps);
      expect(at).toBe(-1);
    },
  );

  test('holds one mean and deviation a channel, and looks for missing values in numbers only', () => {
    const text = (isBytes: boolean) =>
      Buffer.from(exportOnnx({ ...parts, bytes: isBytes })).toString('latin1');
    expect([text(true).includes('Where'), text(false).includes('Where')]).toEqual([false, true]);
    const whole = exportOnnx({
      ...parts,
      bytes: true,
      preprocessing: {
        kind: 'standardise',
        mean: new Float64Array(size),
        std: new Float64Array(size).fill(1),
        missing: false,
      },
    });
    const saved = whole.length - exportOnnx({ ...parts, bytes: true }).length;
    expect(Math.floor(saved / 4)).toBeGreaterThanOrEqual(2 * (size - 3) - 2); // shapes differ by bytes
  });

  test('predicts bytes as it does the same numbers', async () => {
    const executable = await nodeRunner().load(exportOnnx({ ...parts, bytes: true }));
    const predictor = new Predictor(
      {
        format: 'symloss-model',
        version: 3,
        classes: ['a', 'b', 'c'],
        featureShape: [...shape],
        model: 'mlp:7',
        loss: 'ce',
        scores: 'none',
        temperature: 0.5,
        settings: {},
      },
      executable,
    );
    const fromBytes = await predictor.predict(bytes);
    expect(fromBytes).toEqual(await predictor.predict(Float32Array.from(bytes)));
    const scores = trainingScores();
    const best = Array.from({ length: n }, (_, r) => {
      const own = scores.slice(r * k, r * k + k);
      return own.indexOf(Math.max(...own));
    });
    expect(Array.from(fromBytes.indices)).toEqual(best);
    await predictor.dispose();
  });
});
