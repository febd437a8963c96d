import { expect, test } from 'vitest';
import { stream } from '../../src/core/index.ts';
import { groupedSplit } from '../../src/data/index.ts';
import { resolveSplit, splitRows } from '../../src/train/row-split.ts';

const classes = ['a', 'b', 'c'];
const labels = Int32Array.from({ length: 300 }, (_, row) => (row % 7) % 3);
const groups = Int32Array.from({ length: 300 }, (_, row) => Math.floor(Math.sqrt(row * 7)));

const groupsOf = (rows: ArrayLike<number>) =>
  new Set(Array.from(rows, (row) => groups[row] as number));
const share = (rows: Uint32Array, c: number) =>
  rows.filter((row) => labels[row] === c).length / labels.filter((label) => label === c).length;

test.each([0.1, 0.2, 0.35, 0.5, 0.8])(
  'a part of %f has whole groups, and its share of each class',
  (fraction) => {
    const { rest, part } = groupedSplit(labels, 3, groups, fraction, stream(1, 'groups'));
    expect([...rest, ...part].sort((a, b) => a - b)).toEqual(Array.from(labels, (_, row) => row));
    expect([...groupsOf(rest)].filter((group) => groupsOf(part).has(group))).toEqual([]);
    for (let c = 0; c < 3; c++) {
      expect(Math.abs(share(part, c) - fraction)).toBeLessThan(12 / 100); // the largest group has 13 rows, about 5 of a class
    }
  },
);

test('each side has a group, and a class of one group stays in the rest', () => {
  const two = groupedSplit([0, 1, 0, 1, 0], 2, [1, 1, 1, 2, 2], 0.01, stream(1, 'groups'));
  expect([[...two.rest], [...two.part]]).toEqual([
    [0, 1, 2],
    [3, 4],
  ]);
  const rare = Int32Array.from({ length: 90 }, (_, row) => (row < 3 ? 2 : row % 2));
  const own = Array.from(rare, (_, row) => Math.floor(row / 3));
  const { part } = groupedSplit(rare, 3, own, 0.2, stream(1, 'groups'));
  expect([...part].filter((row) => row < 3)).toEqual([]);
  expect(part.length).toBe(18);
  expect(() => groupedSplit([0, 1], 2, ['x', 'x'], 0.5, stream(1, 'groups'))).toThrow(
    'groupedSplit: expected at least 2 groups, received 1; rows of a group stay together',
  );
});

test('100,000 groups of 1,000 classes are split in seconds', () => {
  const n = 200_000;
  const many = Int32Array.from({ length: n }, (_, row) => (row * 31) % 1000);
  const pairs = Int32Array.from({ length: n }, (_, row) => row >> 1);
  const { part } = groupedSplit(many, 1000, pairs, 0.1, stream(1, 'groups'));
  expect(Math.abs(part.length - n / 10)).toBeLessThan(n / 100);
});

test('rows are split by groups of the data', () => {
  const split = splitRows({ labels, classes, groups }, resolveSplit({}, 300), 1);
  const parts = [split.train, split.validation, split.test].map(groupsOf);
  expect(parts.reduce((sum, part) => sum + part.size, 0)).toBe(groupsOf([...labels.keys()]).size);
  expect(Math.abs(split.test.length - 60)).toBeLessThan(7);
  expect(Math.abs(split.validation.length - 24)).toBeLessThan(7);
});

test('parts that are given may not share a group', () => {
  const given = { train: [0, 1, 2, 50], test: [51, 200] };
  const near = groups[50] === groups[51];
  expect(near).toBe(true);
  expect(() =>
    splitRows({ labels, classes, groups }, resolveSplit({ split: given }, 300), 1),
  ).toThrow(
    'split.test: expected groups of no other part, received row 51, of one group with row 50 of train',
  );
  const apart = { train: [0, 1, 2, 50, 51], test: [200] };
  const split = splitRows({ labels, classes, groups }, resolveSplit({ split: apart }, 300), 1);
  expect([...split.test]).toEqual([200]);
});
