import { describe, expect, test } from 'vitest';
import { stream } from '../../src/core/index.ts';
import { studentTQuantile } from '../../src/core/student-t.ts';
import { crossedMean } from '../../src/review/crossed-mean.ts';
import { isClose, tolerances } from '../tolerances.ts';

const half = ({ interval }: ReturnType<typeof crossedMean>) => {
  const [low, high] = interval as readonly [number, number];
  return (high - low) / 2;
};

describe('the interval', () => {
  test('of one run is that of the mean over rows', () => {
    const found = crossedMean([[1, 0, 0, 1, 3]]);
    // variance of the rows: (0² + 1² + 1² + 0² + 2²)/4 = 1.5
    expect(found.mean).toBe(1);
    expect(
      isClose(half(found), studentTQuantile(0.95, 4) * Math.sqrt(1.5 / 5), tolerances.float64),
    ).toBe(true);
  });

  test('has the variance of rows and runs, where both differ', () => {
    // additive but for one cell; mean squares by hand: rows 14, runs 6, rest 0.5 of a table 3 × 2
    const values = [
      [0, 2, 4],
      [2, 4, 7],
    ];
    const [n, s] = [3, 2];
    const mean = 19 / 6;
    const rows = (s * [1, 3, 5.5].reduce((sum, own) => sum + (own - mean) ** 2, 0)) / 2;
    const runs = n * [2, 13 / 3].reduce((sum, own) => sum + (own - mean) ** 2, 0);
    let rest = 0;
    for (const [r, own] of values.entries()) {
      for (const [i, value] of own.entries()) {
        rest += (value - ([2, 13 / 3][r] as number) - ([1, 3, 5.5][i] as number) + mean) ** 2;
      }
    }
    rest /= 2;
    const all = rows + runs - rest;
    const freedom = Math.floor(all ** 2 / (rows ** 2 / 2 + runs ** 2 / 1 + rest ** 2 / 2));
    const expected = studentTQuantile(0.95, freedom) * Math.sqrt(all / (n * s));
    const found = crossedMean(values);
    expect(isClose(found.mean, mean, tolerances.float64)).toBe(true);
    expect(isClose(half(found), expected, tolerances.float64)).toBe(true);
  });

  test('is no wider where rows differ as the rest does but for rounding', () => {
    // one of three runs gains three rows of 69: rows and rest have the same mean square, and runs two degrees of freedom
    const none = new Array<number>(69).fill(0);
    const found = crossedMean([none.map((_, i) => (i < 3 ? 1 : 0)), none, none]);
    const runs = ((3 / 69) ** 2 * 2) / 3 / 2 / 3;
    expect(half(found)).toBeCloseTo(studentTQuantile(0.95, 2) * Math.sqrt(runs), 9);
  });

  test('of equal values is a point; of one row there is none', () => {
    expect(
      crossedMean([
        [1, 1],
        [1, 1],
      ]),
    ).toEqual({ mean: 1, interval: [1, 1] });
    expect(crossedMean([[1], [0]])).toEqual({ mean: 0.5 });
  });

  test('contains the mean that values were drawn with about 95 times in 100', () => {
    const rng = stream(7, 'crossed');
    const normal = () => rng.normal();
    const trials = 2000;
    let inside = 0;
    for (let trial = 0; trial < trials; trial++) {
      const ofRow = Array.from({ length: 40 }, normal);
      const values = Array.from({ length: 5 }, () => {
        const ofRun = 0.3 * normal();
        return ofRow.map((own) => 1 + own + ofRun + 0.5 * normal());
      });
      const [low, high] = crossedMean(values).interval as readonly [number, number];
      if (low <= 1 && 1 <= high) inside++;
    }
    const deviation = Math.sqrt((0.95 * 0.05) / trials);
    expect(Math.abs(inside / trials - 0.95)).toBeLessThan(tolerances.deviations * deviation);
  });
});
