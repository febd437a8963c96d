import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stream } from '../../src/core/index.ts';
import { stratifiedSplit } from '../../src/data/index.ts';

describe('stratifiedSplit', () => {
  it('rounds by largest remainder, ties to the lower class', () => {
    const labels = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2];
    // shares at 0.3: 1.5, 1.5, 1.2 of 4
    const { part } = stratifiedSplit(labels, 3, 0.3, stream(1, 'split'));
    const counts = [0, 1, 2].map((c) => [...part].filter((row) => labels[row] === c).length);
    expect(counts).toEqual([2, 1, 1]);
  });

  it('takes singletons last', () => {
    const labels = [0, 1, 1, 1, 1];
    expect([...stratifiedSplit(labels, 2, 0.6, stream(1, 'split')).rest]).toContain(0);
    expect([...stratifiedSplit(labels, 2, 0.8, stream(1, 'split')).part]).toContain(0);
  });

  it('is seeded', () => {
    const labels = Array.from({ length: 100 }, (_, i) => i % 4);
    const parts = [1, 1, 2].map((seed) => [
      ...stratifiedSplit(labels, 4, 0.25, stream(seed, 'split')).part,
    ]);
    expect(parts[1]).toEqual(parts[0]);
    expect(parts[2]).not.toEqual(parts[0]);
  });

  it('partitions the rows, keeps sizes and leaves no class of two or more without a row', () => {
    const labelsAndSeed = fc.record({
      labels: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 2, maxLength: 80 }),
      fraction: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(labelsAndSeed, ({ labels, fraction, seed }) => {
        const n = labels.length;
        const size = Math.round(n * fraction);
        fc.pre(size > 0 && size < n);
        const { rest, part } = stratifiedSplit(labels, 5, fraction, stream(seed, 'split'));
        expect([...rest, ...part].sort((a, b) => a - b)).toEqual(labels.map((_, i) => i));
        expect([...part]).toEqual([...part].sort((a, b) => a - b));
        expect([...rest]).toEqual([...rest].sort((a, b) => a - b));
        const counts = [0, 1, 2, 3, 4].map((c) => labels.filter((y) => y === c).length);
        const most = counts.reduce((sum, m) => sum + (m > 1 ? m - 1 : m), 0);
        expect(part.length).toBe(Math.min(size, most));
        for (const [c, m] of counts.entries()) {
          if (m < 2) continue;
          const inPart = [...part].filter((row) => labels[row] === c).length;
          expect(inPart).toBeLessThan(m);
          const free = counts.every((x) => x === 0 || x * (1 - fraction) >= 1);
          expect(!free || Math.abs(inPart - m * fraction) < 1).toBe(true);
        }
      }),
      { seed: 1 },
    );
  });

  it('refuses what leaves a side empty', () => {
    const rng = stream(1, 'split');
    expect(() => stratifiedSplit([0, 1], 2, 1, rng)).toThrow(
      'stratifiedSplit, fraction: expected a number in (0, 1), received 1',
    );
    expect(() => stratifiedSplit([0, 1], 2, 0.1, rng)).toThrow(
      'stratifiedSplit: expected at least one row in the part, received 2 rows at a fraction of 0.1; ' +
        'give more rows or another fraction',
    );
    expect(() => stratifiedSplit([0, 2], 2, 0.5, rng)).toThrow(
      'stratifiedSplit, labels, row 1: expected a label from 0 to 1, received 2',
    );
  });
});
