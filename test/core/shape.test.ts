import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Shape } from '../../src/core/index.ts';
import {
  broadcastShapes,
  broadcastStrides,
  formatShape,
  sameShape,
  sizeOf,
  stridesOf,
} from '../../src/core/index.ts';

test.each<[Shape, string, number, number[]]>([
  [[], '[]', 1, []],
  [[3], '[3]', 3, [1]],
  [[2, 3], '[2,3]', 6, [3, 1]],
  [[4, 1, 5], '[4,1,5]', 20, [5, 5, 1]],
  [[2, 0, 3], '[2,0,3]', 0, [0, 3, 1]],
])('%j', (shape, text, size, strides) => {
  expect(formatShape(shape)).toBe(text);
  expect(sizeOf(shape)).toBe(size);
  expect(stridesOf(shape)).toEqual(strides);
});

test.each<[Shape, Shape, boolean]>([
  [[], [], true],
  [[2, 3], [2, 3], true],
  [[2, 3], [3, 2], false],
  [[2], [2, 1], false],
  [[1], [], false],
])('%j the same as %j: %s', (a, b, same) => {
  expect([sameShape(a, b), sameShape(b, a)]).toEqual([same, same]);
});

test.each<[Shape, Shape, Shape | undefined]>([
  [[], [], []],
  [[], [2, 3], [2, 3]],
  [[3], [2, 3], [2, 3]],
  [[2, 1], [3], [2, 3]],
  [
    [2, 1],
    [1, 3],
    [2, 3],
  ],
  [
    [4, 1, 1],
    [2, 3],
    [4, 2, 3],
  ],
  [[1], [0], [0]],
  [[2], [3], undefined],
  [[2], [2, 3], undefined],
  [[2], [0], undefined],
])('%j and %j broadcast to %j', (a, b, expected) => {
  expect(broadcastShapes(a, b)).toEqual(expected);
  expect(broadcastShapes(b, a)).toEqual(expected);
});

describe('broadcastStrides', () => {
  test.each<[Shape, Shape, number[]]>([
    [[], [2, 3], [0, 0]],
    [[3], [2, 3], [0, 1]],
    [
      [2, 1],
      [2, 3],
      [1, 0],
    ],
    [
      [2, 3],
      [2, 3],
      [3, 1],
    ],
    [
      [2, 1, 3],
      [4, 2, 5, 3],
      [0, 3, 0, 1],
    ],
  ])('of %j as %j', (from, to, expected) => {
    expect(broadcastStrides(from, to)).toEqual(expected);
  });

  test('read what wrapping every index at its own axis reads', () => {
    const sizes = fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.boolean()), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(sizes, fc.nat(4), (axes, dropped) => {
        const to = axes.map(([size]) => size);
        const from = axes.map(([size, isStretched]) => (isStretched ? 1 : size)).slice(dropped);
        expect(broadcastShapes(from, to)).toEqual(to);
        const read = broadcastStrides(from, to);
        const [outer, own] = [stridesOf(to), stridesOf(from)];
        for (let flat = 0; flat < sizeOf(to); flat++) {
          const index = to.map((size, axis) => Math.floor(flat / outer[axis]!) % size);
          const wrapped = index
            .slice(to.length - from.length)
            .reduce((sum, i, axis) => sum + (i % from[axis]!) * own[axis]!, 0);
          expect(index.reduce((sum, i, axis) => sum + i * read[axis]!, 0)).toBe(wrapped);
        }
      }),
      { seed: 1 },
    );
  });
});
