import { describe, expect, it } from 'vitest';
import { finish, stream } from '../../src/core/index.ts';
import {
  estimateTransition,
  identityTransition,
  noisyProbabilities,
  pairNoise,
  symmetricTransition,
} from '../../src/noise/index.ts';
import { estimateOneRate, firstOneRate, oneRateTransition } from '../../src/noise/one-rate.ts';
import { normalScores, softmax } from './synthetic.ts';

/** Sums of a few float64 numbers of size 1. */
const ROUNDING_DIGITS = 13;

describe('estimateOneRate', () => {
  it('one step from its start, by hand', () => {
    // Two classes, rows labelled 0 and 1 with p_y = 1 and 0; ρ = 1/2, targets 1/2.
    // Shares drawn: (1/4)/(1/2 + 1/4) = 1/3, and 1. So ρ = (4/3 + 0.1)/(2 + 1), and the targets
    // are (1/3 + 1)/(4/3 + 2) = 0.4 and 0.6.
    const { drawn, targets, logLikelihood } = finish(
      estimateOneRate(Float64Array.of(1, 0), Int32Array.of(0, 1), 2, {
        ...{ maxIterations: 1, tolerance: 0, start: firstOneRate(2) },
      }),
    );
    const rate = (4 / 3 + 0.1) / 3;
    expect(drawn).toBeCloseTo(rate, ROUNDING_DIGITS);
    expect(targets[0]).toBeCloseTo(0.4, ROUNDING_DIGITS);
    expect(targets[1]).toBeCloseTo(0.6, ROUNDING_DIGITS);
    expect(logLikelihood).toBeCloseTo(
      Math.log(1 - rate + rate * 0.4) + Math.log(rate * 0.6),
      ROUNDING_DIGITS,
    );
  });

  it('every step raises the log posterior, and its likelihood is that of its matrix', () => {
    const [k, n] = [6, 300];
    const rng = stream(1, 'one rate');
    const probs = softmax(normalScores(n, k, 2, rng), k, 1);
    const labels = Int32Array.from({ length: n }, () => rng.integer(k));
    const ofLabel = Float64Array.from(labels, (y, row) => probs[row * k + y] as number);
    let last = Number.NEGATIVE_INFINITY;
    for (let maxIterations = 0; maxIterations <= 30; maxIterations++) {
      const found = finish(
        estimateOneRate(ofLabel, labels, k, {
          ...{ maxIterations, tolerance: 0, start: firstOneRate(k) },
        }),
      );
      expect(found.logPosterior).toBeGreaterThanOrEqual(last);
      last = found.logPosterior;
      const start = oneRateTransition(found);
      const same = estimateTransition(probs, labels, k, { start, maxIterations: 0 });
      expect(found.logLikelihood).toBeCloseTo(same.logLikelihood, 9);
    }
  });
});

describe('noisyProbabilities', () => {
  const k = 7;
  const rng = stream(2, 'noisy');
  const probs = softmax(normalScores(20, k, 3, rng), k, 1);
  probs.set([0, 0, 1, 0, 0, 0, 0]);

  it.each([
    ['none', identityTransition(k)],
    ['symmetric', symmetricTransition(k, 0.4)],
    ['symmetric, all wrong', symmetricTransition(k, 1)],
    ['pair', pairNoise(0.3).transition(k)],
    [
      'one rate',
      oneRateTransition({ drawn: 0.3, targets: softmax(normalScores(1, k, 1, rng), k, 1) }),
    ],
    ['any', softmax(normalScores(k, k, 1, rng), k, 1)],
  ])('is the sum over all classes: %s', (_, transition) => {
    const noisy = noisyProbabilities(probs, k, transition as Float64Array);
    for (let row = 0; row < 20; row++) {
      for (let j = 0; j < k; j++) {
        let sum = 0;
        for (let i = 0; i < k; i++) {
          sum +=
            (probs[row * k + i] as number) * ((transition as Float64Array)[i * k + j] as number);
        }
        expect(noisy[row * k + j]).toBeCloseTo(sum, ROUNDING_DIGITS);
        expect(noisy[row * k + j]).toBeGreaterThanOrEqual(0);
      }
    }
  });
});
