import { describe, expect, it } from 'vitest';
import { averagedFitInPieces } from '../../src/calibration/averaged.ts';
import { classShares } from '../../src/calibration/class-shares.ts';
import {
  applyTemperature,
  calibrate,
  calibrationError,
  fitTemperature,
  fitTemperatureAndTransition,
  noisyCalibrationError,
  TEMPERATURE_RANGE,
} from '../../src/calibration/index.ts';
import { finish, stream } from '../../src/core/index.ts';
import {
  empiricalTransition,
  identityTransition,
  noisyProbabilities,
  symmetricNoise,
  symmetricTransition,
} from '../../src/noise/index.ts';
import { drawClasses, normalScores, range, softmax } from '../noise/synthetic.ts';

/**
 * |log(τ/τ*)| at n = 20,000, k = 10: the standard deviation over 8 seeds is 0.01 without noise and
 * 0.02 at rate 0.6 (0.02 also at 0.4 with T unknown); four of the larger.
 */
const LOG_TEMPERATURE_TOLERANCE = 0.08;

/** Largest entry error of the joint fit's T at n = 20,000, k = 10, rate 0.4: 0.03 over 8 fits. */
const ENTRY_TOLERANCE = 0.05;

/** Without T, τ came out 3.2 to 7.4 times too large at rates 0.4 and 0.6. */
const PLAIN_RATIO = 2.5;

/** −log(τ/τ*) with T from hard predictions: 0.31 measured, far outside the tolerance above. */
const TRAP_BIAS = 0.2;

/** The true top probability there is 0.58; only the prior keeps it from 1. */
const ONE_HOT = 0.95;

/** Golden section stops at 1e-6 in log τ; the likelihood is quadratic there, so its own error is
 * about the square root of rounding, 1e-8. */
const SEARCH_TOLERANCE = 1e-5;

/** ECE of exactly calibrated rows at n = 20,000 in 15 bins: at most √(bins/n)/2 = 0.014. */
const ECE_CALIBRATED = 0.015;

const K = 10;
const N = 20_000;

function synthetic(temperature: number, deviation: number, rate: number, seed = 1, n = N) {
  const rng = stream(seed, 'synthetic');
  const scores = normalScores(n, K, deviation, rng);
  const trueLabels = drawClasses(softmax(scores, K, temperature), K, range(n), rng);
  const transition = symmetricTransition(K, rate);
  const noisyLabels = drawClasses(transition, K, trueLabels, rng);
  return { scores, trueLabels, noisyLabels, transition };
}

const logRatio = (temperature: number, truth: number): number =>
  Math.abs(Math.log(temperature / truth));

/** The confusion of the top class with the labels, rows divided by their sums. */
function hardTransition(scores: Float64Array, labels: Int32Array): Float64Array {
  const top = labels.map((_, row) => {
    const z = scores.subarray(row * K, (row + 1) * K);
    return z.indexOf(Math.max(...z));
  });
  return empiricalTransition(top, labels, K);
}

describe('applyTemperature', () => {
  it('is the softmax of scores/τ', () => {
    const scores = Float64Array.of(0, Math.log(3), 2, 2);
    const probs = [...applyTemperature(scores, 2, 1), ...applyTemperature(scores, 2, 0.5)];
    [0.25, 0.75, 0.5, 0.5, 0.1, 0.9, 0.5, 0.5].forEach((p, i) => {
      expect(probs[i]).toBeCloseTo(p, 14);
    });
  });

  it('is stable for large scores and refuses bad input', () => {
    expect([...applyTemperature(Float64Array.of(1e4, -1e4), 2, 1e-4)]).toEqual([1, 0]);
    expect(() => applyTemperature(Float64Array.of(1, 2, 3), 2, 1)).toThrow('a multiple of k = 2');
    expect(() => applyTemperature(Float64Array.of(1, Number.NaN), 2, 1)).toThrow('row 0, class 1');
    expect(() => applyTemperature(Float64Array.of(1, 2), 2, 0)).toThrow('(0, ∞)');
  });
});

