import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stream } from '../../src/core/index.ts';
import { Batches, gatherInts, gatherRows } from '../../src/data/index.ts';

describe('Batches', () => {
  it('gives full batches of distinct rows, other ones each epoch, the same for a seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(), fc.nat(), (n, pick, seed) => {
        const b = 1 + (pick % n);
        const batches = new Batches(n, b, stream(seed, 'shuffle'));
        const again = new Batches(n, b, stream(seed, 'shuffle'));
        for (let epoch = 0; epoch < 2; epoch++) {
          const cut = [...batches.epoch()];
          expect(cut.length).toBe(batches.perEpoch);
          expect(cut.map((rows) => rows.length)).toEqual(cut.map(() => b));
          const rows = cut.flatMap((part) => [...part]);
          expect(new Set(rows).size).toBe(Math.floor(n / b) * b);
          expect(rows.every((row) => row >= 0 && row < n)).toBe(true);
          expect([...again.epoch()].flatMap((part) => [...part])).toEqual(rows);
        }
      }),
      { seed: 1 },
    );
  });

  it('leaves out other rows each epoch', () => {
    const batches = new Batches(10, 4, stream(3, 'shuffle'));
    const left = () => {
      const rows = new Set([...batches.epoch()].flatMap((part) => [...part]));
      return [...Array(10).keys()].filter((row) => !rows.has(row)).join(' ');
    };
    const all = new Set(Array.from({ length: 20 }, left));
    expect(all.size).toBeGreaterThan(5);
    expect(all.has('8 9')).toBe(false);
  });

  it('refuses a batch larger than the rows', () => {
    expect(() => new Batches(3, 4, stream(1, 'shuffle'))).toThrow(
      'batches, batch size: expected an integer from 1 to 3, received 4',
    );
  });
});

describe('gather', () => {
  it.each([2, 64])('copies rows of %i values', (size) => {
    const source = Float32Array.from({ length: 3 * size }, (_, i) => i);
    const out = gatherRows(source, size, Uint32Array.of(2, 0, 2), new Float32Array(3 * size));
    const row = (r: number) => [...source.subarray(r * size, (r + 1) * size)];
    expect([...out]).toEqual([...row(2), ...row(0), ...row(2)]);
    expect(() => gatherRows(source, size, [3], new Float32Array(size))).toThrow(
      'gatherRows: expected row indices from 0 to 2, received 3',
    );
    expect(() => gatherRows(source, size, [1], new Float32Array(1))).toThrow(
      `gatherRows: expected room for ${size} values in out, received 1`,
    );
  });

  it('copies integers', () => {
    expect([...gatherInts(Int32Array.of(5, 6, 7), [2, 1], new Int32Array(2))]).toEqual([7, 6]);
    expect(() => gatherInts(Int32Array.of(5), [1], new Int32Array(1))).toThrow(
      'gatherInts: expected row indices from 0 to 0, received 1',
    );
  });
});
