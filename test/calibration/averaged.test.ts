import { describe, expect, it } from 'vitest';
import { averagedFitInPieces } from '../../src/calibration/averaged.ts';
import { calibrate, fitTemperatureAndTransition } from '../../src/calibration/index.ts';
import { spreadRow } from '../../src/calibration/prior.ts';
import { finish, stream } from '../../src/core/index.ts';

/** Scores of two classes that are τ times the log-odds, and labels drawn by them, a share of them wrong. */
function twoClasses(
  n: number,
  { temperature = 1, deviation = 1, rate = 0, seed = 1 } = {},
): { scores: Float64Array; labels: Int32Array; odds: Float64Array } {
  const rng = stream(seed, 'averaged');
  const odds = Float64Array.from({ length: n }, () => deviation * rng.normal());
  const scores = new Float64Array(2 * n);
  const labels = Int32Array.from(odds, (x, row) => {
    scores[2 * row + 1] = temperature * x;
    const isOne = rng.uniform() < 1 / (1 + Math.exp(-x));
    return Number(isOne !== rng.uniform() < rate);
  });
  return { scores, labels, odds };
}

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
  const temperatures = Array.from({ length: 160 }, (_, i) => 10 ** (-2 + i / 27));
  const shares = Array.from({ length: 41 }, (_, i) => Math.max(i / 40, 1e-4));
  const probsAt = (t: number) =>
    Array.from(labels, (_, row) => 1 / (1 + Math.exp(-(scores[2 * row + 1] as number) / t)));
  /** Σ ln p(label) where class 0 becomes 1 at rate a, and 1 becomes 0 at rate b. */
  const likelihood = (probs: number[], a: number, b: number) =>
    probs.reduce((sum, p, row) => {
      const one = p * (1 - b) + (1 - p) * a;
      return sum + Math.log(Math.max(labels[row] === 1 ? one : 1 - one, 1e-300));
    }, 0);
  const prior = (a: number, b: number) =>
    [a, b].reduce((sum, x) => sum + 0.9 * Math.log(1 - Math.min(x, 0.9999)) + 0.1 * Math.log(x), 0);
  const free = temperatures.map((t) => {
    const probs = probsAt(t);
    let best = { likelihood: 0, posterior: Number.NEGATIVE_INFINITY };
    for (const a of shares) {
      for (const b of shares) {
        const own = likelihood(probs, a, b);
        const posterior = own + prior(a, b);
        if (posterior > best.posterior) best = { likelihood: own, posterior };
      }
    }
    return best;
  });
  const even = temperatures.map((t) => {
    const probs = probsAt(t);
    const values = shares.filter((s) => s <= 0.5).map((s) => likelihood(probs, s, s));
    const best = Math.max(...values);
    return { likelihood: best, posterior: best };
  });
  const none = temperatures.map((t) => {
    const own = likelihood(probsAt(t), 0, 0);
    return { likelihood: own, posterior: own };
  });
  const spread = temperatures.map((t) => finish(spreadRow(scores, 2, t)));
  const total = new Array<number>(temperatures.length).fill(0);
  for (const [model, parameters] of [[free, 2] as const, [even, 1] as const, [none, 0] as const]) {
    const at = model.reduce(
      (a, one, i) => (one.posterior > (model[a] as typeof one).posterior ? i : a),
      0,
    );
    const ofModel = Math.exp((model[at] as { likelihood: number }).likelihood - parameters);
    const weights = model.map(({ posterior }, i) =>
      Math.exp(posterior - (spread[i] as number) / 2),
    );
    const sum = weights.reduce((a, b) => a + b, 0);
    for (const [i, weight] of weights.entries())
      total[i] = (total[i] as number) + (ofModel * weight) / sum;
  }
  const all = total.reduce((a, b) => a + b, 0);
  const mean = new Array<number>(n).fill(0);
  for (const [i, t] of temperatures.entries()) {
    for (const [row, p] of probsAt(t).entries())
      mean[row] = (mean[row] as number) + ((total[i] as number) / all) * p;
  }
  const costs = temperatures.map((t, i) => {
    const z = (row: number) => (scores[2 * row + 1] as number) / t;
    const cross = mean.reduce(
      (sum, p, row) =>
        sum + Math.log1p(Math.exp(-Math.abs(z(row)))) + Math.max(z(row), 0) - p * z(row),
      0,
    );
    return (cross + (spread[i] as number)) / n;
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
