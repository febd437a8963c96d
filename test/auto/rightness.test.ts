import { describe, expect, test } from 'vitest';
import { inverse } from '../../src/losses/inverse.ts';
import { rightByLabels, rightByNoise } from '../../src/run/auto/rightness.ts';
import { firstDifference, tolerances } from '../tolerances.ts';

const k = 3;
/** Half of class 0 is labelled 1, a tenth of class 2 as 0 and as 1. */
const transition = Float64Array.of(0.5, 0.5, 0, 0, 1, 0, 0.1, 0.1, 0.8);
const inverted = inverse(transition, k) as Float64Array;

describe('how right predictions are', () => {
  test('by labels: whether the label was predicted', () => {
    const right = rightByLabels(Int32Array.of(0, 1, 2, 0), Int32Array.of(0, 2, 2, 1));
    expect([...right]).toEqual([1, 0, 1, 0]);
  });

  test('by the noise: expected over the labels that a row may get, 1 for its true class and 0 for others', () => {
    for (let predicted = 0; predicted < k; predicted++) {
      const ofLabel = rightByNoise(
        new Int32Array(k).fill(predicted),
        Int32Array.of(0, 1, 2),
        inverted,
        k,
      );
      const expected = [0, 1, 2].map((y) =>
        ofLabel.reduce((sum, value, j) => sum + value * (transition[y * k + j] as number), 0),
      );
      const truth = [0, 1, 2].map((y) => Number(y === predicted));
      expect(firstDifference(expected, truth, tolerances.float64)).toBe(-1);
    }
  });
});
