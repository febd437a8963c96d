import { describe, expect, test } from 'vitest';
import type { RowVectors } from '../../src/audit/index.ts';
import {
  farRows,
  nearConflicts,
  nearestRows,
  neighbourProbs,
  neighbourVotes,
  noNeighbour,
} from '../../src/audit/index.ts';
import { stream } from '../../src/core/index.ts';
import { messageOf } from '../messages.ts';
import { firstDifference, tolerances } from '../tolerances.ts';

const [n, width, terms] = [60, 7, 9];
const rng = stream(1, 'neighbours');
const dense = Float32Array.from({ length: n * width }, () => rng.normal());
/** Small integers, so that distances are exact and some are equal. */
const coarse = Float32Array.from({ length: n * 2 }, () => rng.integer(4));
const full = Float32Array.from({ length: n * terms }, () =>
  rng.uniform() < 0.7 ? 0 : 1 + rng.integer(3),
);
const sparse = (() => {
  const starts = [0];
  const places: number[] = [];
  const values: number[] = [];
  for (let row = 0; row < n; row++) {
    for (let term = 0; term < terms; term++) {
      const value = full[row * terms + term]!;
      if (value === 0) continue;
      places.push(term);
      values.push(value);
    }
    starts.push(places.length);
  }
  return { terms, starts, places, values };
})();

/** The slow, obvious version. */
function sorted(
  whole: Float32Array,
  size: number,
  { among = Array.from({ length: n }, (_, row) => row), groupOf = (row: number) => row } = {},
): number[][] {
  const distance = (a: number, b: number) => {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += (whole[a * size + i]! - whole[b * size + i]!) ** 2;
    return sum;
  };
  return Array.from({ length: n }, (_, row) =>
    among
      .filter((other) => groupOf(other) !== groupOf(row))
      .sort((a, b) => distance(row, a) - distance(row, b) || a - b),
  );
}

function join(left: Float32Array, a: number, right: Float32Array, b: number): Float32Array {
  const out = new Float32Array(n * (a + b));
  for (let row = 0; row < n; row++) {
    out.set(left.subarray(row * a, (row + 1) * a), row * (a + b));
    out.set(right.subarray(row * b, (row + 1) * b), row * (a + b) + a);
  }
  return out;
}

describe('the nearest rows', () => {
  test.each<[string, RowVectors, Float32Array, number]>([
    ['of numbers', { dense, width }, dense, width],
    ['of which some are as far', { dense: coarse, width: 2 }, coarse, 2],
    ['of terms', { dense: new Float32Array(), width: 0, sparse }, full, terms],
    ['of both', { dense: coarse, width: 2, sparse }, join(coarse, 2, full, terms), 2 + terms],
  ])('%s are those of all distances', (_, vectors, whole, size) => {
    const expected = sorted(whole, size).flatMap((rows) => rows.slice(0, 5));
    const nearest = nearestRows(vectors, { count: 5 });
    expect(Array.from(nearest.rows)).toEqual(expected);
    const distances = expected.map((other, i) => {
      const row = Math.floor(i / 5);
      let sum = 0;
      for (let j = 0; j < size; j++)
        sum += (whole[row * size + j]! - whole[other * size + j]!) ** 2;
      return Math.sqrt(sum);
    });
    expect(firstDifference(Array.from(nearest.distances), distances, tolerances.float32Op)).toBe(
      -1,
    );
  });

  test('are looked for among some rows only, and not in their own group', () => {
    const among = Uint32Array.from({ length: 20 }, (_, i) => 3 * i);
    const groups = Array.from({ length: n }, (_, row) => Math.floor(row / 6));
    const expected = sorted(dense, width, {
      among: Array.from(among),
      groupOf: (row) => groups[row]!,
    });
    const found = nearestRows({ dense, width }, { count: 4, among, groups });
    expect(Array.from(found.rows)).toEqual(expected.flatMap((rows) => rows.slice(0, 4)));
  });

  test('are filled up where there are too few', () => {
    const few = nearestRows({ dense: Float32Array.of(0, 1, 5), width: 1 }, { count: 3 });
    const none = noNeighbour;
    expect(Array.from(few.rows)).toEqual([1, 2, none, 0, 2, none, 1, 0, none]);
    const far = Number.POSITIVE_INFINITY;
    expect(Array.from(few.distances)).toEqual([1, 5, far, 1, 4, far, 4, 5, far]);
  });

  test('refuses what does not fit', () => {
    expect(messageOf(() => nearestRows({ dense, width: 11 }))).toMatch(/^nearestRows dense: /);
    expect(messageOf(() => nearestRows({ dense, width }, { count: 0 }))).toMatch(/count/);
  });
});

test('votes count labels of neighbours, and become probabilities with one more vote by how frequent labels are', () => {
  const nearest = { count: 2, rows: Uint32Array.of(1, 2, 0, 2, 1, noNeighbour, 2, 0) };
  const labels = Int32Array.of(0, 1, 1, 1);
  const votes = neighbourVotes(nearest, labels, 2);
  expect(Array.from(votes)).toEqual([0, 2, 1, 1, 0, 1, 1, 1]);
  const expected = [[0.25, 2.75].map((x) => x / 3), [1.25, 1.75].map((x) => x / 3)];
  const probs = neighbourProbs(votes, labels, 2);
  expect(
    firstDifference(Array.from(probs.subarray(0, 4)), expected.flat(), tolerances.float64),
  ).toBe(-1);
  expect(
    firstDifference(Array.from(probs.subarray(4, 6)), [0.125, 0.875], tolerances.float64),
  ).toBe(-1);
});

describe('distances', () => {
  // a grid of 100 points 1 apart, a point far from it, and one beside the first
  const points = Array.from({ length: 100 }, (_, i) => [i % 10, Math.floor(i / 10)]);
  points.push([50, 50], [0, 0.05]);
  const cloud = { dense: Float32Array.from(points.flat()), width: 2 };
  const nearest = nearestRows(cloud, { count: 4 });

  test('tell rows that are far from all others', () => {
    const { rows, scores, fence } = farRows(nearest);
    expect(Array.from(rows)).toEqual([100]);
    expect(scores[55]).toBe(1);
    expect(scores[100]).toBeGreaterThan(fence);
    expect(scores[0]).toBeLessThan(fence);
  });

  test('tell rows that are nearly the same and differently labelled', () => {
    const labels = new Int32Array(102);
    expect(nearConflicts(nearest, labels)).toEqual([]);
    labels[101] = 1;
    const [pair, ...others] = nearConflicts(nearest, labels);
    expect(pair?.rows).toEqual([0, 101]);
    expect(firstDifference([pair!.distance], [0.05], tolerances.float32Op)).toBe(-1);
    expect(others).toEqual([]);
  });

  test('rows that are quite the same are no near conflict', () => {
    const same = nearestRows({ dense: Float32Array.of(1, 1, 5, 9), width: 1 }, { count: 2 });
    expect(nearConflicts(same, Int32Array.of(0, 1, 0, 1))).toEqual([]);
  });
});
