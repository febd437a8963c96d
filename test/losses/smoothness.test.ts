import { describe, expect, test } from 'vitest';
import { stream } from '../../src/core/index.ts';
import type { Rows } from '../../src/losses/check/index.ts';
import { climb, probe, spectralNorm } from '../../src/losses/check/index.ts';
import type { ClassLoss } from '../../src/losses/index.ts';
import { alphaMae, sgce, sgceSmoothness, unhinged } from '../../src/losses/index.ts';
import { tolerances } from '../tolerances.ts';
import { randomScores } from './values.ts';

const hessianOf = (loss: ClassLoss, k: number) => probe(loss, k).hessian;
const norm = (matrix: Rows) => spectralNorm(matrix, stream(1, 'power iteration'));

/** What rounding may add to a norm that attains its bound. */
const slack = 1 + tolerances.float64;

describe.each([2, 3, 10])('k = %i', (k) => {
  test('unhinged is linear', () => {
    const hessian = hessianOf(unhinged, k);
    for (const z of randomScores('linear', 3, k)) expect(norm(hessian(z))).toBe(0);
  });

  test.each([
    [1, 'scale'],
    [0.3, 'scale'],
    [0.05, 'scale'],
    [0.3, 'mix'],
  ] as const)('the largest Hessian norm of α-MAE, α = %d by %s, is α/(3√3)', (alpha, form) => {
    const bound = alpha / (3 * Math.sqrt(3));
    const hessian = hessianOf(alphaMae(alpha, form), k);
    const normAt = (z: readonly number[]) => norm(hessian(z));
    // scaling moves the place of the maximum to scores 1/α times as large, mixing does not
    const scale = form === 'scale' ? 1 / alpha : 1;
    for (const z of randomScores('anywhere', 30, k, 2 * scale)) {
      expect(normAt(z)).toBeLessThanOrEqual(bound * slack);
    }
    const start = Array.from({ length: k }, (_, j) => scale * (j === 0 ? 0.3 : j === 1 ? 0 : -30));
    const found = climb(normAt, start, { rng: stream(2, 'climb'), scale }).value;
    expect(found).toBeLessThanOrEqual(bound * slack);
    expect(found).toBeGreaterThanOrEqual(bound * (1 - tolerances.climb));
  });

  test.each([1, 0.4, 0.01])('the Hessian norm of SGCE, q = %d, keeps its bound', (q) => {
    const hessian = hessianOf(sgce(q), k);
    for (const deviation of [0.1, 1, 10]) {
      for (const z of randomScores(`sgce ${deviation}`, 10, k, deviation)) {
        const range = Math.max(...z) - Math.min(...z);
        expect(norm(hessian(z))).toBeLessThanOrEqual(sgceSmoothness(q, k, range) * slack);
      }
    }
  });
});

test.each([3, 10])('SGCE on unbounded scores, k = %i: its Hessian does not vanish with q', (k) => {
  // label far down (p^q ≈ 0), two classes tied on top, the rest with small p but p^q ≈ 1
  for (const q of [1e-4, 1e-6]) {
    const z = Array.from({ length: k }, (_, j) => (j === 0 ? -100 / q : j <= 2 ? 0 : -100));
    const found = norm(hessianOf(sgce(q), k)(z));
    const limit = (k - 1) / (2 * k);
    expect(Math.abs(found / limit - 1)).toBeLessThan(tolerances.climb);
  }
});
