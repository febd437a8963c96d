import { expect, test } from 'vitest';
import { duplicates } from '../../src/audit/index.ts';
import { finish, stream } from '../../src/core/index.ts';
import { fromRecords } from '../../src/data/formats/index.ts';
import type { Dataset } from '../../src/data/index.ts';
import { fromArrays } from '../../src/data/index.ts';
import { repeatsInPart, repeatsInTest, repeatsOfRun } from '../../src/run/test-repeats.ts';
import { resolveSplit, splitRows } from '../../src/train/row-split.ts';

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

const copied = (n: number, times: number) => Array.from({ length: times }, () => from(0, n)).flat();

test('copies of rows on both sides of the split of a run are told, with what to do', async () => {
  const data = await fromRecords(copied(200, 3), reading);
  const { test: tested } = splitRows(data, resolveSplit({}, 600), 1);
  const isTested = new Set(tested);
  const { groups } = duplicates(data.features as Float32Array, data.labels);
  const seen = groups.flatMap(({ rows }) => {
    const own = rows.filter((row) => isTested.has(row));
    return own.length === rows.length ? [] : own;
  });
  expect(seen.length).toBeGreaterThan(110);
  const warning =
    `warning: ${seen.length} of the 120 test rows are the same in every column as rows to train on: ` +
    'what is measured on them was seen before; remove repeated rows';
  const told = (own: Dataset, config: object) =>
    finish(
      repeatsOfRun(
        { data: own },
        { data: { source: 'data.csv', testShare: 0.2, validation: 0.1, ...config }, seed: 1 },
      ),
    );
  expect(told(data, {})).toEqual([`${warning}, or keep rows of one origin in one part (--group)`]);
  const groupOf = (row: number) => row;
  expect(told({ ...data, groups: Int32Array.from(data.labels.keys(), groupOf) }, {})).toEqual([
    expect.stringMatching(/seen before; remove repeated rows$/),
  ]);
  const together = Int32Array.from(data.labels.keys(), (row) => row % 200);
  expect(told({ ...data, groups: together }, {})).toEqual([]);
  expect(told(data, { testShare: 0 })).toEqual([]);
  expect(told(data, { rows: 100 })).toEqual([]);
});

test('fewer than five rows, or than a tenth, are not told', async () => {
  const few = await fromRecords(copied(20, 1).concat(copied(4, 1)), reading);
  const tenth = await fromRecords(copied(600, 1).concat(copied(15, 1)), reading);
  for (const seed of [1, 2, 3]) {
    expect(finish(repeatsInPart(few, 0.2, seed))).toEqual([]);
    expect(finish(repeatsInPart(tenth, 0.2, seed))).toEqual([]);
  }
});

test('rows that are the same by chance, in a table of few categories, are no copies', async () => {
  const rng = stream(1, 'table');
  const one = (...values: string[]) => values[Math.floor(rng.uniform() * values.length)];
  const people = Array.from({ length: 600 }, () => ({
    sex: one('female', 'male'),
    class: one('first', 'second', 'third'),
    age: Math.floor(rng.uniform() * 60),
    y: one('a', 'b'),
  }));
  const data = await fromRecords(people, { label: 'y' });
  const { groups } = duplicates(data.features as Float32Array, data.labels);
  expect(groups.flatMap(({ rows }) => rows).length).toBeGreaterThan(400);
  expect(finish(repeatsInPart(data, 0.2, 1))).toEqual([]);
  // a column of measurements makes them different; then repeats are copies
  const measured = people.map((person, i) => ({ ...person, weight: 50 + i / 8 }));
  const twice = await fromRecords([...measured, ...measured], { label: 'y' });
  expect(finish(repeatsInPart(twice, 0.2, 1))).toHaveLength(1);
});

test('texts are compared as a whole: they are no coarse column', async () => {
  const texts = Array.from({ length: 100 }, (_, i) => ({
    review: `the film number ${i} was long and the music was loud`,
    y: 'ab'[i % 2],
  }));
  const twice = await fromRecords([...texts, ...texts], { label: 'y', text: ['review'] });
  expect(finish(repeatsInPart(twice, 0.2, 1))).toHaveLength(1);
  const colour = await fromRecords(
    Array.from({ length: 100 }, (_, i) => ({ colour: colours[i % 3], y: 'ab'[i % 2] })),
    { label: 'y' },
  );
  expect(finish(repeatsInPart(colour, 0.2, 1))).toEqual([]);
});

test('of images no column is named, nor an option that they do not take', () => {
  const image = (i: number) =>
    Array.from({ length: 48 }, (_, j) => (i * 37 + j * j * (i + 1)) % 256);
  const features = Uint8Array.from(Array.from({ length: 100 }, (_, i) => image(i % 50)).flat());
  const labels = Array.from({ length: 100 }, (_, i) => 'ab'[i % 2] as string);
  const data = fromArrays({ features, featureShape: [3, 4, 4], labels } as never);
  const [warning] = finish(repeatsInPart(data, 0.2, 1));
  expect(warning).toMatch(
    /test rows are the same in every pixel as rows to train on: what is measured on them was seen before; remove repeated rows$/,
  );
});
