import { describe, expect, test } from 'vitest';
import { stream } from '../../src/core/index.ts';
import { confidentRows, pairNoise, symmetricTransition } from '../../src/noise/index.ts';
import { isClose, tolerances } from '../tolerances.ts';
import { drawClasses } from './synthetic.ts';

/** A class's share of 300 rows in [0, 1] is off by 0.03 at most with a probability of 0.68, of 90 entries one by 0.1. */
const ENTRY_TOLERANCE = 0.1;

/** Rows of which a classifier is the surer, the larger `margin` is; it errs on the least sure tenth of a class. */
function made(n: number, k: number, transition: Float64Array, seed = 1) {
  const rng = stream(seed, 'rows');
  const trueLabels = Int32Array.from({ length: n }, (_, i) => i % k);
  const scores = new Float64Array(n * k);
  for (const [row, label] of trueLabels.entries()) {
    const rank = Math.floor(row / k) / Math.floor(n / k); // from 0, the surest
    const said = rank > 0.9 ? (label + 2) % k : label;
    scores[row * k + said] = 1 + 4 * (1 - rank);
  }
  return { scores, labels: drawClasses(transition, k, trueLabels, rng) };
}

describe('rows that a classifier is sure of', () => {
  test('are the surest 30 % of each class, counted by the labels given', () => {
    // 40 rows predicted as class 0, of which 12 count; 5 as class 1, of which all do
    const labels = Int32Array.from({ length: 45 }, (_, i) => (i < 40 ? Number(i % 4 === 3) : 1));
    const scores = Float64Array.from(labels, (_, i) => i).reduce<number[]>((all, i) => {
      all.push(...(i < 40 ? [100 - i, 0] : [0, 1]));
      return all;
    }, []);
    const { counts, transition, wrong } = confidentRows(scores, labels, 2);
    expect(Array.from(counts)).toEqual([9, 3, 0, 5]);
    expect(isClose(wrong, 3 / 17, tolerances.float64)).toBe(true);
    const expected = [9.9 / 13, 3.1 / 13, 0.1 / 6, 5.9 / 6];
    expect(expected.every((p, at) => isClose(transition[at] ?? 0, p, tolerances.float64))).toBe(
      true,
    );
  });

  test('tell the transition matrix where the surest are right', () => {
    const k = 10;
    const truth = pairNoise(0.4).transition(k) as Float64Array;
    const { scores, labels } = made(10_000, k, truth);
    const { transition, isUneven } = confidentRows(scores, labels, k);
    const off = Math.max(...transition.map((entry, at) => Math.abs(entry - (truth[at] ?? 0))));
    expect(off).toBeLessThan(ENTRY_TOLERANCE);
    expect(isUneven).toBe(true);
  });

  test.each([2, 3, 10])('uneven noise is told from even noise, of %i classes', (k) => {
    const seeds = Array.from({ length: 100 }, (_, i) => i + 1);
    const uneven = (truth: Float64Array) =>
      seeds.filter((seed) => {
        const { scores, labels } = made(150 * k, k, truth, seed);
        return confidentRows(scores, labels, k).isUneven;
      }).length;
    // at a level of 0.001 one of these seeds would be unusual, and three of 300 as well
    expect(uneven(symmetricTransition(k, 0.3))).toBeLessThanOrEqual(1);
    const one = symmetricTransition(k, 0);
    [one[0], one[1]] = [0.5, 0.5];
    expect(uneven(one)).toBeGreaterThanOrEqual(95);
  });

  test('say nothing of a class that is never predicted: it keeps its label', () => {
    const { transition, isUneven } = confidentRows([1, 0, 1, 0], Int32Array.of(0, 1), 2);
    expect(Array.from(transition.subarray(2))).toEqual([expect.closeTo(0.1, 12), 0.9]);
    expect(isUneven).toBe(false);
  });
});
