import { describe, expect, test } from 'vitest';
import { stream } from '../../src/core/index.ts';
import { fromArrays, selectRows } from '../../src/data/index.ts';
import { digits, train, trainCrowd } from './package.ts';

/** Digits, whose labels two people got wrong in half of the rows, or did not give. */
const bundled = await digits();
const rng = stream(1, 'annotators');
const annotators = ['ann', 'bob'];
const given = Array.from(bundled.labels, (label) =>
  [0.5, 0.5].map((wrong, a) => {
    if (a === 1 && rng.uniform() < 0.2) return null;
    return rng.uniform() < wrong ? rng.integer(10) : label;
  }),
);
const data = fromArrays({
  features: bundled.features,
  annotations: { labels: given, annotators },
  trueLabels: bundled.labels,
});
const settings = { model: 'linear', loss: 'ce', epochs: 8, seed: 3 } as const;

describe('training on the labels of several annotators with a classifier as one more', () => {
  test('leaves fewer wrong labels and predicts better', async () => {
    const plain = await train({ data, ...settings });
    const crowd = await trainCrowd({ data, ...settings });
    expect(crowd.split).toEqual(plain.split);
    expect(plain.metrics.wrongShare).toBeGreaterThan(0.3);
    expect(crowd.metrics.wrongShare).toBeLessThan(0.15);
    const accuracy = ({ metrics }: typeof plain) => metrics.final.testAccuracy ?? 0;
    expect(accuracy(crowd)).toBeGreaterThan(accuracy(plain) - 0.01);
    await Promise.all([plain.dispose(), crowd.dispose()]);
  });

  test('is the same again, whatever the labels of rows to test on are', async () => {
    const test = selectRows(
      data,
      Array.from({ length: 200 }, (_, i) => i),
    );
    const rest = selectRows(
      data,
      Array.from({ length: 800 }, (_, i) => i + 200),
    );
    const options = { ...settings, epochs: 2, folds: 2, data: rest };
    const first = await trainCrowd({ ...options, test });
    const shuffled = { ...test, labels: test.labels.toReversed() };
    const { annotations: _, softLabels: __, ...other } = shuffled;
    const second = await trainCrowd({ ...options, test: other });
    expect(Buffer.compare(first.onnx, second.onnx)).toBe(0);
    await Promise.all([first.dispose(), second.dispose()]);
  });

  test('needs annotators', async () => {
    await expect(trainCrowd({ data: bundled, ...settings })).rejects.toThrow(
      'consensus: expected the labels of several annotators, received one label per row; name their columns with label, with commas between them',
    );
  });
});
