import { describe, expect, test } from 'vitest';
import type { Range } from '../../src/core/index.ts';
import {
  checkInteger,
  checkLabels,
  checkNumber,
  checkOneOf,
  formatRange,
  show,
} from '../../src/core/index.ts';
import { messageOf } from '../messages.ts';

const [low, high] = [0.25, 0.75];

/** Every range with these ends, its text, and which of the two ends are in it. */
const ranges: readonly [string, Range, boolean, boolean][] = [
  ['(-∞, ∞)', {}, true, true],
  ['[0.25, ∞)', { min: low }, true, true],
  ['(0.25, ∞)', { min: low, openMin: true }, false, true],
  ['(-∞, 0.75]', { max: high }, true, true],
  ['(-∞, 0.75)', { max: high, openMax: true }, true, false],
  ['[0.25, 0.75]', { min: low, max: high }, true, true],
  ['(0.25, 0.75)', { min: low, max: high, openMin: true, openMax: true }, false, false],
];

describe.each(ranges)('%s', (text, range, hasLow, hasHigh) => {
  const refused = (value: unknown) => `rate: expected a number in ${text}, received ${show(value)}`;

  test('is how it is shown', () => {
    expect(formatRange(range)).toBe(text);
  });

  test.each([
    [low, hasLow],
    [high, hasHigh],
    [0.5, true],
    [0, range.min === undefined],
    [1, range.max === undefined],
  ])('%f in it: %s', (value, isInside) => {
    const result = () => checkNumber('rate', value, range);
    expect(isInside ? result() : messageOf(result)).toBe(isInside ? value : refused(value));
  });

  test.each([Number.NaN, Infinity, -Infinity, '0.5', null, undefined, 1n])('no %s', (value) => {
    expect(messageOf(() => checkNumber('rate', value, range))).toBe(refused(value));
  });
});

test('checkInteger', () => {
  expect(checkInteger('k', 3, { min: 2 })).toBe(3);
  expect(messageOf(() => checkInteger('k', 1, { min: 2 }))).toBe(
    'k: expected an integer of at least 2, received 1',
  );
  for (const value of [2.5, Number.NaN, 2 ** 53, '3']) {
    expect(messageOf(() => checkInteger('k', value, { min: 2 }))).toBe(
      `k: expected an integer of at least 2, received ${show(value)}`,
    );
  }
});

test('checkOneOf', () => {
  expect(checkOneOf('mode', 'b', ['a', 'b'])).toBe('b');
  for (const value of ['c', '', 1, undefined]) {
    expect(messageOf(() => checkOneOf('mode', value, ['a', 'b']))).toBe(
      `mode: expected one of a, b, received ${show(value)}`,
    );
  }
});

test.each([
  [[], 'fine'],
  [[0, 2, 1], 'fine'],
  [[0, 3, -1], 'labels, row 1: expected a label from 0 to 2, received 3'],
  [[-1], 'labels, row 0: expected a label from 0 to 2, received -1'],
  [[0, 0.5], 'labels, row 1: expected a label from 0 to 2, received 0.5'],
  [[Number.NaN], 'labels, row 0: expected a label from 0 to 2, received NaN'],
])('labels %j of 3 classes', (labels, expected) => {
  const check = () => checkLabels('labels', labels, 3);
  expect(expected === 'fine' ? (check() ?? 'fine') : messageOf(check)).toBe(expected);
});

test.each([
  ['a "b"\n', '"a \\"b\\"\\n"'],
  ['x'.repeat(60), `"${'x'.repeat(60)}"`],
  ['x'.repeat(61), `"${'x'.repeat(57)}…"`],
  [-0.5, '-0.5'],
  [undefined, 'undefined'],
  [null, 'null'],
  [[1, 2], '[1,2]'],
  [{ toString: 1 }, '{"toString":1}'],
])('show %j', (value, text) => {
  expect(show(value)).toBe(text);
});
