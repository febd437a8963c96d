import { expect, test } from 'vitest';
import { finish } from '../../src/core/index.ts';
import { fromRecords } from '../../src/data/formats/index.ts';
import { repeatsInTest } from '../../src/run/test-repeats.ts';

const colours = ['red', 'green', 'blue'];
const record = (i: number) => ({ x: i / 8, colour: colours[i % 3], y: 'ab'[i % 2] });
const from = (start: number, n: number) =>
  Array.from({ length: n }, (_, i) => record(start + i)).reverse(); // texts come up in another order
const reading = { label: 'y', categorical: ['colour'] };

test.each([
  ['none of 40', 100, 40, undefined],
  ['3 of 40', 97, 40, undefined],
  ['4 of 40', 96, 40, 4],
  ['all of 40', 10, 40, 40],
])(
  'rows to train on among those to test on are told from a tenth on: %s',
  async (_, start, n, told) => {
    const data = await fromRecords(from(0, 100), reading);
    const tested = await fromRecords(from(start, n), reading);
    expect(finish(repeatsInTest(data, tested))).toEqual(
      told === undefined
        ? []
        : [
            `warning: ${told} of the ${n} test rows are the same in every column as rows to train on: what is measured on them was seen before`,
          ],
    );
  },
);
