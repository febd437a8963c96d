import { describe, expect, test } from 'vitest';
import { evaluate, parseLoss } from '../../src/losses/index.ts';
import type { Quantity } from '../../web/rooms/losses/map.ts';
import { mapOf, placeOf, side, triangleHeight } from '../../web/rooms/losses/map.ts';
import { tolerances } from '../tolerances.ts';

const loss = (spec: string) => parseLoss(spec).classLoss;

describe('a map of three classes', () => {
  test('has certainty at its corners, the label above', () => {
    expect(placeOf([1, 0, 0])).toEqual([side / 2, 0]);
    expect(placeOf([0, 1, 0])).toEqual([0, triangleHeight]);
    expect(placeOf([0, 0, 1])).toEqual([side, triangleHeight]);
  });

  test('reaches from the best to the worst prediction', () => {
    const { low, high, bands } = mapOf(loss('ce'), 'value', 0.4);
    // probabilities are drawn from 0.004 on; the grid comes near to that
    expect(low).toBeGreaterThan(0);
    expect(low).toBeLessThan(-Math.log(0.98));
    expect(high).toBeLessThanOrEqual(-Math.log(0.0039));
    expect(high).toBeGreaterThan(-Math.log(0.01));
    expect(bands.map(({ from }) => from)).toEqual(
      bands.map((_, i) => low + ((high - low) * (i + 1)) / 12),
    );
    expect(bands.at(-1)?.share).toBe(1);
  });

  test('bands of cross-entropy begin where the probability of the label is exp(−value)', () => {
    const { bands } = mapOf(loss('ce'), 'value', 0.4);
    const row = triangleHeight / 88;
    for (const { from, path } of bands.slice(0, 8)) {
      const ends = Array.from(path.matchAll(/[ML]([\d.]+),([\d.]+)/g), ([, x, y]) => ({
        x: Number(x),
        y: Number(y),
      }));
      const middle = ends.filter(({ x }) => Math.abs(x - side / 2) < row);
      const top = Math.min(...middle.map(({ y }) => y));
      const [, expected] = placeOf([Math.exp(-from), 0, 0]);
      // contours are interpolated within a row of the grid
      expect(Math.abs(top - expected)).toBeLessThan(row);
    }
  });

  test('marks the minimum of a loss, clean and under noise, and of nothing else', () => {
    const of = (quantity: Quantity) => mapOf(loss('ce'), quantity, 0.4).minimum;
    expect(of('value')).toBe(1);
    expect(of('noisy')).toBeCloseTo(0.6, 7);
    expect(['symmetric', 'insensitive', 'gradient'].map((name) => of(name as Quantity))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('is flat, without bands, for the class-insensitive part of a symmetric loss', () => {
    const { low, high, bands, arrows } = mapOf(loss('sgce:q=0.4'), 'insensitive', 0.4);
    expect(Math.max(Math.abs(low), Math.abs(high))).toBeLessThan(tolerances.float64);
    expect(bands).toEqual([]);
    expect(arrows).toEqual([]);
  });

  test('of the symmetric part of cross-entropy is that of unhinged', () => {
    const ours = mapOf(loss('ce'), 'symmetric', 0.4);
    const theirs = mapOf(loss('unhinged'), 'value', 0.4);
    expect(ours.low).toBeCloseTo(theirs.low, 11);
    expect(ours.high).toBeCloseTo(theirs.high, 11);
    expect(ours.arrows.length).toBe(theirs.arrows.length);
  });

  test('of the gradient has its norm', () => {
    const { high } = mapOf(loss('mae'), 'gradient', 0.4);
    const norms = [0.3, 0.5, 0.7].map((p) => {
      const scores = [[Math.log(p), Math.log((1 - p) / 2), Math.log((1 - p) / 2)]];
      return Math.hypot(...(evaluate('mae', scores, [0]).gradients[0] as Float64Array));
    });
    expect(high).toBeGreaterThanOrEqual(Math.max(...norms) * (1 - tolerances.climb));
  });

  test('arrows of a loss lead to its label, and under noise to the shares of the labels', () => {
    const clean = mapOf(loss('ce'), 'value', 0.4).arrows;
    expect(clean.length).toBeGreaterThan(40);
    for (const { dy } of clean) expect(dy).toBeLessThan(0);
    const noisy = mapOf(loss('ce'), 'noisy', 0.4).arrows;
    const [, level] = placeOf([0.6, 0.2, 0.2]);
    // on the middle line, towards p = 0.6 from both sides
    const middle = noisy.filter(({ x }) => Math.abs(x - side / 2) < 1);
    expect(middle.length).toBeGreaterThan(3);
    for (const { y, dy } of middle) expect(Math.sign(dy)).toBe(Math.sign(level - y));
    expect(noisy.some(({ y }) => y < level)).toBe(true);
  });
});