describe('fitTemperature', () => {
  it.each([
    { temperature: 1, deviation: 3, rate: 0 },
    { temperature: 1, deviation: 3, rate: 0.4 },
    { temperature: 1, deviation: 3, rate: 0.6 },
    { temperature: 0.05, deviation: 0.2, rate: 0.4 }, // like scores on the unit sphere
    { temperature: 50, deviation: 150, rate: 0.6 }, // large logits
  ])('recovers τ with T known: %o', ({ temperature, deviation, rate }) => {
    const { scores, noisyLabels, transition } = synthetic(temperature, deviation, rate);
    const fit = fitTemperature(scores, noisyLabels, K, { transition });
    expect(logRatio(fit.temperature, temperature)).toBeLessThan(LOG_TEMPERATURE_TOLERANCE);
  });

  it.each([
    { temperature: 1, deviation: 3, rate: 0.4 },
    { temperature: 1, deviation: 3, rate: 0.6 },
    { temperature: 0.05, deviation: 0.2, rate: 0.4 },
    { temperature: 50, deviation: 150, rate: 0.6 },
  ])('plain likelihood takes noise for doubt: %o', ({ temperature, deviation, rate }) => {
    const { scores, noisyLabels } = synthetic(temperature, deviation, rate);
    const plain = fitTemperature(scores, noisyLabels, K, { transition: identityTransition(K) });
    expect(plain.temperature / temperature).toBeGreaterThan(PLAIN_RATIO);
  });

  it('calibrates for the true label, where the plain fit does not', () => {
    const { scores, trueLabels, noisyLabels, transition } = synthetic(0.05, 0.2, 0.4);
    const ece = (t: Float64Array): number => {
      const { temperature } = fitTemperature(scores, noisyLabels, K, { transition: t });
      return calibrationError(applyTemperature(scores, K, temperature), trueLabels, K);
    };
    expect(ece(transition)).toBeLessThan(ECE_CALIBRATED);
    expect(ece(identityTransition(K))).toBeGreaterThan(0.3);
  });

  it('with the identity is ordinary temperature scaling: three of four right at margin 1', () => {
    // With the row of the prior, half of which is right, p(right) = σ(1/τ) = 3.5/5, so τ = 1/ln(7/3).
    const { temperature, nll } = fitTemperature(
      Float64Array.of(1, 0, 1, 0, 0, 1, 1, 0),
      Int32Array.of(0, 0, 1, 1),
      2,
      { transition: identityTransition(2) },
    );
    expect(logRatio(temperature, 1 / Math.log(7 / 3))).toBeLessThan(SEARCH_TOLERANCE);
    expect(nll).toBeCloseTo(-(0.75 * Math.log(0.7) + 0.25 * Math.log(0.3)), 5);
  });

  it('undoes noise by hand: 5 of 7 right under 25 % noise means p = 3/4', () => {
    // With p = σ(1/τ) a label is right with q = 1/4 + p/2. The slope of 5 ln q + 2 ln(1 − q) + (ln p + ln(1 − p))/2, the
    // prior's row, is 5/2/(5/8) − 2/2/(3/8) + 1/2/(3/4) − 1/2/(1/4) = 4 − 8/3 + 2/3 − 2 = 0 at p = 3/4, so τ = 1/ln 3.
    const noisyLabels = Int32Array.from({ length: 7 }, (_, row) => (row < 5 ? 0 : 1));
    const scores = Float64Array.from({ length: 14 }, (_, i) => (i % 2 === 0 ? 1 : 0));
    const { temperature } = fitTemperature(scores, noisyLabels, 2, {
      transition: symmetricTransition(2, 0.25),
    });
    expect(logRatio(temperature, 1 / Math.log(3))).toBeLessThan(SEARCH_TOLERANCE);
  });

  it('is equivariant: scores times c give τ times c', () => {
    const { scores, noisyLabels, transition } = synthetic(1, 3, 0.4, 2, 2000);
    const one = fitTemperature(scores, noisyLabels, K, { transition }).temperature;
    const scaled = scores.map((z) => 7 * z);
    const seven = fitTemperature(scaled, noisyLabels, K, { transition }).temperature;
    expect(logRatio(seven, 7 * one)).toBeLessThan(SEARCH_TOLERANCE);
  });

  it.each([1, 9, 200])('of %d rows that are all right makes no certainty', (n) => {
    // the prior's row has half of its weight on the other class: p(right) = (n + 1/2)/(n + 1) = σ(1/τ)
    const scores = Float64Array.from({ length: 2 * n }, (_, i) => (i % 2 === 0 ? 1 : 0));
    const { temperature } = fitTemperature(scores, new Int32Array(n), 2, {
      transition: identityTransition(2),
    });
    expect(logRatio(temperature, 1 / Math.log(2 * n + 1))).toBeLessThan(SEARCH_TOLERANCE);
  });

  it('with the transition estimated, too, makes none either', () => {
    const n = 200;
    const scores = Float64Array.from({ length: 2 * n }, (_, i) => (i % 2 === 0 ? 1 : 0));
    const { temperature } = fitTemperatureAndTransition(scores, new Int32Array(n), 2);
    expect(Math.max(...applyTemperature(scores.subarray(0, 2), 2, temperature))).toBeLessThan(1);
    expect(temperature).toBeGreaterThan(TEMPERATURE_RANGE[0]);
  });

  it('stays inside its range when the scores say nothing, and finite when they are huge', () => {
    const wrong = fitTemperature(Float64Array.of(1, 0), Int32Array.of(1), 2, {
      transition: identityTransition(2),
    });
    expect(wrong.temperature).toBeLessThanOrEqual(TEMPERATURE_RANGE[1]);
    expect(logRatio(wrong.temperature, TEMPERATURE_RANGE[1])).toBeLessThan(SEARCH_TOLERANCE);
    const huge = fitTemperature(Float64Array.of(1e4, -1e4), Int32Array.of(1), 2, {
      transition: symmetricTransition(2, 0.25),
    });
    expect(huge.nll).toBeCloseTo(Math.log(2), 0);
  });

  it('refuses wrong input', () => {
    const transition = identityTransition(2);
    const attempt = (scores: number[], labels: number[], t = transition) =>
      fitTemperature(Float64Array.from(scores), Int32Array.from(labels), 2, { transition: t });
    expect(() => attempt([1, 2], [0, 1])).toThrow(
      'expected 2 rows of 2, as many as labels, received 1',
    );
    expect(() => attempt([], [])).toThrow('fitTemperature labels: expected at least one row');
    expect(() => attempt([1, 2], [2])).toThrow('a label from 0 to 1');
    expect(() => attempt([1, 2], [0], Float64Array.of(1, 0, 0, 0.5))).toThrow('a sum of 1');
    expect(() => attempt([1, 2], [0], Float64Array.of(0, 1, 0, 1))).toThrow(
      'fitTemperature transition, column 0: expected an entry above 0, since label 0 occurs',
    );
  });
});

