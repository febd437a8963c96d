import { expect, test } from 'vitest';
import { fillSparse } from '../../src/features/index.ts';
import { takeRows } from '../../src/train/take-rows.ts';

const labels = Int32Array.from([0, 1, 2, 1]);
const places = Uint32Array.from([3, 0]);

test('numbers, labels, true labels and soft labels of some rows, in the order given', () => {
  const part = {
    features: Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8]),
    labels,
    trueLabels: Int32Array.from([2, 2, 2, 0]),
    targets: Float32Array.from([1, 0, 0, 0, 1, 0, 0, 0, 1, 0.5, 0.25, 0.25]),
  };
  expect(takeRows(part, places, [2])).toEqual({
    features: Float32Array.from([7, 8, 1, 2]),
    labels: Int32Array.from([1, 0]),
    trueLabels: Int32Array.from([0, 2]),
    targets: Float32Array.from([0.5, 0.25, 0.25, 1, 0, 0]),
  });
});

test('rows with texts: the same numbers as those rows of all', () => {
  const features = {
    dense: Float32Array.from([1, 2, 3, 4]),
    width: 1,
    terms: 3,
    starts: Float64Array.from([0, 2, 2, 3, 5]),
    places: Uint32Array.from([0, 2, 1, 0, 1]),
    values: Float32Array.from([0.5, 0.25, 1, 2, 3]),
  };
  const taken = takeRows({ features, labels }, places, [4]).features as typeof features;
  const filled = (rows: typeof features, which: number[]) => {
    const out = new Float32Array(which.length * 4);
    fillSparse(rows, which, out);
    return out;
  };
  expect(filled(taken, [0, 1])).toEqual(filled(features, [3, 0]));
});

test('rows with texts only, which have no other numbers', () => {
  const features = {
    ...{ dense: new Float32Array(), width: 0, terms: 2 },
    starts: Float64Array.from([0, 1, 1, 2, 4]),
    places: Uint32Array.from([1, 0, 0, 1]),
    values: Float32Array.from([0.5, 1, 2, 3]),
  };
  expect(takeRows({ features, labels }, places, [2]).features).toEqual({
    ...{ dense: new Float32Array(), width: 0, terms: 2 },
    starts: Float64Array.from([0, 2, 3]),
    places: Uint32Array.from([0, 1, 1]),
    values: Float32Array.from([2, 3, 0.5]),
  });
});

test('bytes are not copied: only which rows they are', () => {
  const source = new Uint8Array(new SharedArrayBuffer(8));
  const rows = Uint32Array.from([4, 5, 6, 7]);
  const { features } = takeRows({ features: { source, rows }, labels }, places, [2]);
  expect(features).toEqual({ source, rows: Uint32Array.from([7, 4]) });
});
