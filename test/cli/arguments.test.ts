import { describe, expect, test } from 'vitest';
import { number } from '../../src/cli/ui/arguments.ts';
import { digits } from '../../src/index.ts';
import { trainingData } from '../../src/run/subset.ts';

describe('numbers of the command line', () => {
  test.each([
    ['3', 3],
    [' 0.5 ', 0.5],
    ['1e3', 1000],
    ['-0', 0],
  ])('%j', (text, value) => {
    expect(number(text)).toBe(value);
  });

  test.each(['', ' ', '0x10', '0b1', 'Infinity', 'NaN', '1e400', '1_000', '1,5'])(
    'refuses %j',
    (text) => {
      expect(() => number(text)).toThrow('Expected a number.');
    },
  );
});

test('so many rows that none are left over for them are counted, not tried one by one', async () => {
  const opened = { data: await digits() };
  const part = { testShare: 0, validation: 0.999_999_9 };
  const { data } = trainingData(opened, { rows: 1_000_000_000, ...part }, 1);
  expect(data.labels).toHaveLength(1797);
  const { data: some } = trainingData(opened, { rows: 100, testShare: 0, validation: 0.5 }, 1);
  expect(some.labels).toHaveLength(200);
});
