import { describe, expect, it } from 'vitest';
import { stream } from '../../src/core/index.ts';
import { estimateTransition, symmetricTransition } from '../../src/noise/index.ts';
import { drawClasses, normalScores, range, softmax } from './synthetic.ts';

/**
 * Largest entry error of T at n = 20,000, k = 4: at most 0.022 over 16 seeds and two matrices; the
 * sampling error of one entry, √(0.25/5000) = 0.007 with known true classes, sets the scale.
 */
const ENTRY_TOLERANCE = 0.03;

/** EM steps cannot lower the posterior; rounding of a sum of 2,000 logarithms can, by this much. */
const MONOTONE_ROUNDING = 1e-9;

/** Where EM stopped by its tolerance of 1e-13 a row from two starts; T differs far less than this. */
const SAME_OPTIMUM = 1e-4;

const K = 4;

/** Each class loses another share to its successor: nothing symmetric about it. */
const asymmetric = Float64Array.from(
  [
    [0.6, 0.4, 0, 0],
    [0, 0.7, 0.3, 0],
    [0.05, 0.05, 0.8, 0.1],
    [0.1, 0, 0, 0.9],
  ].flat(),
);

function synthetic(n: number, transition: Float64Array, seed: number) {
  const rng = stream(seed, 'synthetic');
  const probs = softmax(normalScores(n, K, 3, rng), K, 1);
  const trueLabels = drawClasses(probs, K, range(n), rng);
  return { probs, labels: drawClasses(transition, K, trueLabels, rng) };
}

const largestError = (a: Float64Array, b: Float64Array): number =>
  a.reduce((worst, entry, cell) => Math.max(worst, Math.abs(entry - (b[cell] as number))), 0);

describe('estimateTransition', () => {
  it.each([
    ['none', symmetricTransition(K, 0)],
    ['symmetric 0.4', symmetricTransition(K, 0.4)],
    ['asymmetric', asymmetric],
  ])('recovers a known T: %s', (_, transition) => {
    const { probs, labels } = synthetic(20_000, transition, 1);
    const estimate = estimateTransition(probs, labels, K);
    expect(largestError(estimate.transition, transition)).toBeLessThan(ENTRY_TOLERANCE);
    expect(estimate.converged).toBe(true);
    for (let i = 0; i < K; i++) {
      const row = estimate.transition.subarray(i * K, (i + 1) * K);
      expect(row.reduce((sum, entry) => sum + entry, 0)).toBeCloseTo(1, 12);
    }
  });

  it('one step from a given start, by hand', () => {
    // Rows (0.5, 0.5) labelled 0 and (1, 0) labelled 1; T = [[.5, .5], [.25, .75]].
    // r of row 0: (.25, .125)/.375 = (2/3, 1/3); of row 1: (1, 0). Pseudo-counts .9 and .1.
    const { transition, iterations, logLikelihood } = estimateTransition(
      Float64Array.of(0.5, 0.5, 1, 0),
      Int32Array.of(0, 1),
      2,
      { start: Float64Array.of(0.5, 0.5, 0.25, 0.75), maxIterations: 1 },
    );
    const t00 = (2 / 3 + 0.9) / (5 / 3 + 1);
    const t10 = (1 / 3 + 0.1) / (1 / 3 + 1);
    expect(iterations).toBe(1);
    [t00, 1 - t00, t10, 1 - t10].forEach((entry, cell) => {
      expect(transition[cell]).toBeCloseTo(entry, 14);
    });
    expect(logLikelihood).toBeCloseTo(Math.log(0.5 * t00 + 0.5 * t10) + Math.log(1 - t00), 14);
  });

  it('every step raises the log posterior', () => {
    const { probs, labels } = synthetic(2000, asymmetric, 2);
    let last = Number.NEGATIVE_INFINITY;
    for (let maxIterations = 0; maxIterations <= 40; maxIterations++) {
      const { logPosterior } = estimateTransition(probs, labels, K, {
        maxIterations,
        tolerance: 0,
      });
      expect(logPosterior).toBeGreaterThan(last - MONOTONE_ROUNDING);
      last = logPosterior;
    }
  });

  it('the optimum does not depend on the start', () => {
    const { probs, labels } = synthetic(2000, asymmetric, 3);
    const options = { tolerance: 1e-13, maxIterations: 20_000 };
    const start = Float64Array.from(
      [
        [0.1, 0.1, 0.1, 0.7],
        [0.7, 0.1, 0.1, 0.1],
        [0.1, 0.7, 0.1, 0.1],
        [0.1, 0.1, 0.7, 0.1],
      ].flat(),
    );
    const a = estimateTransition(probs, labels, K, options);
    const b = estimateTransition(probs, labels, K, { ...options, start });
    expect(largestError(a.transition, b.transition)).toBeLessThan(SAME_OPTIMUM);
  });

  it('a class without rows gets the row of the prior; all entries stay above 0', () => {
    const { transition } = estimateTransition(
      Float64Array.of(1, 0, 0, 0, 1, 0, 1, 0, 0),
      Int32Array.of(0, 1, 0),
      3,
    );
    [0.9 / 1, 0.05, 0.05].forEach((entry, j) => {
      expect(transition[6 + ((2 + j) % 3)]).toBeCloseTo(entry, 12);
    });
    expect(Math.min(...transition)).toBeGreaterThan(0);
    // Two rows of class 0, both labelled 0, and one pseudo-row.
    expect(transition[0]).toBeCloseTo((2 + 0.9) / 3, 12);
  });

  it('no rows give the prior', () => {
    const { transition, logLikelihood } = estimateTransition(
      new Float64Array(0),
      new Int32Array(0),
      2,
    );
    expect(transition[0]).toBeCloseTo(0.9, 12);
    expect(transition[1]).toBeCloseTo(0.1, 12);
    expect(logLikelihood).toBe(0);
  });

  it('refuses wrong input', () => {
    const labels = Int32Array.of(0);
    const probs = Float64Array.of(0.5, 0.5);
    expect(() => estimateTransition(probs, Int32Array.of(0, 1), 2)).toThrow(
      'estimateTransition probs: expected 2 rows of 2 = 4 numbers, received 2',
    );
    expect(() => estimateTransition(probs, Int32Array.of(2), 2)).toThrow('a label from 0 to 1');
    expect(() => estimateTransition(Float64Array.of(0.5, 0.6), labels, 2)).toThrow('sum of 1');
    expect(() => estimateTransition(probs, labels, 2, { priorWeight: 0 })).toThrow('(0, ∞)');
    expect(() =>
      estimateTransition(probs, labels, 2, { start: Float64Array.of(1, 0, 0, 1) }),
    ).toThrow('estimateTransition start, row 0, column 1: expected a number above 0, received 0');
  });
});
