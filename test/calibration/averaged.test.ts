import { describe, expect, it } from 'vitest';
import { averagedFitInPieces } from '../../src/calibration/averaged.ts';
import {
  applyTemperature,
  calibrate,
  fitTemperatureAndTransition,
} from '../../src/calibration/index.ts';
import { spreadRow } from '../../src/calibration/prior.ts';
import { finish } from '../../src/core/index.ts';
import { slowExplanations } from './slow-explanations.ts';
import { twoClasses } from './two-classes.ts';

/** Mean over the rows of KL(p ‖ q) of the probabilities p by the log-odds and q = softmax(z/τ). */
function divergence(odds: Float64Array, scores: Float64Array, temperature: number): number {
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
  let sum = 0;
  for (const [row, x] of odds.entries()) {
    const z = (scores[2 * row + 1] as number) / temperature;
    for (const sign of [1, -1]) {
      const [p, q] = [sigmoid(sign * x), Math.max(sigmoid(sign * z), 1e-12)];
      sum += p * Math.log(p / q);
    }
  }
  return sum / odds.length;
}

describe('the temperature of the averaged probabilities', () => {
  it.each([0, 0.3])('is that of the best pair on many rows, at a noise of %s', (rate) => {
    const { scores, labels } = twoClasses(20_000, { temperature: 3, deviation: 4, rate });
    const averaged = finish(averagedFitInPieces(scores, labels, 2));
    const best = fitTemperatureAndTransition(scores, labels, 2);
    expect(Math.abs(Math.log(averaged.temperature / best.temperature))).toBeLessThan(0.03);
    expect(Math.abs(Math.log(averaged.temperature / 3))).toBeLessThan(0.06);
    expect(averaged.transition).toEqual(best.transition);
    for (const cell of [1, 2]) {
      expect(averaged.meanTransition[cell]).toBeCloseTo(best.transition[cell] as number, 1);
    }
  });

  it('does not take doubt for noise on few rows, as the best pair does', () => {
    let [averaged, best] = [0, 0];
    for (let seed = 1; seed <= 20; seed++) {
      const { scores, labels, odds } = twoClasses(150, { temperature: 2, seed });
      averaged += divergence(
        odds,
        scores,
        finish(averagedFitInPieces(scores, labels, 2)).temperature,
      );
      best += divergence(odds, scores, fitTemperatureAndTransition(scores, labels, 2).temperature);
    }
    expect(averaged / 20).toBeLessThan(0.05);
    expect(averaged).toBeLessThan(best / 4);
  });

  it.each([
    { rate: 0, seed: 3 },
    { rate: 0.2, seed: 4 },
    { rate: 0.4, seed: 5 },
  ])('is that of the slow way, all temperatures and noises one by one: %o', (options) => {
    const { scores, labels } = twoClasses(60, { temperature: 2, deviation: 2, ...options });
    const { temperature } = finish(averagedFitInPieces(scores, labels, 2));
    expect(Math.abs(Math.log(temperature / slowly(scores, labels)))).toBeLessThan(0.05);
  });

  it('is what calibrate uses, with the mean matrix for its error', () => {
    const { scores, labels } = twoClasses(200, { rate: 0.2 });
    const fit = finish(averagedFitInPieces(scores, labels, 2));
    const found = calibrate({ classCount: 2, validation: { scores, labels } });
    expect(found.temperature).toBe(fit.temperature);
    expect(found.matrix?.flat()).toEqual([...fit.transition]);
  });

  it('leaves a single class as it is', () => {
    const fit = finish(averagedFitInPieces(Float64Array.of(3, -1), new Int32Array(2), 1));
    expect([...fit.meanTransition]).toEqual([1]);
  });
});

/** What `averagedFitInPieces` does for two classes, by grids over all that is fitted. */
function slowly(scores: Float64Array, labels: Int32Array): number {
  const n = labels.length;
  const explanations = slowExplanations(scores, labels, {
    withNone: true,
    prior: (_, row) => -row / 2,
  });
  const mean = new Array<number>(n).fill(0);
  for (const { temperature, share } of explanations) {
    const probs = applyTemperature(scores, 2, temperature);
    for (let row = 0; row < n; row++)
      mean[row] = (mean[row] as number) + share * (probs[2 * row + 1] as number);
  }
  const temperatures = [...new Set(explanations.map(({ temperature }) => temperature))];
  const costs = temperatures.map((t) => {
    const z = (row: number) => (scores[2 * row + 1] as number) / t;
    const cross = mean.reduce(
      (sum, p, row) =>
        sum + Math.log1p(Math.exp(-Math.abs(z(row)))) + Math.max(z(row), 0) - p * z(row),
      0,
    );
    return (cross + finish(spreadRow(scores, 2, t))) / n;
  });
  return temperatures[costs.indexOf(Math.min(...costs))] as number;
}

describe('the share of wrong labels', () => {
  it('may be none where few rows are hard to tell apart, however much the best pair finds', () => {
    const { scores, labels } = twoClasses(150, { temperature: 2, seed: 2 });
    const [low, high] = finish(averagedFitInPieces(scores, labels, 2)).rates;
    const { transition } = fitTemperatureAndTransition(scores, labels, 2);
    expect(low).toBe(0);
    expect(high).toBeLessThan(0.5);
    expect((transition[1] as number) + (transition[2] as number)).toBeGreaterThan(0.1);
  });

  it('is certain on many clear rows', () => {
    const { scores, labels } = twoClasses(20_000, { deviation: 6, rate: 0.3 });
    const [low, high] = finish(averagedFitInPieces(scores, labels, 2)).rates;
    expect(low).toBeGreaterThan(0.27);
    expect(high).toBeLessThan(0.33);
  });
});
