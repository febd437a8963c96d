import { describe, expect, test } from 'vitest';
import type { PaintedPoint } from '../../web/rooms/train/painted.ts';
import {
  formatPoints,
  mostPainted,
  parsePoints,
  snapped,
  withoutPoints,
  withPoint,
} from '../../web/rooms/train/painted.ts';
import { paintedScene, viewOf } from '../../web/rooms/train/scene.ts';
import { classCount, reach } from '../../web/rooms/train/shapes.ts';

describe('painted points', () => {
  const points: readonly PaintedPoint[] = [
    { x: snapped(-1.5), y: snapped(1.5), kind: 0 },
    { x: snapped(0.3), y: snapped(-0.7), kind: 2 },
    { x: snapped(1.2), y: snapped(0.01), kind: 1 },
  ];

  test('are the same when they come back from an address', () => {
    expect(parsePoints(formatPoints(points))).toEqual(points);
    expect(formatPoints(points)).toMatch(/^[\w-]{9}$/);
    // a step of the lattice is half of it away at most
    const half = reach / 256;
    for (const value of [-1.5, -0.4321, 0, 1.499])
      expect(Math.abs(snapped(value) - value)).toBeLessThanOrEqual(half);
  });

  test('that an address cannot mean are left out', () => {
    expect(parsePoints('')).toEqual([]);
    expect(parsePoints('!!')).toEqual([]);
    expect(parsePoints('__')).toEqual([]); // half a point
    expect(parsePoints('___')).toEqual([]); // of a fourth class
    expect(parsePoints('A'.repeat(3 * 1000))).toHaveLength(mostPainted);
  });

  test('are added apart from each other, and erased around a place', () => {
    const one = withPoint([], { x: 0, y: 0, kind: 1 });
    expect(one).toEqual([{ x: snapped(0), y: snapped(0), kind: 1 }]);
    expect(withPoint(one, { x: 0.05, y: 0, kind: 1 }, 0.09)).toBe(one);
    expect(withPoint(one, { x: 0.2, y: 0, kind: 1 }, 0.09)).toHaveLength(2);
    expect(withoutPoints(one, { x: 0.5, y: 0 }, 0.1)).toBe(one);
    expect(withoutPoints(one, { x: 0.05, y: 0 }, 0.1)).toEqual([]);
  });

  test('are measured on themselves, as they were painted', () => {
    const all = [...points, ...points.map((own) => ({ ...own, x: -own.x }))];
    const scene = paintedScene(all, { noiseRate: 0.5, seed: 3 });
    expect([...scene.testLabels]).toEqual(all.map(({ kind }) => kind));
    const says = (classes: Iterable<number>) =>
      Array.from(classes).flatMap((label) =>
        Array.from({ length: classCount }, (_, c) => Number(c === label)),
      );
    const cells = new Array<number>(scene.cells).fill(0);
    const asPainted = viewOf(scene, says([...cells, ...scene.testLabels, ...scene.testLabels]));
    expect(asPainted).toMatchObject({ accuracy: 1, memorisedCount: 0 });
    const asGiven = viewOf(scene, says([...cells, ...scene.data.labels, ...scene.data.labels]));
    expect(asGiven.wrongCount).toBeGreaterThan(0);
    expect(asGiven.memorisedCount).toBe(asGiven.wrongCount);
    expect(asGiven.accuracy).toBe((all.length - asGiven.wrongCount) / all.length);
  });
});
