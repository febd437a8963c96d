import { describe, expect, it, test } from 'vitest';
import { stream } from '../../src/core/index.ts';
import type { LabelNoise } from '../../src/noise/index.ts';
import {
  empiricalTransition,
  noNoise,
  symmetricNoise,
  unknownNoise,
} from '../../src/noise/index.ts';

const K = 10;
const N = 100_000;

/** The 0.999 quantile of χ² with k(k − 1) = 90 degrees of freedom: a sound sampler fails 1 in 1000. */
const CHI2_90_999 = 137.21;

/** The 0.999 quantile of χ² with k(k − 2) = 80 degrees of freedom. */
const CHI2_80_999 = 124.84;

/** Four standard deviations of the share that changes, √(0.4 · 0.6 / n). */
const RATE_TOLERANCE = 4 * Math.sqrt((0.4 * 0.6) / N);

const cycle = (n: number): Int32Array => Int32Array.from({ length: n }, (_, row) => row % K);

/** Σ (seen − expected)²/expected over the cells asked for. */
function chiSquare(labels: Int32Array, noisy: Int32Array, expected: (cell: number) => number) {
  const seen = new Float64Array(K * K);
  labels.forEach((label, row) => {
    const cell = label * K + (noisy[row] as number);
    seen[cell] = (seen[cell] as number) + 1;
  });
  return seen.reduce((sum, count, cell) => {
    const e = expected(cell);
    return e === 0 ? sum : sum + (count - e) ** 2 / e;
  }, 0);
}

describe('symmetric noise', () => {
  it.each([0.1, 0.4, 0.9])('per-row at rate %s fits its matrix (χ²)', (rate) => {
    const labels = cycle(N);
    const noise = symmetricNoise(rate);
    const t = noise.transition(K);
    const noisy = noise.corrupt(labels, K, stream(1, 'noise')).labels;
    const chi2 = chiSquare(labels, noisy, (cell) => (N / K) * (t[cell] as number));
    expect(chi2).toBeLessThan(CHI2_90_999);
  });

  it('the χ² test rejects a sampler that draws among all k classes', () => {
    const labels = cycle(N);
    const rng = stream(1, 'noise');
    const noisy = labels.map((label) => (rng.uniform() < 0.4 ? rng.integer(K) : label));
    const t = symmetricNoise(0.4).transition(K);
    expect(chiSquare(labels, noisy, (cell) => (N / K) * (t[cell] as number))).toBeGreaterThan(
      4 * CHI2_90_999,
    );
  });

  it('per-row changes the share η up to chance', () => {
    const { noiseRate } = symmetricNoise(0.4).corrupt(cycle(N), K, stream(2, 'noise'));
    expect(Math.abs(noiseRate - 0.4)).toBeLessThan(RATE_TOLERANCE);
  });

  it('exact changes exactly round(η·n) rows, to the other classes evenly', () => {
    const labels = cycle(N);
    const {
      labels: noisy,
      mask,
      noiseRate,
    } = symmetricNoise(0.4, 'exact').corrupt(labels, K, stream(1, 'noise'));
    expect(mask.reduce((sum, bit) => sum + bit, 0)).toBe(40_000);
    expect(noiseRate).toBe(0.4);
    // Given how many rows of a class changed, their new classes are even: k(k − 2) degrees.
    const changed = new Float64Array(K);
    labels.forEach((label, row) => {
      changed[label] = (changed[label] as number) + (mask[row] as number);
    });
    const chi2 = chiSquare(labels, noisy, (cell) => {
      const label = Math.floor(cell / K);
      return cell % K === label ? 0 : (changed[label] as number) / (K - 1);
    });
    expect(chi2).toBeLessThan(CHI2_80_999);
  });

  it.each([
    [0.25, 10, 3],
    [0.04, 10, 0],
    [0.05, 10, 1],
    [1, 7, 7],
  ])('exact at rate %s of %s rows changes %s', (rate, n, count) => {
    const { mask } = symmetricNoise(rate, 'exact').corrupt(cycle(n), K, stream(1, 'noise'));
    expect(mask.reduce((sum, bit) => sum + bit, 0)).toBe(count);
  });

  it.each(['per-row', 'exact'] as const)(
    '%s: a higher rate keeps the changes of a lower',
    (mode) => {
      const labels = cycle(2000);
      const low = symmetricNoise(0.2, mode).corrupt(labels, K, stream(3, 'noise'));
      const high = symmetricNoise(0.6, mode).corrupt(labels, K, stream(3, 'noise'));
      const kept = low.mask.reduce(
        (sum, bit, row) => sum + (bit === 1 && high.labels[row] === low.labels[row] ? 1 : 0),
        0,
      );
      expect(kept / labels.length).toBe(low.noiseRate);
      expect(high.noiseRate).toBeGreaterThan(low.noiseRate);
    },
  );

  it('per-row at rate 1 changes every row; two classes swap', () => {
    const { labels, noiseRate, transition } = symmetricNoise(1).corrupt(
      Int32Array.of(0, 1, 1, 0),
      2,
      stream(1, 'noise'),
    );
    expect([...labels]).toEqual([1, 0, 0, 1]);
    expect(noiseRate).toBe(1);
    expect([...transition]).toEqual([0, 1, 1, 0]);
  });

  it('refuses bad rates, labels and one class', () => {
    expect(() => symmetricNoise(-0.1)).toThrow(
      'noise symmetric, rate: expected a number in [0, 1]',
    );
    expect(() => symmetricNoise(0.4).corrupt(Int32Array.of(0, 3), 3, stream(1, 'x'))).toThrow(
      'noise symmetric, labels, row 1: expected a label from 0 to 2, received 3',
    );
    expect(() => symmetricNoise(0.4).corrupt(Int32Array.of(0), 1, stream(1, 'x'))).toThrow(
      'expected an integer of at least 2, received 1',
    );
  });
});