describe('fitTemperatureAndTransition', () => {
  it('recovers τ and T together at rate 0.4', () => {
    const { scores, noisyLabels, transition } = synthetic(0.05, 0.2, 0.4);
    const fit = fitTemperatureAndTransition(scores, noisyLabels, K);
    expect(logRatio(fit.temperature, 0.05)).toBeLessThan(LOG_TEMPERATURE_TOLERANCE);
    fit.transition.forEach((entry, cell) => {
      expect(Math.abs(entry - (transition[cell] as number))).toBeLessThan(ENTRY_TOLERANCE);
    });
    // The likelihood at the maximum beats the one at the truth.
    const truth = noisyProbabilities(softmax(scores, K, 0.05), K, transition);
    const nllOfTruth =
      noisyLabels.reduce((sum, y, row) => sum - Math.log(truth[row * K + y] as number), 0) / N;
    expect(fit.nll).toBeLessThan(nllOfTruth);
    expect(fit.nll).toBeGreaterThan(nllOfTruth - 0.01);
  });

  it('the trap it avoids: τ given T from hard predictions is too small', () => {
    const { scores, noisyLabels } = synthetic(0.05, 0.2, 0.4);
    const transition = hardTransition(scores, noisyLabels);
    const { temperature } = fitTemperature(scores, noisyLabels, K, { transition });
    expect(Math.log(temperature / 0.05)).toBeLessThan(-TRAP_BIAS);
    // The model's own errors went into T: the diagonal is below the true 0.6 in every row.
    for (let i = 0; i < K; i++) expect(transition[i * K + i]).toBeLessThan(0.6 - ENTRY_TOLERANCE);
  });

  it('… and where all margins are equal it runs to where softmax is one-hot', () => {
    const rng = stream(1, 'synthetic');
    const scores = new Float64Array(2000 * K);
    for (let row = 0; row < 2000; row++) scores[row * K + rng.integer(K)] = 1;
    const trueLabels = drawClasses(softmax(scores, K, 0.4), K, range(2000), rng);
    const known = symmetricTransition(K, 0.4);
    const noisyLabels = drawClasses(known, K, trueLabels, rng);
    const transition = hardTransition(scores, noisyLabels);
    const { temperature } = fitTemperature(scores, noisyLabels, K, { transition });
    expect(Math.max(...applyTemperature(scores.subarray(0, K), K, temperature))).toBeGreaterThan(
      ONE_HOT,
    );
  });
});

