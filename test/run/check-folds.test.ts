import { describe, expect, test } from 'vitest';
import { fromArrays } from '../../src/data/index.ts';
import { checkFolds } from '../../src/run/check-folds.ts';
import { auditDataset } from '../../src/run/index.ts';
import { resolveSplit, splitRows } from '../../src/train/row-split.ts';
import { messageOf } from '../messages.ts';

describe('checkFolds', () => {
  test.each<[number, number, string[] | undefined, string]>([
    [4, 3, undefined, 'rows: expected at least 4 rows, one per fold, received 3; set folds: 3'],
    [2, 1, undefined, 'rows: expected at least 2 rows, one per fold, received 1; give more rows'],
    [
      4,
      5,
      ['a', 'b', 'b', 'a', 'a'],
      'groups: expected at least 4 groups, one per fold, received 2; set folds: 2',
    ],
    [
      2,
      3,
      ['a', 'a', 'a'],
      'groups: expected at least 2 groups, one per fold, received 1; give more groups',
    ],
    [1, 10, undefined, 'folds: expected an integer from 2 to 10, received 1'],
    [2.5, 10, undefined, 'folds: expected an integer from 2 to 10, received 2.5'],
    [Number.NaN, 10, undefined, 'folds: expected an integer from 2 to 10, received NaN'],
  ])('%d folds of %d rows, groups %j', (folds, rows, groups, message) => {
    expect(messageOf(() => checkFolds(folds, { rows, groups }))).toBe(message);
  });

  test('as many folds as there are rows or groups are taken', () => {
    expect(() => checkFolds(3, { rows: 3 })).not.toThrow();
    expect(() => checkFolds(2, { rows: 3, groups: ['a', 'b', 'a'] })).not.toThrow();
  });
});

test('an audit with fewer rows than folds says which number is possible, before it trains', async () => {
  const data = fromArrays({ features: [[1], [2], [3]], labels: [0, 1, 0] });
  await expect(auditDataset({ data })).rejects.toThrow(
    'rows: expected at least 4 rows, one per fold, received 3; set folds: 3',
  );
});

test('one group that is left to train and validate on is no split', () => {
  const data = {
    labels: Int32Array.from({ length: 40 }, (_, i) => i % 2),
    classes: ['p', 'q'],
    groups: Int32Array.from({ length: 40 }, (_, i) => Math.floor(i / 20)),
  };
  expect(messageOf(() => splitRows(data, resolveSplit({}, 40), 1))).toBe(
    'validation part: expected at least 2 groups, received 1; set validation: 0, or give more groups',
  );
  const {
    train,
    validation,
    test: tested,
  } = splitRows(data, resolveSplit({ validation: 0 }, 40), 1);
  expect([train.length, validation.length, tested.length]).toEqual([20, 0, 20]);
});