const models: LabelNoise[] = [
  noNoise(),
  unknownNoise(),
  symmetricNoise(0.4),
  symmetricNoise(0.4, 'exact'),
];

describe.each(models.map((noise) => [noise.spec, noise] as const))(
  'every model: %s',
  (_, noise) => {
    it('leaves its input alone and repeats itself from the same seed', () => {
      const labels = cycle(1000);
      const first = noise.corrupt(labels, K, stream(5, 'noise'));
      const second = noise.corrupt(labels, K, stream(5, 'noise'));
      const other = noise.corrupt(labels, K, stream(6, 'noise'));
      expect(labels).toEqual(cycle(1000));
      expect(first.labels).not.toBe(labels);
      expect(second).toEqual(first);
      expect(other.labels.join() === first.labels.join()).toBe(
        ['none', 'unknown'].includes(noise.kind),
      );
    });

    it('reports what happened', () => {
      const labels = cycle(1000);
      const {
        labels: noisy,
        mask,
        noiseRate,
        transition,
      } = noise.corrupt(labels, K, stream(5, 'noise'));
      const changed = [...noisy].filter((label, row) => label !== labels[row]).length;
      expect(noiseRate).toBe(changed / 1000);
      expect([...mask]).toEqual([...noisy].map((label, row) => (label === labels[row] ? 0 : 1)));
      expect(transition).toEqual(empiricalTransition(labels, noisy, K));
    });

    it('takes no rows', () => {
      const { labels, noiseRate } = noise.corrupt(new Int32Array(0), K, stream(5, 'noise'));
      expect([labels.length, noiseRate]).toEqual([0, 0]);
    });
  },
);

describe('rate 0', () => {
  it.each([
    ['none', noNoise()],
    ['unknown', unknownNoise()],
    ['per-row', symmetricNoise(0)],
    ['exact', symmetricNoise(0, 'exact')],
  ] as const)('%s changes nothing', (_, noise) => {
    const given = noise.corrupt(cycle(1000), K, stream(1, 'noise'));
    expect(given.labels).toEqual(cycle(1000));
    expect(given.noiseRate).toBe(0);
    expect(given.mask).toEqual(new Uint8Array(1000));
    expect([...given.transition]).toEqual([...noNoise().transition(K)]);
  });
});

test('none says that labels are right, unknown says nothing', () => {
  expect([...noNoise().transition(2)]).toEqual([1, 0, 0, 1]);
  expect(unknownNoise().transition(2)).toBeUndefined();
  for (const noise of [noNoise(), unknownNoise()]) {
    const wrong = () => noise.corrupt(Int32Array.of(0, 3), 3, stream(1, 'noise'));
    expect(wrong).toThrow(
      `noise ${noise.kind}, labels, row 1: expected a label from 0 to 2, received 3`,
    );
  }
});
