import { describe, expect, it } from 'vitest';
import { labelPosterior } from '../../src/audit/index.ts';
import type { Explanation } from '../../src/calibration/explanations.ts';
import { rateInterval } from '../../src/calibration/explanations.ts';
import { fitPool, poolExplanationsInPieces, pooledProbs } from '../../src/calibration/index.ts';
import { finish } from '../../src/core/index.ts';
import type { Fit } from './slow-explanations.ts';
import { slowExplanations } from './slow-explanations.ts';
import { twoClasses } from './two-classes.ts';

/** At each temperature the fast way takes 50 steps of expectation-maximisation for one rate, which is slow where doubt and noise look alike. */
const SLOW_TOLERANCE = 0.08;

const isOneRate = false;

function explained(scores: Float64Array, labels: Int32Array) {
  const fit = fitPool([scores], labels, 2);
  const found = finish(poolExplanationsInPieces([scores], fit, labels, 2, { isOneRate }));
  return { fit, found };
}

/** p(the label is wrong) [n], on average over explanations of scores that are multiplied by a weight. */
function pWrong(
  explanations: readonly Pick<Explanation, 'temperature' | 'transition' | 'share'>[],
  scores: Float64Array,
  weight: number,
  labels: Int32Array,
): Float64Array {
  const mean = new Float64Array(labels.length);
  for (const { temperature, transition, share } of explanations) {
    const probs = pooledProbs([scores], Float64Array.of(weight / temperature), 2);
    const own = labelPosterior(labels, probs, transition).pWrong;
    for (const [row, p] of own.entries()) mean[row] = (mean[row] as number) + share * p;
  }
  return mean;
}

/** What `PooledNoise` estimates for two classes, from 1,000 steps: five rows of each class follow the one rate of both. */
const pooledMatrixOf =
  (labels: Int32Array) =>
  (probs: number[]): Fit => {
    let [a, b] = [0.1, 0.1];
    for (let step = 0; step < 1000; step++) {
      const counts = [0.1, 0.1, 0.1, 0.1];
      for (const [row, p] of probs.entries()) {
        const label = labels[row] as number;
        const zero = (1 - p) * (label === 1 ? a : 1 - a);
        const one = p * (label === 1 ? 1 - b : b);
        for (const [c, mass] of [zero, one].entries()) {
          counts[2 * c + label] = (counts[2 * c + label] as number) + mass / (zero + one);
        }
      }
      const [kept0, wrong0, wrong1, kept1] = counts as [number, number, number, number];
      const rate = (wrong0 + wrong1 - 0.2) / labels.length;
      a = (wrong0 + 5 * rate) / (kept0 + wrong0 + 5);
      b = (wrong1 + 5 * rate) / (kept1 + wrong1 + 5);
    }
    const likelihood = probs.reduce((total, p, row) => {
      const one = p * (1 - b) + (1 - p) * a;
      return total + Math.log(labels[row] === 1 ? one : 1 - one);
    }, 0);
    return { likelihood, posterior: likelihood, rates: [a, b] };
  };

/** p(the label is wrong) [n] where p(class 1) is as the log-odds say, and so many labels are the other class. */
const truePWrong = (odds: Float64Array, labels: Int32Array, rate: number) =>
  odds.map((x, row) => {
    const own = 1 / (1 + Math.exp(labels[row] === 1 ? -x : x));
    return (rate * (1 - own)) / (rate * (1 - own) + (1 - rate) * own);
  });

const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0);

describe('what explains the labels about as well as the best fit of a pool', () => {
  it('has shares that sum to 1, and is the best fit only where rows are many', () => {
    const few = twoClasses(200, { rate: 0.2 });
    const { found } = explained(few.scores, few.labels);
    expect(found.length).toBeGreaterThan(2);
    expect(found.reduce((all, { share }) => all + share, 0)).toBeCloseTo(1, 12);
    const many = twoClasses(100_001, { rate: 0.2 });
    const { fit, found: best } = explained(many.scores, many.labels);
    expect(best).toEqual([{ temperature: 1, transition: fit.transition, share: 1 }]);
  });

  it.each([
    { rate: 0, seed: 3 },
    { rate: 0.2, seed: 4 },
    { rate: 0.4, seed: 5 },
  ])(
    'makes labels as probably wrong as the slow way does, all temperatures and noises one by one: %o',
    (options) => {
      const { scores, labels } = twoClasses(60, { temperature: 2, deviation: 2, ...options });
      const { fit, found } = explained(scores, labels);
      const weight = fit.weights[0] as number;
      const own = pWrong(found, scores, weight, labels);
      const pooled = scores.map((z) => weight * z);
      const slow = slowExplanations(pooled, labels, {
        withNone: false,
        prior: (temperature, row) => -row / 10 - Math.max(0, Math.log(temperature)),
        matrixOf: pooledMatrixOf(labels),
      });
      const expected = pWrong(slow, scores, weight, labels);
      for (const [row, p] of own.entries()) {
        expect(Math.abs(p - (expected[row] as number))).toBeLessThan(SLOW_TOLERANCE);
      }
      expect(Math.abs(sum(own) - sum(expected)) / labels.length).toBeLessThan(0.02);
    },
  );

  it.each([0.2, 0.4])(
    'is wide enough to hold the share of wrong labels of few rows that are hard to tell apart: %s',
    (rate) => {
      let held = 0;
      for (let seed = 1; seed <= 10; seed++) {
        const { scores, labels, odds } = twoClasses(150, { temperature: 2, rate, seed });
        const { fit, found } = explained(scores, labels);
        const truth = sum(truePWrong(odds, labels, rate)) / labels.length;
        const rates = found.map((one) => {
          const own = pWrong([{ ...one, share: 1 }], scores, fit.weights[0] as number, labels);
          return { rate: sum(own) / labels.length, share: one.share };
        });
        const [low, high] = rateInterval(rates);
        if (low <= truth + 0.005 && high >= truth) held++;
      }
      expect(held).toBeGreaterThanOrEqual(9);
    },
  );

  it('finds as many as there are where rows are easy to tell apart', () => {
    const { scores, labels } = twoClasses(2000, { deviation: 6, rate: 0.3 });
    const { fit, found } = explained(scores, labels);
    const share = sum(pWrong(found, scores, fit.weights[0] as number, labels)) / labels.length;
    expect(Math.abs(share - 0.3)).toBeLessThan(0.03);
  });
});
