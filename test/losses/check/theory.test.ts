import { describe, expect, test } from 'vitest';
import { stream } from '../../../src/core/index.ts';
import * as g from '../../../src/graph/index.ts';
import { checkProperty, probe, spectralNorm } from '../../../src/losses/check/index.ts';
import type { ClassLoss } from '../../../src/losses/index.ts';
import { alphaMae, gce, mae, sgce } from '../../../src/losses/index.ts';
import { isClose, tolerances } from '../../tolerances.ts';
import { difference, jacobian, lossMatrix, randomScores, total } from '../values.ts';

// Steps of the proofs in docs/theory.md, in numbers.

const slack = 1 + tolerances.float64;
const norm = (matrix: number[][]) => spectralNorm(matrix, stream(1, 'theory'));

test.each([2, 3, 7])('−z_y + c·Σ z_j is symmetric iff c = 1/(k − 1), k = %i', (k) => {
  const linear = (c: number): ClassLoss => {
    return (z) => g.sub(g.mul(g.sum(z, -1, true), c), g.mul(z, 1 + c));
  };
  expect(checkProperty(linear(1 / (k - 1)), 'symmetric', { k }).holds).toBe(true);
  for (const c of [0, 1 / k, 2 / (k - 1)]) {
    expect(checkProperty(linear(c), 'symmetric', { k }).holds).toBe(false);
  }
  const z = randomScores('linear', 5, k);
  const multiple = z.map((row) => row.map((v) => (k / (k - 1)) * (total(row) / k - v)));
  const values = lossMatrix(linear(1 / (k - 1)), z).flat();
  expect(difference(values, multiple.flat(), tolerances.float64)).toBe('equal');
});

describe('the Hessian of MAE', () => {
  test.each([2, 3, 8])('is −s(1−s)·[(1−2s)·d² − V] along any direction, k = %i', (k) => {
    const { hessian } = probe(mae, k);
    const directions = randomScores('directions', 20, k, 1);
    for (const [i, z] of randomScores('points', 20, k).entries()) {
      const v = directions[i]!;
      const [s, ...others] = lossMatrix(mae, [z])[0]!.map((loss) => 1 - loss) as [number];
      const rest: number[] = others;
      const q = rest.map((p) => p / total(rest));
      const w = total(q.map((a, j) => a * v[j + 1]!));
      const variance = total(q.map((a, j) => a * (v[j + 1]! - w) ** 2));
      const formula = -s * (1 - s) * ((1 - 2 * s) * (v[0]! - w) ** 2 - variance);
      const curvature = total(
        hessian(z).map((row, a) => v[a]! * total(row.map((h, b) => h * v[b]!))),
      );
      expect(isClose(curvature, formula, tolerances.float64)).toBe(true);
    }
  });

  test('with two other classes, c·d² + V is at most 2c for c ≥ 1/4 and 1/2 below', () => {
    for (let c = 0; c <= 1; c += 1 / 32) {
      for (let t = 0; t <= 1; t += 1 / 32) {
        const u = [1, -t, t - 1];
        const e = [0, 1, -1];
        const form = u.map((a, i) => u.map((b, j) => c * a * b + t * (1 - t) * e[i]! * e[j]!));
        expect(norm(form)).toBeLessThanOrEqual(Math.max(2 * c, 1 / 2) * slack);
      }
    }
  });
});

test.each([
  ['scale', 'α·‖z‖/(3√3) of those of unhinged/k'],
  ['mix', 'α·(1 + √2/4) of those of unhinged'],
] as const)('gradients of α-MAE by %s are within %s', (form, _) => {
  const k = 5;
  for (const alpha of [1, 0.3, 0.01]) {
    for (const z of randomScores('near', 10, k)) {
      const bound = form === 'scale' ? Math.hypot(...z) / (3 * Math.sqrt(3)) : 1 + Math.SQRT2 / 4;
      for (const [y, row] of jacobian(alphaMae(alpha, form), z).entries()) {
        const factor = form === 'scale' ? 1 / k : 1;
        const gap = row.map((v, j) => v - factor * (1 / k - (j === y ? 1 : 0)));
        expect(Math.hypot(...gap)).toBeLessThanOrEqual(alpha * bound * slack);
      }
    }
  }
});

test('GCE without clamp: 2qm is below 1/2, and so is every Hessian norm', () => {
  for (let q = 1 / 64; q <= 1; q += 1 / 64) {
    const m = (q / (q + 2)) ** q * (2 / (q + 2)) ** 2;
    expect(2 * q * m).toBeLessThan(8 / (9 * Math.E) + tolerances.float64);
  }
  for (const q of [0.05, 0.5, 1]) {
    const { hessian } = probe(gce(q, 0), 4);
    for (const z of randomScores('gce', 30, 4)) expect(norm(hessian(z))).toBeLessThan(1 / 2);
  }
});

test('the slope of SGCE in its own score', () => {
  const q = 0.4;
  for (const z of randomScores('slope', 10, 6)) {
    const p = lossMatrix(mae, [z])[0]!.map((loss) => 1 - loss);
    const powers = p.map((v) => v ** q);
    const own = jacobian(sgce(q), z).map((row, y) => row[y]!);
    const formula = p.map((v, y) => {
      const others = total(powers) - powers[y]!;
      return -(5 / 6) * powers[y]! * (1 - v) - (v / 6) * others;
    });
    expect(difference(own, formula, tolerances.float64)).toBe('equal');
  }
});

describe('accuracy on noisy labels', () => {
  /** Shares of n rows where predictions agree with labels. */
  const agreement = (a: readonly number[], b: readonly number[]) =>
    a.filter((v, i) => v === b[i]).length / a.length;

  test('is (1 − ηk/(k−1))·accuracy + η/(k−1) under uniform noise', () => {
    const [k, noiseRate, n] = [10, 0.8, 100_000];
    const rng = stream(11, 'uniform noise');
    const truth = Array.from({ length: n }, () => rng.integer(k));
    const other = (y: number) => (y + 1 + rng.integer(k - 1)) % k;
    const noisy = truth.map((y) => (rng.uniform() < noiseRate ? other(y) : y));
    const factor = 1 - (noiseRate * k) / (k - 1);
    for (const accuracy of [1, 0.7, 0.1]) {
      const predicted = truth.map((y) => (rng.uniform() < accuracy ? y : other(y)));
      const expected = factor * agreement(predicted, truth) + noiseRate / (k - 1);
      const error = Math.sqrt((expected * (1 - expected)) / n);
      const deviation = Math.abs(agreement(predicted, noisy) - expected) / error;
      expect(deviation).toBeLessThan(tolerances.deviations);
    }
  });

  test('ranks a wrong model above a perfect one where noise depends on the class', () => {
    // of ten rows of class 0, six are labelled 1
    const rows = Array.from({ length: 30 }, (_, i) => i % 3);
    const noisy = rows.map((y, i) => (y === 0 && i < 18 ? 1 : y));
    const merged = rows.map((y) => (y === 0 ? 1 : y));
    expect(agreement(rows, noisy)).toBe(24 / 30);
    expect(agreement(merged, noisy)).toBe(26 / 30);
    expect(agreement(merged, rows)).toBe(20 / 30);
  });
});