describe('calibration error', () => {
  it('by hand, in five bins', () => {
    // (0.6, 0.8]: 0.7 right, 0.8 wrong: |0.5 − 0.75|·2/4; (0.8, 1]: 0.9 and 1 right: |1 − 0.95|·2/4.
    const probs = Float64Array.of(0.7, 0.3, 0.2, 0.8, 0.9, 0.1, 0, 1);
    expect(calibrationError(probs, Int32Array.of(0, 0, 0, 1), 2, 5)).toBeCloseTo(0.15, 14);
    // One bin: |0.75 − 0.85|.
    expect(calibrationError(probs, Int32Array.of(0, 0, 0, 1), 2, 1)).toBeCloseTo(0.1, 14);
  });

  it('is 0 and 1 at the ends', () => {
    const probs = Float64Array.of(1, 0, 1, 0);
    expect(calibrationError(probs, Int32Array.of(0, 0), 2)).toBe(0);
    expect(calibrationError(probs, Int32Array.of(1, 1), 2)).toBe(1);
  });

  it('noisy: compares Tᵀp with the noisy labels, by hand', () => {
    const probs = Float64Array.of(1, 0, 1, 0, 1, 0, 1, 0);
    const quarter = symmetricTransition(2, 0.25);
    // Tᵀp = (0.75, 0.25): three of four labels 0 are exactly right, all four are off by 0.25.
    expect(noisyCalibrationError(probs, Int32Array.of(0, 0, 0, 1), 2, quarter)).toBe(0);
    expect(noisyCalibrationError(probs, Int32Array.of(0, 0, 0, 0), 2, quarter)).toBe(0.25);
  });

  it('noisy: small for the right τ, larger for a wrong one', () => {
    const { scores, trueLabels } = synthetic(1, 3, 0);
    const noise = symmetricNoise(0.4);
    const { labels } = noise.corrupt(trueLabels, K, stream(1, 'noise'));
    const at = (temperature: number): number =>
      noisyCalibrationError(
        applyTemperature(scores, K, temperature),
        labels,
        K,
        noise.transition(K),
      );
    expect(at(1)).toBeLessThan(ECE_CALIBRATED);
    expect(at(3)).toBeGreaterThan(5 * ECE_CALIBRATED);
    expect(at(0.1)).toBeGreaterThan(3 * ECE_CALIBRATED);
  });

  it('refuses wrong input', () => {
    const probs = Float64Array.of(0.5, 0.5);
    expect(() => calibrationError(probs, Int32Array.of(0), 2, 0)).toThrow('bins');
    expect(() => calibrationError(probs, Int32Array.of(0, 1), 2)).toThrow('2 rows of 2');
    expect(() => calibrationError(new Float64Array(0), new Int32Array(0), 2)).toThrow('one row');
  });
});

describe('calibrate', () => {
  const { scores, trueLabels, noisyLabels, transition } = synthetic(0.05, 0.2, 0.4, 1, 4000);
  const half = (start: number, labels: Int32Array) => ({
    scores: scores.slice(start * K, (start + 2000) * K),
    labels: labels.slice(start, start + 2000),
  });
  const validation = half(0, noisyLabels);
  const test = half(2000, trueLabels);
  const rows = (matrix: Float64Array) =>
    Array.from({ length: K }, (_, i) => Array.from(matrix.subarray(i * K, i * K + K)));

  it('fits through a known transition, and measures both parts', () => {
    const fit = fitTemperature(validation.scores, validation.labels, K, { transition });
    const probs = (z: Float64Array) => applyTemperature(z, K, fit.temperature);
    expect(calibrate({ classCount: K, validation, test, transition })).toEqual({
      temperature: fit.temperature,
      transition: 'known',
      matrix: rows(transition),
      classShares: classShares(probs(validation.scores), K),
      validationError: noisyCalibrationError(
        probs(validation.scores),
        validation.labels,
        K,
        transition,
      ),
      testError: calibrationError(probs(test.scores), test.labels, K),
    });
  });

  it('estimates what is not known, and reports only what there is', () => {
    const fit = finish(averagedFitInPieces(validation.scores, validation.labels, K));
    const probs = applyTemperature(validation.scores, K, fit.temperature);
    const { matrix, ...found } = calibrate({ classCount: K, validation });
    expect(matrix).toEqual(rows(fit.transition));
    expect(found).toEqual({
      temperature: fit.temperature,
      transition: 'estimated',
      classShares: classShares(probs, K),
      validationError: noisyCalibrationError(probs, validation.labels, K, fit.meanTransition),
    });
  });

  it('leaves the scores as they are without validation rows', () => {
    expect(calibrate({ classCount: K, test, transition })).toEqual({
      temperature: 1,
      transition: 'none',
    });
  });
});
