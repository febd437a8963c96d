import { describe, expect, test, vi } from 'vitest';
import type { TrainOptions } from '../../src/index.ts';
import { shareBytes } from '../../src/train/loader/index.ts';
import { tableOf } from '../features/table.ts';
import { firstDifference, tolerances } from '../tolerances.ts';
import { patterns } from './image-data.ts';
import { fromArrays, train } from './package.ts';

const labels = Array.from({ length: 120 }, (_, i) => i % 3);
const features = labels.map((label, i) => [label + Math.sin(i) / 3, Math.cos(3 * i)]);
const data = fromArrays({ features, labels });
const grid = [
  [0, 0],
  [1, 0.5],
  [2, -1],
];
const quick = { data, loss: 'ce', model: 'mlp:8', epochs: 3, test: 0, validation: 0 } as const;

/** The probabilities that were told after the last epoch, and those of the model, which is not calibrated without other rows. */
async function lastProbe(options: TrainOptions) {
  const told: number[][] = [];
  const model = await train({
    ...options,
    onEpoch: (_, { probe }) => {
      told.push([...(probe as Float32Array)]);
    },
  });
  return { told, model };
}

describe('rows to probe', () => {
  test('get the probabilities of the network after every epoch', async () => {
    const { told, model } = await lastProbe({ ...quick, probe: grid });
    const { probs } = await model.predict(grid);
    const own = probs.flatMap((row) => [...row]);
    expect(told).toHaveLength(3);
    expect(firstDifference(told[2] as number[], own, tolerances.float32Net)).toBe(-1);
    expect(firstDifference(told[0] as number[], own, tolerances.float32Net)).not.toBe(-1);
    await model.dispose();
  });

  test('are a list, one array or a dataset', async () => {
    const forms = [
      Float32Array.from(grid.flat()),
      fromArrays({ features: grid, labels: ['a', 'b', 'a'] }),
    ];
    const { told } = await lastProbe({ ...quick, probe: grid });
    for (const probe of forms) {
      expect((await lastProbe({ ...quick, probe })).told).toEqual(told);
    }
  });

  test('change nothing in the model', async () => {
    const plain = await train(quick);
    const { model } = await lastProbe({ ...quick, probe: grid });
    expect(model.onnx).toEqual(plain.onnx);
  });

  test('may be images of bytes', async () => {
    const images = patterns(200);
    const size = images.features.length / 200;
    const some = (images.features as Uint8Array).slice(0, 4 * size);
    const shared = { ...quick, data: images } as const;
    const { told, model } = await lastProbe({ ...shared, probe: some });
    const lists = Array.from({ length: 4 }, (_, i) => some.subarray(i * size, (i + 1) * size));
    expect((await lastProbe({ ...shared, probe: lists })).told).toEqual(told);
    const { probs } = await model.predict(some);
    const own = probs.flatMap((row) => [...row]);
    expect(firstDifference(told[2] as number[], own, tolerances.float32Net)).toBe(-1);
  });

  test('are told for every model of the loss auto', async () => {
    const told = new Set<number>();
    await train({
      ...{ data, model: 'mlp:8', epochs: 2, effort: 'quick', probe: grid },
      onEpoch: (_, { probe }) => {
        told.add((probe as Float32Array).length);
      },
    });
    expect([...told]).toEqual([9]);
  });

  test.each([
    [[[0, 0, 0]], 'probe, row 0: expected 2 features (featureShape), received 3'],
    [[], 'probe: expected rows of 2 numbers, received 0 numbers'],
    [Float32Array.of(1, 2, 3), 'probe: expected rows of 2 numbers, received 3 numbers'],
    [
      fromArrays({ features: [[1], [2]], labels: [0, 1] }),
      'probe: expected rows of shape [2], as the training data, received [1]',
    ],
  ])('that do not fit are refused: %#', async (probe, message) => {
    await expect(train({ ...quick, probe })).rejects.toThrow(message);
  });

  test('of a table with texts are a dataset', async () => {
    const table = tableOf({
      age: ['numeric', [1, 2, 3, 4]],
      job: ['categorical', ['a', 'b', 'a', 'b']],
    });
    const own = { ...{ name: 'x', featureShape: [2], classes: ['n', 'y'], notices: [] } };
    const rows = { ...table, ...own, labels: Int32Array.of(0, 1, 0, 1) };
    await expect(train({ ...quick, data: rows, probe: grid })).rejects.toThrow(
      'probe: expected a dataset, since the data have texts, received rows of numbers',
    );
    const { told } = await lastProbe({ ...quick, data: rows, probe: rows });
    expect(told[0]).toHaveLength(8);
  });
});

describe('steps', () => {
  test('are told from the first on, with rows to probe, and no more often than 20 times a second', async () => {
    const told: { step: number; epoch: number; at: number; probe: number }[] = [];
    await train({
      ...{ ...quick, epochs: 200, probe: grid, learningRate: 0.01 },
      onStep: ({ step, epoch, steps, loss, learningRate, probe }) => {
        expect([steps, loss > 0, learningRate > 0]).toEqual([600, true, true]);
        told.push({ step, epoch, at: performance.now(), probe: probe?.length ?? 0 });
      },
    });
    expect(told[0]).toMatchObject({ step: 1, epoch: 1, probe: 9 });
    for (const [i, { step, epoch, at }] of told.entries()) {
      expect(epoch).toBe(Math.ceil(step / 3));
      const before = told[i - 1];
      if (before === undefined) continue;
      expect(step).toBeGreaterThan(before.step);
      expect(at - before.at).toBeGreaterThanOrEqual(50);
    }
  });

  test('an error of the callback aborts the run', async () => {
    const onStep = () => {
      throw new Error('from the callback');
    };
    await expect(train({ ...quick, onStep })).rejects.toThrow('from the callback');
  });
});

test('where threads share no memory, bytes are passed on as they are', () => {
  vi.stubGlobal('SharedArrayBuffer', undefined);
  const bytes = Uint8Array.of(1, 2);
  expect(shareBytes(bytes)).toBe(bytes);
});
