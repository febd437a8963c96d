import { describe, expect, test } from 'vitest';
import { toNumbers } from '../../src/core/index.ts';
import type { ClassLoss } from '../../src/losses/index.ts';
import {
  alphaMae,
  crossEntropy,
  evaluate,
  gce,
  mae,
  sgce,
  symmetrize,
  unhinged,
} from '../../src/losses/index.ts';
import { nodeRunner } from '../../src/runtime/index.ts';
import { tolerances } from '../tolerances.ts';
import {
  difference,
  float32Feeds,
  float32Program,
  jacobian,
  lossMatrix,
  randomScores,
  total,
} from './values.ts';

const classes = [2, 3, 10] as const;
const batch = (k: number) => randomScores(`limits ${k}`, 20, k, 2);

/** ln softmax, in its shortest form: for scores that do not overflow. */
function logSoftmax(z: readonly number[]): number[] {
  const norm = Math.log(total(z.map(Math.exp)));
  return z.map((v) => v - norm);
}

function centred(row: readonly number[]): number[] {
  const mean = total(row) / row.length;
  return row.map((v) => v - mean);
}

/** The closed form of unhinged's gradients: row y is 1/k − onehot(y). */
function unhingedJacobian(k: number, factor = 1): number[] {
  return Array.from({ length: k * k }, (_, i) => factor * (1 / k - (i % (k + 1) === 0 ? 1 : 0)));
}

function expectEqual(actual: readonly number[], expected: readonly number[]): void {
  expect(difference(actual, expected, tolerances.float64)).toBe('equal');
}

function largestGap(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((v, i) => Math.abs(v - b[i]!)));
}

describe.each(classes)('k = %i', (k) => {
  const z = batch(k);
  const flat = (loss: ClassLoss) => lossMatrix(loss, z).flat();
  const slopes = (loss: ClassLoss) => z.flatMap((row) => jacobian(loss, row).flat());
  const unhingedSlopes = (factor = 1) => z.flatMap(() => unhingedJacobian(k, factor));

  test('symmetrize(crossEntropy) is unhinged, mean(z) − z_y', () => {
    const closed = z.flatMap((row) => row.map((v) => total(row) / k - v));
    expectEqual(flat(symmetrize(crossEntropy)), closed);
    expectEqual(flat(unhinged), closed);
  });

  test('the gradient of both is 1/k − onehot(y) everywhere', () => {
    expectEqual(slopes(symmetrize(crossEntropy)), unhingedSlopes());
    expectEqual(slopes(unhinged), unhingedSlopes());
  });

  test('SGCE at q = 1 is 1/k − p_y', () => {
    const closed = z.flatMap((row) => logSoftmax(row).map((l) => 1 / k - Math.exp(l)));
    expectEqual(flat(sgce(1)), closed);
    expectEqual(flat(symmetrize(mae)), closed);
    expectEqual(flat(gce(1, 0)), flat(mae));
  });

  test('SGCE tends to unhinged as q → 0, at first order', () => {
    const gap = (q: number) => largestGap(flat(sgce(q)), flat(unhinged));
    const ratio = gap(1e-2) / gap(1e-3);
    expect(Math.abs(ratio / 10 - 1)).toBeLessThan(tolerances.rate);
  });

  test('SGCE keeps its digits at q = 1e-7', () => {
    // (1 − p^q)/q = l − q l²/2 + q² l³/6 − …, l = −ln p: the third term is below 1e-12
    const q = 1e-7;
    const series = z.flatMap((row) => centred(logSoftmax(row).map((l) => -l - (q / 2) * l * l)));
    expectEqual(flat(sgce(q)), series);
  });

  test.each([0.5, 1e-4, 1e-7])('SGCE in float32 at q = %d is that of float64', async (q) => {
    const labels = z.map((_, i) => i % k);
    const rounded = z.map((row) => row.map(Math.fround));
    const exact = evaluate(sgce(q), rounded, labels);
    const executable = await nodeRunner().compile(float32Program(sgce(q), z.length, k));
    const { values, gradient } = await executable.run(float32Feeds(rounded, labels));
    await executable.dispose();
    const expected = exact.gradients.flatMap((row) => Array.from(row));
    expect(difference(toNumbers(values!), exact.values, tolerances.float32Loss)).toBe('equal');
    expect(difference(toNumbers(gradient!), expected, tolerances.float32LossGradient)).toBe(
      'equal',
    );
  });

  test('α-MAE at α = 1 is MAE in both forms', () => {
    for (const form of ['scale', 'mix'] as const) {
      expectEqual(flat(alphaMae(1, form)), flat(mae));
      expectEqual(slopes(alphaMae(1, form)), slopes(mae));
    }
  });

  test('α-MAE by scaling is MAE(αz)/α', () => {
    const closed = z.flatMap((row) =>
      logSoftmax(row.map((v) => 0.3 * v)).map((l) => (1 - Math.exp(l)) / 0.3),
    );
    expectEqual(flat(alphaMae(0.3, 'scale')), closed);
  });

  test.each([0.1, 0.5, 0.9])(
    'α-MAE at α = %d pulls at every row by mixing, by scaling at likely ones',
    (alpha) => {
      // down to p_y of 1e-10
      const wide = randomScores(`pulls ${k}`, 20, k, 8);
      const { float64 } = tolerances;
      for (const row of wide) {
        jacobian(alphaMae(alpha, 'mix'), row).forEach((gradient, y) => {
          expect(-gradient[y]!).toBeGreaterThanOrEqual((1 - alpha) * (1 - 1 / k) - float64);
        });
        const share = logSoftmax(row.map((v) => alpha * v)).map(Math.exp);
        jacobian(alphaMae(alpha, 'scale'), row).forEach((gradient, y) => {
          const bound = Math.SQRT2 * share[y]! * (1 - share[y]!);
          expect(Math.hypot(...gradient)).toBeLessThanOrEqual(bound + float64);
        });
      }
    },
  );

  test.each([
    // with two classes the slope of softmax at equal scores is even in α: second order
    ['unhinged/k by scaling', 'scale', 1 / k, k === 2 ? 2 : 1],
    ['unhinged by mixing', 'mix', 1, 1],
  ] as const)('gradients of α-MAE tend to those of %s', (_, form, factor, order) => {
    const gap = (alpha: number) =>
      largestGap(slopes(alphaMae(alpha, form)), unhingedSlopes(factor));
    const ratio = gap(1e-2) / gap(1e-3);
    expect(Math.abs(ratio / 10 ** order - 1)).toBeLessThan(tolerances.rate);
    expectEqual(slopes(alphaMae(1e-14, form)), unhingedSlopes(factor));
  });
});
