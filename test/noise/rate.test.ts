import { describe, expect, test } from 'vitest';
import { stream } from '../../src/core/index.ts';
import {
  estimateTransition,
  identityTransition,
  noiseRate,
  symmetricTransition,
} from '../../src/noise/index.ts';
import { drawClasses, normalScores, range, softmax } from './synthetic.ts';

const k = 4;

function synthetic(n: number, rate: number, seed: number) {
  const rng = stream(seed, 'rate');
  const probs = softmax(normalScores(n, k, 3, rng), k, 1);
  const trueLabels = drawClasses(probs, k, range(n), rng);
  const labels = drawClasses(symmetricTransition(k, rate), k, trueLabels, rng);
  return { probs, labels };
}

describe('noiseRate', () => {
  test('the rate is the mean share that the matrix says', () => {
    const { probs, labels } = synthetic(500, 0.2, 1);
    const { rate } = noiseRate(probs, labels, k, symmetricTransition(k, 0.3));
    expect(rate).toBeCloseTo(0.3, 12);
  });

  test('of 100 samples, the 95 % interval holds the true rate in 89 or more', () => {
    // 3 deviations of a binomial below 95; the matrix is estimated from the same rows
    const inside = range(100).filter((seed) => {
      const { probs, labels } = synthetic(1000, 0.2, seed);
      const { transition } = estimateTransition(probs, labels, k);
      const { low, high } = noiseRate(probs, labels, k, transition);
      return low <= 0.2 && 0.2 <= high;
    });
    expect(inside.length).toBeGreaterThanOrEqual(89);
  });

  test('more rows, a narrower interval', () => {
    const width = (n: number) => {
      const { probs, labels } = synthetic(n, 0.2, 3);
      const { low, high } = noiseRate(probs, labels, k, symmetricTransition(k, 0.2));
      return high - low;
    };
    const ratio = width(400) / width(6400);
    expect(ratio).toBeGreaterThan(3); // √16 = 4 by theory
    expect(ratio).toBeLessThan(5);
  });

  test('no noise in the matrix: nothing to bound', () => {
    const { probs, labels } = synthetic(100, 0, 1);
    expect(noiseRate(probs, labels, k, identityTransition(k))).toEqual({
      rate: 0,
      low: 0,
      high: 0,
    });
  });

  test('probabilities of other rows, or that are none, are refused', () => {
    const { probs, labels } = synthetic(10, 0.2, 1);
    const rate = (p: Float64Array) => () => noiseRate(p, labels, k, symmetricTransition(k, 0.2));
    expect(rate(probs.subarray(0, 36))).toThrow(
      'noiseRate probs: expected 10 rows of 4 = 40 numbers, received 36',
    );
    expect(rate(probs.map((p) => 2 * p))).toThrow('noiseRate probs, row 0: expected probabilities');
  });

  test('labels without noise: the interval reaches down to 0', () => {
    const { probs, labels } = synthetic(2000, 0, 5);
    const { transition } = estimateTransition(probs, labels, k);
    const { low, high } = noiseRate(probs, labels, k, transition);
    expect(low).toBeLessThan(0.005);
    expect(high).toBeLessThan(0.05);
  });
});
