import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { duplicates } from '../../src/audit/index.ts';
import { messageOf } from '../messages.ts';

describe('duplicates', () => {
  test('finds planted rows, and counts what labels cannot all be right', () => {
    // rows 0, 3, 5 are the same, and 2, 4; of the first two are labelled 1
    const features = Float32Array.of(1, 2, 3, 4, 5, 6, 1, 2, 5, 6, 1, 2);
    expect(duplicates(features, [1, 0, 2, 0, 2, 1])).toEqual({
      groups: [
        { rows: [0, 3, 5], testRows: [], conflicts: 1 },
        { rows: [2, 4], testRows: [], conflicts: 0 },
      ],
      repeated: { groups: 2, rows: 5 },
      conflicting: { groups: 1, rows: 3, conflicts: 1 },
      inTest: { groups: 0, rows: 0, testRows: 0 },
    });
  });

  test('finds rows of the test part, and leaves out what is repeated there only', () => {
    const features = Uint8Array.of(7, 8, 9);
    const test = { features: Uint8Array.of(5, 8, 5, 8, 7), rows: 5 };
    const { groups, repeated, inTest } = duplicates(features, [0, 1, 0], { test });
    expect(groups).toEqual([
      { rows: [0], testRows: [4], conflicts: 0 },
      { rows: [1], testRows: [1, 3], conflicts: 0 },
    ]);
    expect([repeated, inTest]).toEqual([
      { groups: 0, rows: 0 },
      { groups: 2, rows: 2, testRows: 3 },
    ]);
  });

  test('takes missing values for equal, and 0 for −0', () => {
    const features = Float64Array.of(Number.NaN, 0, Number.NaN, -0, Number.NaN, 1);
    expect(duplicates(features, [0, 1, 0]).groups.map(({ rows }) => rows)).toEqual([[0, 1]]);
    const bits = new Float32Array(Uint32Array.of(0x7fc00000, 0xffc00001).buffer); // two ways to write NaN
    expect(duplicates(bits, [0, 0]).groups).toHaveLength(1);
  });

  test('is the same as comparing each row with each, by a function that uses its array again, too', () => {
    const values = fc.constantFrom(0, -0, 1, 2, Number.NaN, 1e-40);
    const rows = fc.array(fc.tuple(values, values, fc.integer({ min: 0, max: 2 })), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(rows, (given) => {
        const wanted = new Map<string, number[]>();
        for (const [i, [x, y]] of given.entries()) {
          const key = `${x + 0} ${y + 0}`; // −0 + 0 is 0
          wanted.set(key, [...(wanted.get(key) ?? []), i]);
        }
        const scratch = new Float64Array(2);
        const read = (row: number) => {
          scratch.set(given[row]!.slice(0, 2));
          return scratch;
        };
        const labels = given.map(([, , label]) => label);
        const flat = Float64Array.from(given.flatMap((row) => row.slice(0, 2)));
        const expected = [...wanted.values()].filter((group) => group.length > 1);
        for (const features of [read, flat]) {
          expect(duplicates(features, labels).groups.map((group) => group.rows)).toEqual(expected);
        }
      }),
      { seed: 1 },
    );
  });

  test('tells rows apart that differ in one of many numbers only', () => {
    const [n, d] = [400, 500];
    const features = new Float32Array(n * d);
    for (let row = 1; row < n; row++) features[row * d + row] = 1;
    expect(duplicates(features, new Int32Array(n)).groups).toEqual([]);
  });

  test.each([
    [[], 'duplicates features, rows: expected an integer of at least 1, received 0'],
    [[0, 0], 'duplicates features: expected numbers of 2 rows, received 3 numbers'],
  ])('refuses labels %j of three numbers', (labels, message) => {
    expect(messageOf(() => duplicates(Float32Array.of(1, 2, 3), labels))).toBe(message);
  });
});

test.each<[unknown[], string]>([
  [
    [
      [1, 2],
      [0, 1],
    ],
    'duplicates features: expected a Float32Array, Float64Array or Uint8Array, or a function that gives a row, received [1,2]; make one of a list: Float32Array.from(list)',
  ],
  [[Float32Array.of(1, 2), null], 'duplicates labels: expected an array, received null'],
  [[Float32Array.of(1, 2), [0, 1], null], 'duplicates: expected an object, received null'],
  [
    [Float32Array.of(1, 2), [0, 1], { tests: {} }],
    'duplicates: expected fields among test, received "tests"; did you mean "test"?',
  ],
])('refuses what plain JavaScript may pass: %j', (given, message) => {
  const run = duplicates as (...args: unknown[]) => unknown;
  expect(messageOf(() => run(...given))).toBe(message);
});
