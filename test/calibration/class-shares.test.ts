import fc from 'fast-check';
import { expect, test } from 'vitest';
import { classShares } from '../../src/calibration/class-shares.ts';
import { calibrate } from '../../src/calibration/index.ts';
import { stream } from '../../src/core/index.ts';
import { parseNoise } from '../../src/noise/index.ts';

test('the mean of the probabilities, with one row more of every class', () => {
  expect(classShares([1, 0, 0.5, 0.5], 2)).toEqual([2.5 / 4, 1.5 / 4]);
  expect(classShares([], 4)).toEqual([0.25, 0.25, 0.25, 0.25]);
});

test('shares sum to 1 and are above 0', () => {
  const rows = fc.array(
    fc.array(fc.double({ min: 1e-9, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }),
  );
  fc.assert(
    fc.property(rows, (weights) => {
      const probs = weights.flatMap((row) => row.map((w) => w / row.reduce((a, b) => a + b)));
      const shares = classShares(probs, 3);
      expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
      expect(Math.min(...shares)).toBeGreaterThan(0);
    }),
  );
});

test('they are those of the true labels, however wrong the given ones are', () => {
  const [n, k] = [4000, 3];
  const rng = stream(1, 'rows');
  const truth = Int32Array.from({ length: n }, () => {
    const u = rng.uniform();
    return u < 0.8 ? 0 : u < 0.95 ? 1 : 2;
  });
  const scores = Float32Array.from({ length: n * k }, (_, i) => {
    return (truth[Math.floor(i / k)] === i % k ? 4 : 0) + rng.normal();
  });
  const { labels } = parseNoise('symmetric:0.4').corrupt(truth, k, stream(1, 'noise'));
  const given = Array.from({ length: k }, (_, c) => labels.filter((y) => y === c).length / n);
  const { classShares: shares = [] } = calibrate({ classCount: k, validation: { scores, labels } });
  for (const [c, share] of [0.8, 0.15, 0.05].entries()) {
    expect(Math.abs(shares[c]! - share)).toBeLessThan(0.03);
  }
  expect(Math.abs(given[2]! - 0.05)).toBeGreaterThan(0.1); // 0.6 · 0.05 + 0.2 · 0.95
});
