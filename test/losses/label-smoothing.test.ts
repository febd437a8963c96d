import { describe, expect, test } from 'vitest';
import { crossEntropy, decompose, labelSmoothing, parseLoss } from '../../src/losses/index.ts';
import { tolerances } from '../tolerances.ts';
import { difference, jacobian, lossMatrix, randomScores, total } from './values.ts';

describe.each([0.1, 0.9, 0, -0.5, -6])('eps = %d', (eps) => {
  test.each([2, 3, 10])('k = %i', (k) => {
    const z = randomScores(`smoothing ${k}`, 20, k);
    const smoothed = lossMatrix(labelSmoothing(eps), z);
    const ce = lossMatrix(crossEntropy, z);
    const soft = ce.map((row) =>
      row.map((_, y) => total(row.map((v, j) => v * (eps / k + (j === y ? 1 - eps : 0))))),
    );
    expect(difference(smoothed.flat(), soft.flat(), tolerances.float64)).toBe('equal');

    // (1 − ε) times the symmetric part, plus the class-insensitive part
    const { symmetric, insensitive } = decompose(crossEntropy);
    const means = lossMatrix(insensitive, z);
    const parts = lossMatrix(symmetric, z).map((row, i) =>
      row.map((v) => (1 - eps) * v + means[i]![0]!),
    );
    expect(difference(smoothed.flat(), parts.flat(), tolerances.float64)).toBe('equal');

    const unhinged = jacobian(parseLoss('unhinged').classLoss, z[0]!);
    const own = jacobian(parseLoss(`symmetrize(label-smoothing:eps=${eps})`).classLoss, z[0]!);
    const expected = unhinged.flat().map((v) => (1 - eps) * v);
    expect(difference(own.flat(), expected, tolerances.float64)).toBe('equal');
  });
});

test('without smoothing it is cross-entropy', () => {
  const z = randomScores('no smoothing', 5, 4);
  expect(lossMatrix(labelSmoothing(0), z)).toEqual(lossMatrix(crossEntropy, z));
});

test('with negative eps it has no lower end, so scores are normalised by default', () => {
  expect(parseLoss('label-smoothing:eps=-1').defaultScores).toBe('l2');
  expect(parseLoss('label-smoothing').defaultScores).toBe('none');
  const [far, further] = lossMatrix(labelSmoothing(-1), [
    [100, 0, 0],
    [200, 0, 0],
  ]);
  expect(further![0]).toBeLessThan(2 * far![0]! + tolerances.float64);
  expect(far![0]).toBeLessThan(0);
});
