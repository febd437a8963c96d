import { describe, expect, test } from 'vitest';
import { encodeRows, fitFeatures } from '../../src/features/index.ts';
import { messageOf } from '../messages.ts';
import { firstDifference, tolerances } from '../tolerances.ts';
import { rowsTo, tableOf } from './table.ts';

const ofWords = { wordsOnly: [false, false, false, false, true] };
const columns = tableOf({
  age: ['numeric', [1, 2, undefined, 4, 100, 7]],
  job: ['categorical', ['nurse', 'cook', 'nurse', undefined, undefined, 'pilot']],
  zone: ['categorical', [3, 3, 1, 1, undefined, 9]],
  day: ['date', [0, 10.5, 20, 30, 40, 50]],
  note: ['text', ['Good tea', 'good coffee', 'bad tea', 'GOOD tea!', 'bad', 'worse']],
});
const table = { ...columns, ...ofWords };
const train = rowsTo(5);
const pipeline = fitFeatures(table, table.d, train);
const [age, job, zone, day, note] = pipeline.columns;

describe('fitting columns', () => {
  test('numbers: median and interquartile range of the training rows, missing cells aside', () => {
    // of 1, 2, 4, 100: median 3, quartiles 1.75 and 28
    expect(age).toEqual({
      kind: 'numeric',
      name: 'age',
      center: 3,
      scale: Math.fround(1 / 26.25),
      missing: true,
    });
  });

  test('numbers that are mostly equal are scaled by their range, constants are not scaled up', () => {
    const own = tableOf({
      few: ['numeric', [0, 0, 0, 0, 0, 0, 0, 8]],
      none: ['numeric', [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]],
      empty: ['numeric', Array(8).fill(undefined)],
    });
    const { columns } = fitFeatures(own, own.d, rowsTo(8));
    expect(columns).toEqual([
      { kind: 'numeric', name: 'few', center: 0, scale: 0.25, missing: false },
      { kind: 'numeric', name: 'none', center: Math.fround(0.1), scale: 0, missing: false },
      { kind: 'numeric', name: 'empty', center: 0, scale: 0, missing: true },
    ]);
  });

  test('categories: those of two rows or more, missing cells among them; the others are other', () => {
    expect(job).toEqual({
      kind: 'categorical',
      name: 'job',
      values: ['', 'nurse'], // equally frequent: in the order of their texts
      other: true,
    });
    expect(zone).toEqual({ kind: 'categorical', name: 'zone', values: [1, 3], other: true });
  });

  test('categories of which no two rows share one are all but one other', () => {
    const own = tableOf({
      id: ['categorical', ['a', 'b', 'c', 'd']],
      x: ['numeric', [1, 2, 3, 4]],
    });
    const [id] = fitFeatures(own, own.d, rowsTo(4)).columns;
    expect(id).toEqual({ kind: 'categorical', name: 'id', values: ['a'], other: true });
  });

  test('dates: with or without times of day', () => {
    expect(day).toMatchObject({ kind: 'date', center: 20, scale: Math.fround(1 / 19.5) });
    expect(day).toMatchObject({ timeOfDay: true, missing: false });
  });

  test('texts: words and pairs of two rows or more, in every case, with their weights', () => {
    if (note?.kind !== 'text') throw new Error('no text');
    const words = new Map(note.forms.map((form, i) => [form, note.ids[i]]));
    expect(words.get('good')).toBe(words.get('GOOD'));
    expect(words.get('good')).toBe(words.get('Good'));
    expect(words.has('coffee')).toBe(false);
    const named = note.terms.map((term) =>
      term.map((id) => note.forms[note.ids.indexOf(id)]).join(' '),
    );
    // good and tea are in 3 rows of 5, bad and "good tea" in 2
    expect(named).toEqual(['good', 'tea', 'bad', 'good tea']);
    const weight = (rows: number) => Math.fround(Math.log(6 / (1 + rows)) + 1);
    expect(note.idf).toEqual([weight(3), weight(3), weight(2), weight(2)]);
  });

  test('looks at the training rows only', () => {
    const other = tableOf({
      age: ['numeric', [1, 2, undefined, 4, 100, 1e9]],
      job: ['categorical', ['nurse', 'cook', 'nurse', undefined, undefined, 'nurse']],
      zone: ['categorical', [3, 3, 1, 1, undefined, 3]],
      day: ['date', [0, 10.5, 20, 30, 40, 1e4]],
      note: ['text', ['Good tea', 'good coffee', 'bad tea', 'GOOD tea!', 'bad', 'coffee coffee']],
    });
    expect(fitFeatures({ ...other, ...ofWords }, other.d, train)).toEqual(pipeline);
  });

  test('refuses a table that says nothing', () => {
    const own = tableOf({ a: ['numeric', [1, 1]], b: ['categorical', ['x', 'x']] });
    expect(messageOf(() => fitFeatures(own, own.d, rowsTo(2)))).toBe(
      'data: expected a column that says something of its rows, received none; every column is constant or empty on the training rows',
    );
  });
});

test('rows are encoded in the order of kinds, with the weights of terms behind', () => {
  const encoded = encodeRows(table, table.d, [5, 3, 4], pipeline);
  if (encoded instanceof Float32Array) throw new Error('no texts');
  const { dense, width, terms, starts, places, values } = encoded;
  expect([width, terms]).toEqual([4, 4]); // age, day, job, zone
  expect([...dense]).toEqual([7, 50, 2, 2, 4, 30, 0, 0, 100, 40, 0, 2]);
  expect([...starts]).toEqual([0, 0, 3, 4]);
  expect([[...places.subarray(0, 3)].sort(), [...places.subarray(3)]]).toEqual([[0, 1, 3], [2]]);
  const [good, tea, both] = [3, 3, 2].map((rows) => Math.log(2) * (Math.log(6 / (1 + rows)) + 1));
  const length = Math.hypot(good!, tea!, both!);
  const weights = [good, tea, both].map((weight) => (4 * weight!) / length);
  const found = [0, 1, 3].map((place) => values[[...places].indexOf(place)]!);
  expect(firstDifference(found, weights, tolerances.float32Steps)).toBe(-1);
  expect(values[3]).toBe(4); // the only term of its row
});
