import { describe, expect, test } from 'vitest';
import {
  formatCount,
  formatDuration,
  formatShare,
  formatShares,
  formatTable,
} from '../../src/cli/ui/format.ts';

test.each([
  [0, '0'],
  [999, '999'],
  [1797, '1,797'],
  [1_234_567, '1,234,567'],
])('formatCount(%d) is %s', (n, text) => {
  expect(formatCount(n)).toBe(text);
});

test.each([
  [0, '0.0 %'],
  [0.8912, '89.1 %'],
  [0.99951, '100.0 %'],
  [1, '100.0 %'],
])('formatShare(%d) is %s', (share, text) => {
  expect(formatShare(share)).toBe(text);
});

describe('formatShares', () => {
  test.each([
    ['several values', 0.891, 0.0123, 5, '89.1 ± 1.2 %'],
    ['equal values', 0.5, 0, 2, '50.0 ± 0.0 %'],
    ['one value', 0.891, 0, 1, '89.1 %'],
    ['no mean', undefined, 0, 0, '–'],
    ['the mean of no value', Number.NaN, 0, 0, '–'],
  ])('%s', (_, mean, std, count, text) => {
    expect(formatShares(mean, std, count)).toBe(text);
  });
});

test.each([
  [0, '0.0 s'],
  [0.44, '0.4 s'],
  [9.94, '9.9 s'],
  [10, '10 s'],
  [75.4, '75 s'],
  [119, '119 s'],
  [120, '2 min'],
  [12 * 60 + 20, '12 min'],
  [7140, '119 min'],
  [7200, '2 h 0 min'],
  [3 * 3600 + 5 * 60, '3 h 5 min'],
  [26 * 3600 - 1, '26 h 0 min'],
])('formatDuration(%d) is %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

describe('formatTable', () => {
  test('aligns columns by their widest cell, without trailing blanks', () => {
    const rows = [
      ['loss', 'accuracy', 'time'],
      ['sgce:q=0.7', '89.1 ± 1.2 %', '1 s'],
      ['ce', '7.0 %', ''],
    ];
    expect(formatTable(rows)).toBe(
      ['loss        accuracy      time', 'sgce:q=0.7  89.1 ± 1.2 %  1 s', 'ce          7.0 %'].join(
        '\n',
      ),
    );
  });

  test('a row may be shorter than the heading', () => {
    const rows = [
      ['a', 'b', 'c'],
      ['1', 'diverged'],
      ['2', '3', '4'],
    ];
    expect(formatTable(rows)).toBe('a  b         c\n1  diverged\n2  3         4');
  });

  test('the heading alone, and nothing at all', () => {
    expect(formatTable([['a', 'b']])).toBe('a  b');
    expect(formatTable([])).toBe('');
  });
});
