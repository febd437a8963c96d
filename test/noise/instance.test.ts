import { describe, expect, it } from 'vitest';
import { stream } from '../../src/core/index.ts';
import type { FeatureRows } from '../../src/noise/index.ts';
import {
  empiricalTransition,
  instanceNoise,
  instanceProbabilities,
} from '../../src/noise/index.ts';
import { isClose, tolerances } from '../tolerances.ts';
import { chiSquare, chiSquare999, countCells, cycle } from './chi-square.ts';

const K = 10;
const N = 20_000;
const D = 5;

/** Normal features on scales from 1 to 10⁴, far from 0. */
function makeFeatures(n: number): Float32Array {
  const rng = stream(1, 'features');
  return Float32Array.from({ length: n * D }, (_, i) => 10 ** (i % D) * (3 + rng.normal()));
}

/** The mean of N(mean, 0.1²) truncated to [0, 1], by the midpoint rule. */
function truncatedMean(mean: number): number {
  let total = 0;
  let moment = 0;
  for (let i = 0; i < 100_000; i++) {
    const x = (i + 0.5) / 100_000;
    const weight = Math.exp(-0.5 * ((x - mean) / 0.1) ** 2);
    total += weight;
    moment += weight * x;
  }
  return moment / total;
}

describe('instance noise', () => {
  const labels = cycle(N, K);
  const features = makeFeatures(N);
  const noise = instanceNoise(0.2);

  it('fits the law of its rows (χ²; the cells vary less than for equal rows)', () => {
    const probs = instanceProbabilities(0.2, labels, K, stream(1, 'noise'), features);
    const expected = new Float64Array(K * K);
    for (const [row, label] of labels.entries()) {
      for (let j = 0; j < K; j++) {
        const cell = label * K + j;
        expected[cell] = (expected[cell] as number) + (probs[row * K + j] as number);
      }
    }
    const { labels: noisy } = noise.corrupt(labels, K, stream(1, 'noise'), { features });
    expect(chiSquare(countCells(labels, noisy, K), expected)).toBeLessThan(
      chiSquare999[K * (K - 1)] as number,
    );
  });

  it.each([0.1, 0.2, 0.5, 1])('flip rates around %s have the truncated mean', (rate) => {
    const probs = instanceProbabilities(rate, labels, K, stream(2, 'noise'), features);
    const rates = Array.from(labels, (label, row) => 1 - (probs[row * K + label] as number));
    const mean = rates.reduce((a, b) => a + b, 0) / N;
    const error = tolerances.deviations * (0.1 / Math.sqrt(N));
    expect(Math.abs(mean - truncatedMean(rate))).toBeLessThan(error);
    expect(rates.every((r) => r >= 0 && r <= 1)).toBe(true);
  });

  it('takes features row by row: the same law, bit for bit', () => {
    const missing = makeFeatures(50).map((value, i) => (i % 7 === 0 ? Number.NaN : value));
    const read = (row: number, out: Float32Array) =>
      out.set(missing.subarray(row * D, (row + 1) * D));
    const some = labels.subarray(0, 50);
    const lawOf = (given: Float32Array | FeatureRows) =>
      instanceProbabilities(0.2, some, K, stream(3, 'noise'), given);
    expect(lawOf({ rows: 50, size: D, read })).toEqual(lawOf(missing));
    expect(() => lawOf({ rows: 49, size: D, read })).toThrow(
      'noise instance: expected the features of 50 rows, received 245 numbers',
    );
  });

  it('every row is a law, the off-diagonal the softmax of the standardised features', () => {
    // Two rows of one feature, at −1 and +1 when standardised: the softmaxes are inverse.
    const own = Int32Array.of(0, 0);
    const probs = instanceProbabilities(0.3, own, 3, stream(1, 'x'), Float32Array.of(1000, 3000));
    const rng = stream(1, 'x');
    const w = Float32Array.from({ length: 9 }, () => rng.normal());
    for (const [row, x] of [-1, 1].entries()) {
      const [stay, one, two] = probs.subarray(row * 3, row * 3 + 3) as unknown as number[];
      const sum = (stay as number) + (one as number) + (two as number);
      expect(isClose(sum, 1, tolerances.float64)).toBe(true);
      const ratio = Math.exp(x * ((w[1] as number) - (w[2] as number)));
      expect(isClose((one as number) / (two as number) / ratio, 1, tolerances.float64)).toBe(true);
    }
  });

  it('depends on the features: rows alike go wrong alike', () => {
    const { labels: noisy, mask } = noise.corrupt(labels, K, stream(1, 'noise'), { features });
    // Among changed rows of one class, those with a low first feature get other labels.
    const byHalf = [new Float64Array(K), new Float64Array(K)] as const;
    for (const [row, label] of noisy.entries()) {
      if (mask[row] === 0 || labels[row] !== 0) continue;
      const half = byHalf[(features[row * D] as number) < 3 ? 0 : 1];
      half[label] = (half[label] as number) + 1;
    }
    const size = byHalf.map((half) => half.reduce((a, b) => a + b, 0)) as [number, number];
    const apart = byHalf[0].reduce(
      (sum, count, j) => sum + Math.abs(count / size[0] - (byHalf[1][j] as number) / size[1]),
      0,
    );
    expect(apart).toBeGreaterThan(tolerances.plainDifference);
  });

  it('does not depend on the scale of a feature, and takes missing and constant ones', () => {
    const scaled = features.map((x, i) => (i % D === 0 ? 1024 * x : x));
    const plain = noise.corrupt(labels, K, stream(3, 'noise'), { features });
    expect(noise.corrupt(labels, K, stream(3, 'noise'), { features: scaled })).toEqual(plain);
    const gaps = features.map((x, i) => (i % D === 1 ? Number.NaN : i % D === 2 ? 7 : x));
    const { noiseRate } = noise.corrupt(labels, K, stream(3, 'noise'), { features: gaps });
    const error = tolerances.deviations * Math.sqrt((0.2 * 0.8) / N);
    expect(Math.abs(noiseRate - truncatedMean(0.2))).toBeLessThan(error);
  });

  it('repeats itself from the same seed and says what happened', () => {
    const first = noise.corrupt(labels, K, stream(5, 'noise'), { features });
    expect(labels).toEqual(cycle(N, K));
    expect(noise.corrupt(labels, K, stream(5, 'noise'), { features })).toEqual(first);
    expect(noise.corrupt(labels, K, stream(6, 'noise'), { features }).labels).not.toEqual(
      first.labels,
    );
    expect(first.transition).toEqual(empiricalTransition(labels, first.labels, K));
    const changed = first.labels.filter((label, row) => label !== labels[row]).length;
    expect([first.noiseRate, first.mask.reduce((a, b) => a + b, 0)]).toEqual([
      changed / N,
      changed,
    ]);
  });

  it('has no matrix, and changes nothing at rate 0 or without rows', () => {
    expect(noise.transition(K)).toBeUndefined();
    const none = instanceNoise(0).corrupt(labels, K, stream(1, 'noise'));
    expect([none.noiseRate, none.labels]).toEqual([0, labels]);
    const empty = { features: new Float32Array(0) };
    expect(noise.corrupt(new Int32Array(0), K, stream(1, 'x'), empty).noiseRate).toBe(0);
  });

  it.each([
    [
      undefined,
      'noise instance: expected the features of 2 rows, received none; pass { features }',
    ],
    [Float32Array.of(1, 2, 3), 'expected the features of 2 rows, received 3 numbers'],
    [
      Float32Array.of(1, Number.POSITIVE_INFINITY),
      'noise instance, features, row 1: expected a number in (-∞, ∞), received Infinity',
    ],
  ])('refuses features %#', (given, message) => {
    const act = () => noise.corrupt(Int32Array.of(0, 1), 2, stream(1, 'x'), { features: given });
    expect(act).toThrow(message);
  });
});
