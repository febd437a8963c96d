import { describe, expect, test } from 'vitest';
import type { Contender } from '../../src/experiments/results/best.ts';
import { bestOf } from '../../src/experiments/results/best.ts';

const contender = (mean: number | undefined, diverged = 0): Contender => ({ mean, diverged });
const best = (...items: readonly Contender[]) => bestOf(items, (item) => item);

describe('bestOf', () => {
  test('takes the highest mean, all of equal ones', () => {
    const [a, b, c] = [contender(0.8), contender(0.9), contender(0.9)];
    expect(best(a, b, c)).toEqual([b, c]);
  });

  test('passes over what lost runs to divergence, unless all that was measured did', () => {
    const [whole, lost, more] = [contender(0.8), contender(0.9, 1), contender(0.95, 2)];
    expect(best(whole, lost, more)).toEqual([whole]);
    expect(best(lost, more)).toEqual([more]);
    expect(best(lost, contender(undefined))).toEqual([lost]);
  });

  test('is nothing of nothing', () => {
    expect(best()).toEqual([]);
    expect(best(contender(undefined, 3))).toEqual([]);
  });
});
