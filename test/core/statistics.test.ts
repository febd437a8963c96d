import { expect, test } from 'vitest';
import { quantile, wilsonInterval } from '../../src/core/index.ts';

// Newcombe 1998, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17, table I, method 3
test.each([
  [81, 263, '0.2553', '0.3662'],
  [15, 148, '0.0624', '0.1605'],
  [0, 20, '0.0000', '0.1611'],
  [1, 29, '0.0061', '0.1718'],
])('Wilson’s interval of %i of %i is the published one', (hits, n, low, high) => {
  expect(wilsonInterval(hits, n).map((share) => share.toFixed(4))).toEqual([low, high]);
  // of what is no hit it is the other way round
  const others = wilsonInterval(n - hits, n).map((share) => (1 - share).toFixed(4));
  expect(others.toReversed()).toEqual([low, high]);
});

test('quantiles are interpolated between ascending values', () => {
  const sorted = [1, 2, 4, 8];
  expect([0, 1 / 3, 0.5, 5 / 6, 1].map((share) => quantile(sorted, share))).toEqual([
    1, 2, 3, 6, 8,
  ]);
  expect(quantile([7], 0.3)).toBe(7);
  expect(quantile([], 0.5)).toBeNaN();
});
