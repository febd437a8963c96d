import { expect, test } from 'vitest';
import type { Table } from '../../src/data/index.ts';
import { hashOfData } from '../../src/run/datasets.ts';

const numbers: Table = {
  name: 'numbers',
  features: Float32Array.of(0, 1, 1, 0),
  featureShape: [2],
  labels: Int32Array.of(0, 1),
  classes: ['a', 'b'],
  notices: [],
};
const texts: Table = {
  ...numbers,
  kinds: ['categorical', 'numeric'],
  texts: [['x', 'y'], undefined],
};

test('data that differ in what their numbers stand for, or in weights or groups, have other hashes', () => {
  const all: Table[] = [
    numbers,
    texts,
    { ...texts, kinds: ['text', 'numeric'] },
    { ...texts, texts: [['x', 'z'], undefined] },
    { ...texts, texts: [['xy', ''], undefined] },
    { ...numbers, groups: Int32Array.of(0, 0) },
    { ...numbers, groups: Int32Array.of(0, 1) },
    { ...numbers, sampleWeights: Float32Array.of(0, 1) },
  ];
  expect(new Set(all.map((data) => hashOfData({ data }))).size).toBe(all.length);
  expect(hashOfData({ data: { ...texts, name: 'other' } })).toBe(hashOfData({ data: texts }));
});
