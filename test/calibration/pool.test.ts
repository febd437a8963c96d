import { describe, expect, test } from 'vitest';
import {
  choosePool,
  fitPool,
  pooledProbs,
  poolScores,
  usualShape,
} from '../../src/calibration/index.ts';
import { solvePositive } from '../../src/calibration/newton.ts';
import { stream } from '../../src/core/index.ts';
import { pairNoise, symmetricTransition } from '../../src/noise/index.ts';
import { messageOf } from '../messages.ts';
import { drawClasses, normalScores, range, softmax } from '../noise/synthetic.ts';
import { firstDifference, isClose, tolerances } from '../tolerances.ts';

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

describe('the choice of a pool', () => {
  const [rows, k] = [600, 12];

  /** Classes of a softmax, a model that doubles its scores, and labels with noise. */
  function sureModel(transition: Float64Array) {
    const rng = stream(3, 'pool choice');
    const scores = normalScores(rows, k, 2, rng);
    const trueLabels = drawClasses(softmax(scores, k, 1), k, range(rows), rng);
    const labels = drawClasses(transition, k, trueLabels, rng);
    return { probs: softmax(scores, k, 0.5), trueLabels, labels };
  }

  const estimated = (probs: Float64Array, labels: Int32Array) => {
    const shape = choosePool(probs, [], labels, k);
    return { shape, fit: fitPool(poolScores(shape, probs, []), labels, k, shape) };
  };
  const wrongShare = (transition: Float64Array) => {
    let kept = 0;
    for (let c = 0; c < k; c++) kept += transition[c * k + c]! / k;
    return 1 - kept;
  };

  test('takes noise of one rate where a matrix would explain what the model confuses', () => {
    const { probs, labels } = sureModel(symmetricTransition(k, 0));
    const { shape, fit } = estimated(probs, labels);
    expect(shape.isOneRate).toBe(true);
    const usual = fitPool(poolScores(usualShape, probs, []), labels, k);
    expect(wrongShare(usual.transition)).toBeGreaterThan(0.05); // of labels that are all right
    expect(wrongShare(fit.transition)).toBeLessThan(0.02);
  });

  test('keeps the matrix where labels become those of the next class', () => {
    const { probs, labels } = sureModel(pairNoise(0.3).transition(k));
    expect(choosePool(probs, [], labels, k)).toBe(usualShape);
  });

  test('keeps it for two classes, and where rows are enough for it', () => {
    const { probs, labels } = sureModel(symmetricTransition(k, 0));
    const two = Int32Array.from(labels, (label) => label % 2);
    const ofTwo = Float64Array.from({ length: 2 * rows }, () => 0.5);
    expect(choosePool(ofTwo, [], two, 2)).toBe(usualShape);
    const times = Math.ceil((20 * k * k) / rows);
    const more = Float64Array.from(
      { length: times * probs.length },
      (_, i) => probs[i % probs.length]!,
    );
    const moreLabels = Int32Array.from({ length: times * rows }, (_, i) => labels[i % rows]!);
    expect(choosePool(more, [], moreLabels, k)).toBe(usualShape);
  });

  test('one rate: what a wrong label says does not depend on the true class', () => {
    const { probs, labels } = sureModel(symmetricTransition(k, 0.3));
    const scores = [probs.map(Math.log)];
    const { transition, noiseRate = 0 } = fitPool(scores, labels, k, { isOneRate: true });
    for (let j = 0; j < k; j++) {
      const [first, ...others] = Array.from({ length: k }, (_, i) => i)
        .filter((i) => i !== j)
        .map((i) => transition[i * k + j]!);
      expect(others.every((entry) => isClose(entry, first!, tolerances.float64))).toBe(true);
    }
    const wrong = Array.from({ length: k }, (_, i) => 1 - transition[i * k + i]!);
    const mean = wrong.reduce((sum, share) => sum + share, 0) / k;
    expect(isClose(noiseRate, mean, tolerances.float64)).toBe(true);
    expect(fitPool(scores, labels, k)).not.toHaveProperty('noiseRate');
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
