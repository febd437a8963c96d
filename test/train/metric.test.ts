import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { stream } from '../../src/core/index.ts';
import type { TrainOptions } from '../../src/index.ts';
import { fromArrays, train } from './package.ts';

/** Two clouds that overlap, one of ten times as many rows, and 30 % of the labels wrong. */
const [n, rareShare] = [1500, 0.1];
const trueLabels = Int32Array.from({ length: n }, (_, i) => (i % 10 === 0 ? 1 : 0));
const rng = stream(1, 'clouds');
const features = Float32Array.from({ length: 2 * n }, (_, i) => {
  return (trueLabels[Math.floor(i / 2)] === 1 ? 1.5 : 0) + rng.normal();
});
const data = fromArrays({
  features: Array.from({ length: n }, (_, i) => [...features.subarray(2 * i, 2 * i + 2)]),
  labels: [...trueLabels].map((label) => ['common', 'rare'][label]!),
});
const options = {
  ...({ data, noise: 'symmetric:0.3', model: 'mlp:16', epochs: 15, validation: 0.2 } as const),
} satisfies TrainOptions;

test.each([
  ['ce', {}],
  ['auto', { effort: 'quick' as const }],
])('%s predicts a rare class for balanced accuracy, and not for accuracy', async (loss, own) => {
  await using plain = await train({ ...options, ...own, loss });
  await using balanced = await train({ ...options, ...own, loss, metric: 'balanced-accuracy' });
  const [a, b] = [plain.metrics.evaluation!, balanced.metrics.evaluation!];
  expect(b.balancedAccuracy).toBeGreaterThan(a.balancedAccuracy + 0.1);
  expect(b.accuracy).toBeLessThan(a.accuracy);
  expect(balanced.metrics.model.testAccuracy).toBe(b.accuracy);
  const shares = balanced.metrics.calibration.classShares!;
  expect(Math.abs(shares[1]! - rareShare)).toBeLessThan(0.1);

  const rows = features.slice(0, 400);
  const [one, other] = [await plain.predict(rows), await balanced.predict(rows)];
  expect([...other.indices]).toEqual(
    other.probs.map(([p, q]) => (q! / shares[1]! > p! / shares[0]! ? 1 : 0)),
  );
  // of ce the same network and probabilities; auto may choose another loss
  expect(loss === 'auto' || isDeepStrictEqual(other.probs, one.probs)).toBe(true);
  expect([...one.indices]).toEqual(one.probs.map(([p, q]) => (q! > p! ? 1 : 0)));

  const { 'model.json': card } = await balanced.files();
  expect(JSON.parse(card).classShares).toEqual(shares);
});

test('there must be rows to estimate the shares on', async () => {
  const run = train({ ...options, loss: 'ce', validation: 0, metric: 'balanced-accuracy' });
  await expect(run).rejects.toThrow(
    'metric: expected "accuracy" without a validation part, received "balanced-accuracy"',
  );
});

test('auto chooses by how likely the labels are: a loss that gives a class up is as accurate', async () => {
  const run = { ...options, effort: 'normal', metric: 'balanced-accuracy' } as const;
  for (const seed of [1, 2]) {
    await using model = await train({ ...run, seed });
    const { auto, evaluation } = model.metrics;
    const { losses, chosen } = auto!;
    const compared = losses.filter(({ models }) => models === 4);
    const likely = compared.map(({ logLikelihood }) => logLikelihood!);
    expect(Math.max(...likely)).toBeLessThan(0);
    expect(losses[chosen]!.logLikelihood).toBeGreaterThan(Math.max(...likely) - 0.02);
    expect(evaluation!.balancedAccuracy).toBeGreaterThan(0.65);
  }
});
