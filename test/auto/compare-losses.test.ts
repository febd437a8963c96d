import { describe, expect, test } from 'vitest';
import {
  commonEpoch,
  difference,
  ranked,
  rankedBy,
  rowDifference,
} from '../../src/run/auto/compare-losses.ts';

/** Rows of one fold, `1` where the label was predicted. */
const right = (text: string) => Uint8Array.from(text, Number);

describe('commonEpoch', () => {
  test('one epoch for all folds, averaged with its neighbours: not the best of each fold', () => {
    const rows = [10, 30];
    const curves = [
      [0.9, 0.1, 0.2, 0.2], // best by itself at the first epoch
      [0.0, 0.4, 0.4, 0.4],
    ];
    // pooled over 40 rows: 0.225, 0.325, 0.35, 0.35; of two neighbours each at most
    const { epoch, accuracy } = commonEpoch({ rows, curves, right: [] });
    expect(epoch).toBe(4);
    expect(accuracy).toBeCloseTo(0.35, 12);
  });

  test('the last of equal epochs; those that were not measured are left out', () => {
    const { NaN: none } = Number;
    const one = { rows: [4], curves: [[none, 0.5, none, 0.5, none]], right: [] };
    expect(commonEpoch(one)).toEqual({ epoch: 4, accuracy: 0.5 });
  });
});

test('difference: by the rows that both predicted, paired', () => {
  const a = { rows: [4, 4], curves: [], right: [right('1110'), right('1111')] };
  const b = { rows: [4], curves: [], right: [right('1001')] };
  // of four rows: a alone is right in two, b alone in one
  const { mean, standardError } = difference(a, b);
  expect(mean).toBe(0.25);
  expect(standardError).toBeCloseTo(Math.sqrt((3 / 4 - 1 / 16) / 4), 12);
});

describe('ranked', () => {
  const tried = (accuracy: number, text: string) => ({
    rows: [text.length],
    curves: [[accuracy]],
    right: [right(text)],
  });
  const alike = [tried(0.5, '110010'), tried(0.6, '110110'), tried(0.55, '101100')];

  test('within a standard error of the best one: the more robust first where labels are wrong', () => {
    expect(ranked(alike, true)).toEqual([2, 1, 0]);
    expect(ranked(alike, false)).toEqual([0, 1, 2]);
  });

  test('the more accurate one where the difference is more than chance', () => {
    const many = 200;
    const good = tried(0.9, '1'.repeat(180) + '0'.repeat(many - 180));
    const bad = tried(0.7, '1'.repeat(140) + '0'.repeat(many - 140));
    expect(ranked([good, bad], true)).toEqual([0, 1]);
    expect(ranked([bad, good], false)).toEqual([1, 0]);
  });
});

test('rowDifference: mean and standard error of the differences', () => {
  const a = Float64Array.of(1, 2, 3, 6);
  const b = Float64Array.of(0, 2, 1, 1);
  const { mean, standardError } = rowDifference(a, b);
  expect(mean).toBe(2); // of 1, 0, 2, 5
  expect(standardError).toBeCloseTo(Math.sqrt((1 + 4 + 0 + 9) / 3 / 4), 12);
});

test('rankedBy: larger values first, but for those within a standard error of the largest', () => {
  const values = [-0.5, -0.6, -0.52, -0.9];
  const within = (a: number, b: number) => (a === 0 && b === 2 ? 0.03 : 0.05);
  expect(rankedBy(values, within, true)).toEqual([2, 0, 1, 3]);
  expect(rankedBy(values, within, false)).toEqual([0, 2, 1, 3]);
  expect(rankedBy(values, () => 0, true)).toEqual([0, 2, 1, 3]);
});
