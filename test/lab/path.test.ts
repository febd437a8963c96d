import { describe, expect, test } from 'vitest';
import {
  decompose,
  evaluate,
  lossDefinitions,
  parseLoss,
  symmetrize,
} from '../../src/losses/index.ts';
import {
  alongPath,
  gapOf,
  minimumOf,
  noisyLabel,
  pathScores,
  probabilityOf,
} from '../../web/rooms/losses/path.ts';
import { firstDifference, tolerances } from '../tolerances.ts';

const names = ['value', 'symmetric', 'insensitive', 'rowSum', 'gradient', 'noisy'] as const;
const gaps = [-5, -1, 0, 0.5, 3];

describe.each([2, 3, 10])('along the path of %d classes', (k) => {
  test('scores have the mean 0, the gap that is asked for, and its probability', () => {
    const scores = pathScores(gaps, k);
    for (const [i, gap] of gaps.entries()) {
      const row = Array.from(scores.slice(i * k, (i + 1) * k));
      const [label = 0, other = 0] = row;
      expect(Math.abs(row.reduce((a, b) => a + b, 0))).toBeLessThan(tolerances.float64);
      expect(label - other).toBeCloseTo(gap, 12);
      const total = row.reduce((sum, z) => sum + Math.exp(z), 0);
      expect(probabilityOf(gap, k)).toBeCloseTo(Math.exp(label) / total, 12);
      expect(gapOf(probabilityOf(gap, k), k)).toBeCloseTo(gap, 10);
    }
  });

  test.each(['ce', 'unhinged', 'sgce:q=0.4', 'gce', 'elr', 'gjs', '0.5*ce + 2*mae'])(
    'numbers of %s are those of the library',
    (spec) => {
      const { classLoss } = parseLoss(spec);
      const all = pathScores(gaps, k);
      const scores = gaps.map((_, i) => Array.from(all.slice(i * k, (i + 1) * k)));
      const labels = gaps.map(() => 0);
      const uniform = gaps.map(() => new Array<number>(k).fill(1 / k));
      const soft = gaps.map(() => noisyLabel(k, 0.3));
      const own = evaluate(classLoss, scores, labels);
      const mean = evaluate(classLoss, scores, uniform).values;
      const found = alongPath(names, classLoss, k, gaps, 0.3);
      const close = (a: Float64Array, b: Float64Array) =>
        expect(firstDifference(a, b, tolerances.float64)).toBe(-1);
      close(found.value, own.values);
      close(found.symmetric, evaluate(symmetrize(classLoss), scores, labels).values);
      close(found.symmetric, evaluate(decompose(classLoss).symmetric, scores, labels).values);
      close(found.insensitive, mean);
      close(
        found.rowSum,
        mean.map((value) => k * value),
      );
      close(found.noisy, evaluate(classLoss, scores, soft).values);
      close(
        found.gradient,
        Float64Array.from(own.gradients, (row) => Math.hypot(...row)),
      );
    },
  );
});

describe('what noise does to the minimum', () => {
  test.each([
    [2, 0.3],
    [3, 0.4],
    [10, 0.4],
    [100, 0.6],
  ])('of cross-entropy at k = %d and rate %d: p = 1 − η', (k, rate) => {
    const { p, isEnd } = minimumOf(parseLoss('ce').classLoss, k, rate);
    expect(isEnd).toBe(false);
    expect(p).toBeCloseTo(1 - rate, 7);
  });

  test.each([3, 10])('of gce at k = %d: p_j is in proportion to t_j^(1/(1 − q))', (k) => {
    const [q, rate] = [0.4, 0.4];
    const weights = noisyLabel(k, rate).map((t) => t ** (1 / (1 - q)));
    const total = weights.reduce((a, b) => a + b, 0);
    const { p } = minimumOf(parseLoss(`gce:q=${q},minProb=0`).classLoss, k, rate);
    expect(p).toBeCloseTo((weights[0] as number) / total, 7);
  });

  test.each(
    [...lossDefinitions.keys()]
      .map((name) => parseLoss(name))
      // the class loss of `er` is 0
      .filter(({ symmetric, name }) => symmetric === 'yes' && name !== 'er')
      .map(({ spec }) => spec),
  )('of %s, which is symmetric: it stays where it is', (spec) => {
    for (const k of [3, 10]) {
      const { classLoss } = parseLoss(spec);
      expect(minimumOf(classLoss, k, 0.4)).toEqual(minimumOf(classLoss, k, 0));
      expect(minimumOf(classLoss, k, 0.4)).toEqual({ p: 1, isEnd: true });
    }
  });

  test('is nowhere where the expected loss is flat, and at the other end beyond', () => {
    const { classLoss } = parseLoss('mae');
    expect(minimumOf(classLoss, 2, 0.5)).toEqual({ p: undefined, isEnd: false });
    expect(minimumOf(classLoss, 2, 0.7)).toEqual({ p: 0, isEnd: true });
  });
});
