import { describe, expect, test } from 'vitest';
import { fromNumbers, stream } from '../../src/core/index.ts';
import * as g from '../../src/graph/index.ts';
import type { ClassLoss } from '../../src/losses/index.ts';
import { alphaMae, sgce, unhinged } from '../../src/losses/index.ts';
import { tolerances } from '../tolerances.ts';
import { randomScores, toRows } from './values.ts';

/** The Hessian of what a sample labelled 0 pays, by differentiating the gradient graph. */
function hessianOf(loss: ClassLoss, k: number): (z: readonly number[]) => number[][] {
  const x = g.input('scores', [k, k], 'float64');
  const direction = g.input('direction', [k, k], 'float64');
  const identity = Array.from({ length: k * k }, (_, i) => (i % (k + 1) === 0 ? 1 : 0));
  const first = g.slice(loss(x), [0, 0], [k, 1]);
  const gradient = g.grad(g.sum(first), [x])[0]!;
  // row i of the batch is the same sample, so row i here is the Hessian times unit vector i
  const product = g.grad(g.sum(g.mul(gradient, direction)), [x])[0]!;
  const program = g.program({ product });
  return (z) => {
    const feeds = {
      scores: fromNumbers(
        'float64',
        [k, k],
        z.flatMap(() => z),
      ),
      direction: fromNumbers('float64', [k, k], identity),
    };
    return toRows(g.interpret(program, feeds).product!);
  };
}

/** The spectral norm of a symmetric matrix, by power iteration on its square. */
function spectralNorm(matrix: readonly (readonly number[])[]): number {
  const rng = stream(1, 'power iteration');
  let v = matrix.map(() => rng.normal());
  let norm = 0;
  for (let i = 0; i < 60; i++) {
    const length = Math.hypot(...v);
    if (length === 0) return 0;
    v = times(
      matrix,
      v.map((a) => a / length),
    );
    norm = Math.hypot(...v);
  }
  return norm;
}

function times(matrix: readonly (readonly number[])[], v: readonly number[]): number[] {
  return matrix.map((row) => row.reduce((sum, a, j) => sum + a * v[j]!, 0));
}

/** The largest value a random hill climb finds. */
function climb(f: (z: readonly number[]) => number, start: readonly number[], scale: number) {
  const rng = stream(2, 'climb');
  let [z, best] = [start, f(start)];
  for (let i = 0, width = scale; i < 150; i++) {
    const next = z.map((v) => v + width * rng.normal());
    const value = f(next);
    if (value > best) [z, best] = [next, value];
    else width *= 0.95;
  }
  return best;
}

/** What rounding may add to a norm that attains its bound. */
const slack = 1 + tolerances.float64;

describe.each([2, 3, 10])('k = %i', (k) => {
  test('unhinged is linear', () => {
    const hessian = hessianOf(unhinged, k);
    for (const z of randomScores('linear', 3, k)) expect(spectralNorm(hessian(z))).toBe(0);
  });

  test.each([
    [1, 'scale'],
    [0.3, 'scale'],
    [0.05, 'scale'],
    [0.3, 'mix'],
  ] as const)('the largest Hessian norm of α-MAE, α = %d by %s, is α/(3√3)', (alpha, form) => {
    const bound = alpha / (3 * Math.sqrt(3));
    const hessian = hessianOf(alphaMae(alpha, form), k);
    const norm = (z: readonly number[]) => spectralNorm(hessian(z));
    // scaling moves the place of the maximum to scores 1/α times as large, mixing does not
    const scale = form === 'scale' ? 1 / alpha : 1;
    for (const z of randomScores('anywhere', 30, k, 2 * scale)) {
      expect(norm(z)).toBeLessThanOrEqual(bound * slack);
    }
    const start = Array.from({ length: k }, (_, j) => scale * (j === 0 ? 0.3 : j === 1 ? 0 : -30));
    const found = climb(norm, start, scale);
    expect(found).toBeLessThanOrEqual(bound * slack);
    expect(found).toBeGreaterThanOrEqual(bound * (1 - tolerances.climb));
  });

  /** β ≤ ((k−1)/k)·[(1 − e^(−qB))/2 + 2q·(q/(q+2))^q·(2/(q+2))²] on scores of range ≤ B */
  const sgceBound = (q: number, range: number) =>
    ((k - 1) / k) * (-Math.expm1(-q * range) / 2 + 2 * q * (q / (q + 2)) ** q * (2 / (q + 2)) ** 2);

  test.each([1, 0.4, 0.01])('the Hessian norm of SGCE, q = %d, keeps its bound', (q) => {
    const hessian = hessianOf(sgce(q), k);
    for (const deviation of [0.1, 1, 10]) {
      for (const z of randomScores(`sgce ${deviation}`, 10, k, deviation)) {
        const range = Math.max(...z) - Math.min(...z);
        expect(spectralNorm(hessian(z))).toBeLessThanOrEqual(sgceBound(q, range) * slack);
      }
    }
  });
});

test.each([3, 10])('SGCE on unbounded scores, k = %i: its Hessian does not vanish with q', (k) => {
  // label far down (p^q ≈ 0), two classes tied on top, the rest with small p but p^q ≈ 1
  for (const q of [1e-4, 1e-6]) {
    const z = Array.from({ length: k }, (_, j) => (j === 0 ? -100 / q : j <= 2 ? 0 : -100));
    const norm = spectralNorm(hessianOf(sgce(q), k)(z));
    const limit = (k - 1) / (2 * k);
    expect(Math.abs(norm / limit - 1)).toBeLessThan(tolerances.climb);
  }
});
