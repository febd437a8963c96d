import { expect, test } from 'vitest';
import type { MeasuredPart, PredictedRows } from '../../src/train/epoch-metrics.ts';
import { epochMetrics, measureEpoch } from '../../src/train/epoch-metrics.ts';

const facts = { epoch: 3, loss: 0.5, learningRate: 0.25, seconds: () => 7 };

/** Predictions 0 1 1 2 of four rows. */
const rows = (labels: number[], trueLabels?: number[]): PredictedRows => ({
  predictions: Int32Array.of(0, 1, 1, 2),
  labels: Int32Array.from(labels),
  ...(trueLabels && { trueLabels: Int32Array.from(trueLabels) }),
});

test('each metric is measured on its part, in the order of the table', async () => {
  const parts = {
    train: rows([0, 1, 0, 2], [0, 0, 1, 1]), // three wrong labels, of which two are predicted
    validation: rows([0, 0, 0, 0]),
    test: rows([1, 1, 1, 1], [0, 1, 1, 2]),
  };
  const asked: MeasuredPart[] = [];
  const metrics = await measureEpoch({ ...facts, waitShare: 0.125 }, async (part) => {
    asked.push(part);
    return parts[part];
  });
  expect(metrics).toEqual({
    epoch: 3,
    loss: 0.5,
    learningRate: 0.25,
    trainAccuracy: 0.75,
    validationAccuracy: 0.25,
    testAccuracy: 1, // against the true labels
    memorised: 2 / 3,
    waitShare: 0.125,
    seconds: 7,
  });
  expect(Object.keys(metrics)).toEqual(Object.keys(epochMetrics));
  expect(asked).toEqual(['train', 'validation', 'test']); // once each
});

test('what is unknown is left out', async () => {
  const always = { epoch: 3, loss: 0.5, learningRate: 0.25, seconds: 7 };
  expect(await measureEpoch(facts)).toEqual(always);
  const some = await measureEpoch(facts, async (part) =>
    part === 'train' ? rows([0, 1, 0, 2]) : undefined,
  );
  expect(some).toEqual({ ...always, trainAccuracy: 0.75 });
});

test('every metric says what it is, and those that are always known say so', () => {
  const table = Object.entries(epochMetrics);
  expect(table.filter(([, metric]) => 'always' in metric).map(([name]) => name)).toEqual([
    ...['epoch', 'loss', 'learningRate', 'seconds'],
  ]);
  for (const [, { about, kind }] of table) {
    expect(about).toMatch(/^[a-z].*[^.]$/);
    expect(['count', 'number', 'share', 'seconds']).toContain(kind);
  }
});
