import { expect, test } from 'vitest';
import { stream } from '../../../src/core/index.ts';
import {
  climb,
  largestHessian,
  probe,
  smallestEigenvalue,
  spectralNorm,
} from '../../../src/losses/check/index.ts';
import { crossEntropy, sgce } from '../../../src/losses/index.ts';
import { isClose, tolerances } from '../../tolerances.ts';
import { difference, jacobian, lossMatrix, randomScores } from '../values.ts';

const rng = () => stream(3, 'machinery');

/** Eigenvalues −3, 1 and 2, turned in the plane of the first two axes. */
const matrix = [
  [-1, 2, 0],
  [2, -1, 0],
  [0, 0, 2],
];

test('spectral norm and smallest eigenvalue of a known matrix', () => {
  expect(isClose(spectralNorm(matrix, rng()), 3, tolerances.float64)).toBe(true);
  const { value, direction } = smallestEigenvalue(matrix, rng());
  expect(isClose(value, -3, tolerances.float64)).toBe(true);
  expect(isClose(Math.abs(direction[0]! - direction[1]!), Math.SQRT2, tolerances.float64)).toBe(
    true,
  );
  expect(smallestEigenvalue([[0]], rng()).value).toBe(0);
  expect(spectralNorm([[0]], rng())).toBe(0);
});

test('a climb finds the top of a hill', () => {
  const hill = ([a = 0, b = 0]: readonly number[]) => 1 - (a - 1) ** 2 - (b + 2) ** 2;
  const { point, value } = climb(hill, [0, 0], { rng: rng(), scale: 1 });
  expect(value).toBe(hill(point));
  expect(value).toBeGreaterThan(1 - tolerances.climb);
});

test('a probe gives values, gradients and Hessians', () => {
  const k = 4;
  const { values, jacobian: slopes, hessian } = probe(sgce(0.5), k);
  const z = randomScores('probe', 3, k);
  expect(values(z)).toEqual(lossMatrix(sgce(0.5), z));
  const expected = jacobian(sgce(0.5), z[0]!);
  expect(difference(slopes(z[0]!).flat(), expected.flat(), tolerances.float64)).toBe('equal');
  const step = 1e-5;
  const shifted = (sign: number) => slopes(z[0]!.map((v, j) => (j === 2 ? v + sign * step : v)));
  const quotient = shifted(1)[1]!.map((v, j) => (v - shifted(-1)[1]![j]!) / (2 * step));
  expect(difference(hessian(z[0]!, 1)[2]!, quotient, tolerances.centralDifference)).toBe('equal');
});

test('the Hessian of cross-entropy is diag(p) − ppᵀ for every label', () => {
  const { hessian } = probe(crossEntropy, 3);
  const p = [1 / 7, 2 / 7, 4 / 7];
  const expected = p.flatMap((a, i) => p.map((b, j) => (i === j ? a : 0) - a * b));
  for (const label of [0, 1, 2]) {
    const found = hessian([0, Math.LN2, 2 * Math.LN2], label).flat();
    expect(difference(found, expected, tolerances.float64)).toBe('equal');
  }
});

test.each([
  [2, 1 / 2],
  [10, 1 / 2],
])('the largest Hessian norm of cross-entropy, k = %i, is 1/2', (k, bound) => {
  const { value } = largestHessian(probe(crossEntropy, k), rng());
  expect(value).toBeLessThanOrEqual(bound * (1 + tolerances.float64));
  expect(value).toBeGreaterThan(bound * (1 - tolerances.climb));
});
