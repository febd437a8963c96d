import { describe, expect, test } from 'vitest';
import { evaluate, parseLoss } from '../../src/losses/index.ts';
import { messageOf } from '../messages.ts';
import { tolerances } from '../tolerances.ts';
import { difference, lossMatrix, randomScores, total } from './values.ts';

describe('normalised losses', () => {
  test.each([
    ['nce', () => 1],
    ['nfl:gamma=0.5', () => 1],
    ['nfl:gamma=3', () => 1],
    ['nnce', (k: number) => k - 1],
    ['nnfl:gamma=0.5', (k: number) => k - 1],
    ['nnfl:gamma=3,minProb=0.001', (k: number) => k - 1],
  ] as const)('%s: what its rows sum to, and values in [0, 1]', (spec, expected) => {
    for (const k of [2, 3, 10, 100]) {
      const rows = lossMatrix(parseLoss(spec).classLoss, randomScores(`normal ${k}`, 20, k, 10));
      const wanted = rows.map(() => expected(k));
      expect(difference(rows.map(total), wanted, tolerances.float64)).toBe('equal');
      expect(rows.flat().filter((v) => v < 0 || v > 1)).toEqual([]);
    }
  });

  test('a smallest probability that equal scores do not exceed is refused', () => {
    expect(messageOf(() => evaluate('nnce:minProb=0.5', [[0, 1]], [0]))).toBe(
      'loss nnce, minProb: expected a number below 1/k for 2 classes, received 0.5',
    );
  });
});

test('what active negative losses add to the objective', () => {
  expect(parseLoss('anl-ce').penalties).toEqual([]);
  expect(parseLoss('anl-fl:delta=5e-5').penalties).toEqual([{ kind: 'l1', weight: 5e-5 }]);
});
