import { describe, expect, test } from 'vitest';
import { probe } from '../../src/losses/check/index.ts';
import { biTempered, evaluate, parseLoss } from '../../src/losses/index.ts';
import { messageOf } from '../messages.ts';
import { tolerances } from '../tolerances.ts';
import { difference, jacobian, lossMatrix, randomScores } from './values.ts';

describe.each([
  [0.8, 1.2],
  [0.5, 4],
  [1, 1.5],
  [0.5, 0.75],
])('t1 = %d, t2 = %d', (t1, t2) => {
  test.each([2, 3, 10])('the Hessian is that of the loss, k = %i', (k) => {
    const step = 1e-5;
    const loss = biTempered(t1, t2);
    const { hessian } = probe(loss, k);
    for (const z of randomScores(`tempered ${k}`, 5, k, 1)) {
      const moved = (j: number, h: number) => z.map((v, i) => (i === j ? v + h : v));
      const expected = z.flatMap((_, j) => {
        const [up, down] = [
          jacobian(loss, moved(j, step))[0]!,
          jacobian(loss, moved(j, -step))[0]!,
        ];
        return up.map((v, i) => (v - down[i]!) / (2 * step));
      });
      expect(difference(hessian(z).flat(), expected, tolerances.centralDifference)).toBe('equal');
    }
  });

  test('adding a constant to all scores changes nothing, of up to 1,000 classes', () => {
    for (const k of [2, 30, 1000]) {
      for (const deviation of [0.01, 1, 100]) {
        const scores = randomScores(`shift ${k} ${deviation}`, 2, k, deviation);
        const shifted = scores.map((row) => row.map((v) => v + 64));
        const [a, b] = [scores, shifted].map((z) => lossMatrix(biTempered(t1, t2), z).flat());
        expect(difference(a!, b!, tolerances.float64)).toBe('equal');
      }
    }
  });
});

/** With t1 = 0 the loss is 1 − p_y − (1 − Σ p²)/2, so that differences of two labels are those of p. */
function probsOf(scores: readonly number[], t2: number, iters = 0): number[] {
  const k = scores.length;
  const [row] = lossMatrix(biTempered(0, t2, iters), [scores]) as [number[]];
  const mean = row.reduce((a, b) => a + b, 0) / k;
  return row.map((v) => mean - v); // p_y less its mean over classes
}

test('many published iterations come to the converged normaliser, five do not', () => {
  for (const z of randomScores('iterations', 5, 10, 2)) {
    const exact = probsOf(z, 1.2);
    expect(difference(probsOf(z, 1.2, 80), exact, tolerances.float64)).toBe('equal');
    expect(difference(probsOf(z, 1.2, 5), exact, tolerances.float64)).not.toBe('equal');
  }
});

test('at t2 near 1 it is near the loss with softmax', () => {
  const z = randomScores('near 1', 4, 5, 2);
  const labels = z.map((_, i) => i);
  const gap = (t2: number) => {
    const [own, limit] = [t2, 1].map((t) => evaluate(`bi-tempered:t1=0.5,t2=${t}`, z, labels));
    return Math.max(...own!.values.map((v, i) => Math.abs(v - limit!.values[i]!)));
  };
  expect(Math.abs(gap(1.01) / gap(1.001) / 10 - 1)).toBeLessThan(tolerances.rate);
  expect(Math.abs(gap(0.99) / gap(0.999) / 10 - 1)).toBeLessThan(tolerances.rate);
});

test.each([
  ['t1=0.9,t2=0.5', 'loss bi-tempered, t1: expected at most t2, 0.5, received 0.9'],
  [
    't1=0.5,t2=0.8,iters=5',
    'loss bi-tempered, iters: expected iterations with t2 above 1, received t2 0.8; without them L is converged',
  ],
])('%s is refused', (values, message) => {
  expect(messageOf(() => parseLoss(`bi-tempered:${values}`))).toBe(message);
});
