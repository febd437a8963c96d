import { describe, expect, test } from 'vitest';
import type { TrainOptions } from '../../src/index.ts';
import type { AutoDecision } from '../../src/run/auto/index.ts';
import { isClose, tolerances } from '../tolerances.ts';
import { all, half, tested } from '../train/digit-halves.ts';
import { train } from '../train/package.ts';

const quick = {
  data: half,
  test: tested,
  model: 'mlp:32',
  epochs: 6,
  effort: 'quick',
  optimizer: 'adamw',
} satisfies TrainOptions;

const decisionOf = ({ metrics }: Awaited<ReturnType<typeof train>>) => metrics.auto as AutoDecision;

describe('auto', () => {
  test('is the default: its model is the mean of its members, in the file as it was measured', async () => {
    const model = await train({ ...quick, noise: 'symmetric:0.4' });
    const { losses, chosen, members, noise, folds, rows } = decisionOf(model);
    expect([folds, members, rows]).toEqual([3, 3, half.labels.length]);
    expect(losses.map(({ models }) => models).sort()).toEqual([1, 3]);
    expect(model.settings['loss']).toBe(losses[chosen]?.loss);
    const wrong = model.metrics.wrongShare as number;
    expect(noise.low).toBeLessThan(wrong);
    expect(noise.high).toBeGreaterThan(wrong);
    const evaluation = await model.evaluate(tested);
    expect(evaluation.accuracy).toBe(model.metrics.evaluation?.accuracy);
    expect(evaluation.accuracy).toBe(model.metrics.model.testAccuracy);
    const logLoss = model.metrics.evaluation?.logLoss as number;
    expect(isClose(evaluation.logLoss, logLoss, tolerances.float32Steps)).toBe(true);
    // the mean of three is better than they are
    const single = model.metrics.epochs[model.metrics.kept - 1]?.testAccuracy as number;
    expect(evaluation.accuracy).toBeGreaterThan(single);
    await model.dispose();
  });

  test('same options, same model, whatever the number of threads', async () => {
    const [one, two] = await Promise.all([1, 2].map((threads) => train({ ...quick, threads })));
    expect(one?.onnx).toEqual(two?.onnx);
    expect(one?.metrics.auto).toEqual(two?.metrics.auto);
  });

  test('rows that are named to validate on are predicted, and no model is trained on them', async () => {
    const n = half.labels.length;
    const rows = Array.from({ length: n }, (_, row) => row);
    const split = {
      train: rows.filter((row) => row % 5 > 0),
      validation: rows.filter((row) => row % 5 === 0),
    };
    const model = await train({ ...quick, split });
    const { folds, members, rows: predicted } = decisionOf(model);
    expect([folds, members, predicted]).toEqual([1, 1, split.validation.length]);
    expect(model.metrics.rows.train).toBe(split.train.length);
  });

  test('rows of a group are in one fold: labels that follow groups cannot be predicted from them', async () => {
    // pairs of equal rows with a random label each: without groups the twin gives the label away
    const n = 400;
    const features = Float32Array.from({ length: n * 2 }, (_, i) => {
      const pair = Math.floor(i / 4);
      return i % 2 === 0 ? Math.cos(pair) : Math.sin(pair * 1.7);
    });
    const labels = Int32Array.from({ length: n }, (_, row) => (Math.floor(row / 2) * 7919) % 2);
    const data = { ...all, features, featureShape: [2], classes: ['no', 'yes'], labels };
    const groups = Int32Array.from({ length: n }, (_, row) => Math.floor(row / 2));
    const both = { data: { ...data, groups }, model: 'mlp:256', epochs: 60, test: 0 };
    const grouped = await train({ ...quick, ...both });
    const free = await train({ ...quick, ...both, data });
    const accuracyOf = (model: typeof free) => {
      const { losses, chosen } = decisionOf(model);
      return losses[chosen]?.accuracy as number;
    };
    expect(accuracyOf(free) - accuracyOf(grouped)).toBeGreaterThan(0.1);
  });

  test('one row to learn from is refused', async () => {
    const split = { train: [0], test: [1, 2] };
    await expect(train({ data: all, split })).rejects.toThrow(
      'loss: expected auto for two rows to learn from or more, received 1',
    );
  });
});
