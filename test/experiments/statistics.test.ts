import { describe, expect, test } from 'vitest';
import { aggregate } from '../../src/experiments/results/aggregate.ts';
import { markedDifferenceText } from '../../src/experiments/results/number-texts.ts';
import { holm, pairedDifference } from '../../src/experiments/results/statistics.ts';
import { isClose, tolerances } from '../tolerances.ts';
import { overSeeds } from './made-records.ts';

const close = (a: number | undefined, b: number) => isClose(a ?? Number.NaN, b, tolerances.float64);

describe('p-values of differences', () => {
  test('are those of the paired t test', () => {
    const values = (list: number[]) => new Map(list.map((value, seed) => [seed, value]));
    // differences 0.06, 0.04, 0.05: t = 0.05·√3/0.01, of which 1 − t/√(2 + t²) is left with 2 degrees of freedom
    const { pValue } = pairedDifference(values([0.9, 0.86, 0.85]), values([0.84, 0.82, 0.8])) ?? {};
    expect(close(pValue, 0.013072457560346473)).toBe(true);
    expect(pairedDifference(values([0.5, 0.7]), values([0.6, 0.6]))?.pValue).toBe(1);
    expect(pairedDifference(values([0.5]), values([0.6]))?.pValue).toBeUndefined();
  });

  test('and intervals are unknown where all seeds have the same difference, or but for rounding', () => {
    const of = (a: number[], b: number[]) =>
      pairedDifference(new Map(a.entries()), new Map(b.entries()));
    expect(of([0.5, 0.75], [0.25, 0.5])).toEqual({ n: 2, mean: 0.25 });
    expect(of([0.5, 0.75], [0.5, 0.75])).toEqual({ n: 2, mean: 0 });
    const { interval, pValue } = of([0.9, 0.3, 0.7], [0.8, 0.2, 0.6]) ?? {};
    expect([interval, pValue]).toEqual([undefined, undefined]);
    // one row of a hundred million is no rounding
    expect(of([0.5, 0.75], [0.25, 0.5 - 1e-8])?.interval).toBeDefined();
  });

  test('agree with the intervals: 0.05 where an end is at 0', () => {
    const { interval = [0, 0], mean = 0 } =
      pairedDifference(
        new Map([
          [1, 0.2],
          [2, 0.5],
          [3, 0.3],
        ]),
        new Map([1, 2, 3].map((seed) => [seed, 0])),
      ) ?? {};
    const half = mean - interval[0];
    const at = new Map([
      [1, 0.2 - mean + half],
      [2, 0.5 - mean + half],
      [3, 0.3 - mean + half],
    ]);
    const { pValue } = pairedDifference(at, new Map([1, 2, 3].map((seed) => [seed, 0]))) ?? {};
    expect(close(pValue, 0.05)).toBe(true);
  });
});

describe('Holm’s correction', () => {
  test('of an example by hand', () => {
    // in order 0.005 × 4, 0.01 × 3, then 0.03 × 2 and 0.04 × 1, which may not be less than the one before
    const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
    expect([0.03, 0.06, 0.06, 0.02].every((p, i) => close(adjusted[i], p))).toBe(true);
  });

  test('is between the p-value and m times it, keeps the order, and stays within 1', () => {
    const ps = [0.6, 0.2, 1e-9, 0.04, 0.04, 0.9];
    const adjusted = holm(ps);
    for (const [i, p] of ps.entries()) {
      expect(adjusted[i]).toBeGreaterThanOrEqual(p);
      expect(adjusted[i]).toBeLessThanOrEqual(Math.min(1, ps.length * p));
    }
    expect([adjusted[3] === adjusted[4], adjusted[0], adjusted[5]]).toEqual([true, 1, 1]);
    expect(holm([])).toEqual([]);
  });

  test('is over all losses and noises of one data set and network', () => {
    const noises = ['symmetric:0.2', 'symmetric:0.4', 'symmetric:0.6'];
    const records = noises.flatMap((noise) => [
      ...overSeeds([0.9, 0.86, 0.85], { loss: 'gce:q=0.7', noise }),
      ...overSeeds([0.84, 0.82, 0.8], { loss: 'ce', noise }),
    ]);
    const apart = overSeeds([0.9, 0.86, 0.85], { loss: 'gce:q=0.7', model: 'linear' });
    const other = overSeeds([0.84, 0.82, 0.8], { loss: 'ce', model: 'linear' });
    const differences = aggregate([...records, ...apart, ...other]).flatMap((row) =>
      row.againstCe ? [{ model: row.model, ...row.againstCe }] : [],
    );
    const p = 0.013072457560346473;
    const own = (model: string) => differences.filter((difference) => difference.model === model);
    expect(own('linear').map((d) => close(d.adjustedPValue, p))).toEqual([true]);
    expect(own('linear').map(markedDifferenceText)).toEqual(['+5.0 [+2.5, +7.5] *']);
    const three = differences.filter(({ model }) => model !== 'linear');
    expect(three.map((d) => close(d.adjustedPValue, 3 * p))).toEqual([true, true, true]);
    expect(three.map(markedDifferenceText)).toEqual(Array(3).fill('+5.0 [+2.5, +7.5] *'));
    const same = aggregate([
      ...records,
      ...overSeeds([0.75, 0.75, 0.75], { loss: 'gce:q=0.7', noise: 'none' }),
      ...overSeeds([0.5, 0.5, 0.5], { loss: 'ce', noise: 'none' }),
    ]).flatMap(({ againstCe }) => (againstCe ? [markedDifferenceText(againstCe)] : []));
    expect(same).toEqual(['+25.0', ...Array(3).fill('+5.0 [+2.5, +7.5]')]);
    const four = aggregate([
      ...records,
      ...overSeeds([0.9, 0.86, 0.85], { loss: 'gce:q=0.7', noise: 'none' }),
      ...overSeeds([0.84, 0.82, 0.8], { loss: 'ce', noise: 'none' }),
    ]).flatMap(({ againstCe }) => (againstCe ? [markedDifferenceText(againstCe)] : []));
    expect(four).toEqual(Array(4).fill('+5.0 [+2.5, +7.5]'));
  });
});
