import { describe, expect, test } from 'vitest';
import { fitPool, pooledProbs } from '../../src/calibration/index.ts';
import { solvePositive } from '../../src/calibration/newton.ts';
import { stream } from '../../src/core/index.ts';
import { symmetricTransition } from '../../src/noise/index.ts';
import { messageOf } from '../messages.ts';
import { drawClasses, normalScores, range, softmax } from '../noise/synthetic.ts';
import { firstDifference, tolerances } from '../tolerances.ts';

/** Weights and entries at n = 20,000: standard deviations are below 0.01 over 5 seeds; five of them. */
const WEIGHT_TOLERANCE = 0.05;

const n = 20_000;

/** Classes drawn from the softmax of 0.6·a + 0.3·b, and labels with noise. */
function synthetic(k: number, transition: Float64Array) {
  const rng = stream(1, 'pool');
  const a = normalScores(n, k, 3, rng);
  const b = normalScores(n, k, 3, rng);
  const nothing = normalScores(n, k, 3, rng);
  const mixed = a.map((z, i) => 0.6 * z + 0.3 * b[i]!);
  const trueLabels = drawClasses(softmax(mixed, k, 1), k, range(n), rng);
  return { a, b, nothing, labels: drawClasses(transition, k, trueLabels, rng) };
}

/** The largest distance of numbers from what they should be. */
const farthest = (found: ArrayLike<number>, expected: ArrayLike<number>) =>
  Math.max(...Array.from(found, (x, i) => Math.abs(x - expected[i]!)));

describe('the pool of models', () => {
  test('finds weights and a matrix together; a model that says nothing counts for nothing', () => {
    const transition = Float64Array.of(0.7, 0.3, 0, 0, 0.9, 0.1, 0.2, 0.2, 0.6);
    const { a, b, nothing, labels } = synthetic(3, transition);
    const fit = fitPool([a, b, nothing], labels, 3);
    expect(farthest(fit.weights, [0.6, 0.3, 0])).toBeLessThan(WEIGHT_TOLERANCE);
    expect(farthest(fit.transition, transition)).toBeLessThan(WEIGHT_TOLERANCE);
  });

  test('of many classes finds one rate', () => {
    const transition = symmetricTransition(40, 0.3);
    const { a, b, labels } = synthetic(40, transition);
    const fit = fitPool([a, b], labels, 40);
    expect(farthest(fit.weights, [0.6, 0.3])).toBeLessThan(WEIGHT_TOLERANCE);
    expect(farthest(fit.transition, transition)).toBeLessThan(WEIGHT_TOLERANCE);
  });

  test('has the highest penalised likelihood by its weights', () => {
    const { a, b, labels } = synthetic(3, symmetricTransition(3, 0.2));
    const fit = fitPool([a, b], labels, 3);
    const value = (weights: Float64Array): number => {
      const probs = pooledProbs([a, b], weights, 3);
      let sum = 0;
      for (const [row, label] of labels.entries()) {
        let p = 0;
        for (let c = 0; c < 3; c++) p += probs[row * 3 + c]! * fit.transition[c * 3 + label]!;
        sum += Math.log(p);
      }
      return sum - weights.reduce((total, w) => total + w * w, 0) / 2;
    };
    const best = value(fit.weights);
    for (const [i, step] of [0, 0, 1, 1].map((i, at) => [i, at % 2 ? 0.01 : -0.01] as const)) {
      const other = fit.weights.slice();
      other[i] = other[i]! + step;
      expect(value(other)).toBeLessThan(best);
    }
  });

  test('scores that tell all rows apart do not make it certain', () => {
    const labels = Int32Array.from({ length: 200 }, (_, row) => row % 2);
    const scores = Float64Array.from({ length: 400 }, (_, i) =>
      i % 2 === labels[i >> 1] ? 100 : -100,
    );
    const { weights } = fitPool([scores], labels, 2);
    expect(weights[0]).toBeLessThan(1);
    expect(pooledProbs([scores], weights, 2)[0]).toBeGreaterThan(0.99);
  });

  test('probabilities are the normalised product of powers', () => {
    const [a, b] = [
      [0.7, 0.2, 0.1],
      [0.1, 0.3, 0.6],
    ] as const;
    const logs = [a, b].map((p) => Float64Array.from(p, Math.log));
    const product = a.map((p, c) => p ** 0.5 * b[c]! ** 2);
    const sum = product.reduce((total, p) => total + p, 0);
    const found = pooledProbs(logs, Float64Array.of(0.5, 2), 3);
    const expected = product.map((p) => p / sum);
    expect(firstDifference(Array.from(found), expected, tolerances.float64)).toBe(-1);
  });

  test('refuses no model, and scores of another size', () => {
    expect(messageOf(() => fitPool([], Int32Array.of(0), 2))).toMatch(/^fitPool scores: expected/);
    expect(messageOf(() => fitPool([Float64Array.of(1)], Int32Array.of(0), 2))).toMatch(/^fitPool/);
  });
});

describe('a step of Newton’s method over x ≥ 0', () => {
  test('solves the system of what is free', () => {
    // 2x + y = 5, x + 3y = 10: x = 1, y = 3
    const curvature = Float64Array.of(2, 1, 1, 3);
    const step = solvePositive(Float64Array.of(1, 1), Float64Array.of(5, 10), curvature);
    expect(firstDifference(Array.from(step), [2, 4], tolerances.float64)).toBe(-1);
  });

  test('what lies at 0 and is drawn below stays, and does not move the others', () => {
    const curvature = Float64Array.of(2, 1, 1, 3);
    const step = solvePositive(Float64Array.of(0, 1), Float64Array.of(-1, 6), curvature);
    expect(firstDifference(Array.from(step), [0, 3], tolerances.float64)).toBe(-1);
    const below = solvePositive(Float64Array.of(0.1, 1), Float64Array.of(-9, 0), curvature);
    expect(below[0]).toBe(0);
  });
});
