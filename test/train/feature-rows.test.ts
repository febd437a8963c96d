import { expect, test } from 'vitest';
import { featureRows } from '../../src/train/part-features.ts';
import { tableOf } from '../features/table.ts';
import { messageOf } from '../messages.ts';

const table = tableOf({
  age: ['numeric', [1, 2, 3]],
  job: ['categorical', ['a', 'b', 'a']],
  day: ['date', [100, 101, 102]],
  'v[0]': ['embedding', [7, 8, 9]],
});
const labels = Int32Array.of(0, 1, 0);
const data = { ...table, name: 'x', featureShape: [4], labels, classes: ['n', 'y'], notices: [] };

test('noise that depends on features sees columns of numbers only', () => {
  const rows = featureRows(data, Uint32Array.of(2, 0));
  const out = new Float32Array(2);
  rows.read(0, out);
  expect([rows.rows, rows.size, ...out]).toEqual([2, 2, 3, 9]);
  rows.read(1, out);
  expect([...out]).toEqual([1, 7]);
});

test('a table without numbers is refused for such noise', () => {
  const kinds = ['categorical', 'categorical', 'date', 'date'] as const;
  expect(messageOf(() => featureRows({ ...data, kinds }, Uint32Array.of(0)))).toBe(
    'data: expected a column of numbers, which the noise depends on, received none',
  );
});
