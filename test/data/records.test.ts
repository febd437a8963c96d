import { describe, expect, test } from 'vitest';
import { fromRecords } from '../../src/data/formats/index.ts';
import { faultOf } from '../messages.ts';

const rows = Array.from({ length: 24 }, (_, i) => ({
  age: i % 5 === 0 ? null : 20 + i,
  job: ['nurse', 'cook'][i % 2] as string,
  sure: i % 3 === 0,
  since: new Date(Date.UTC(2020, 0, 1 + i, 12)),
  vector: [i, -i],
  label: i % 2 === 0 ? 'yes' : 'no',
}));

describe('records', () => {
  test('are a table of all kinds of columns', async () => {
    const data = await fromRecords(rows, { label: 'label', name: 'people' });
    expect(data.name).toBe('people');
    expect(data.columns).toEqual(['age', 'job', 'sure', 'since', 'vector[0]', 'vector[1]']);
    expect(data.kinds).toEqual([
      ...['numeric', 'categorical', 'categorical', 'date', 'embedding', 'embedding'],
    ]);
    expect(data.classes).toEqual(['no', 'yes']);
    expect([...data.features.slice(0, 12)]).toEqual([
      ...[Number.NaN, 0, 0, 18_262.5, 0, -0],
      ...[21, 1, 1, 18_263.5, 1, -1],
    ]);
    expect(data.texts?.slice(1, 3)).toEqual([
      ['nurse', 'cook'],
      ['true', 'false'],
    ]);
  });

  test.each<[string, unknown, object, string]>([
    [
      'no list',
      'x',
      { label: 'label' },
      'fromRecords: expected a list of one or more records, received "x"',
    ],
    [
      'none',
      [],
      { label: 'label' },
      'fromRecords: expected a list of one or more records, received []',
    ],
    [
      'what is no record',
      [1],
      { label: 'label' },
      'records, row 1: expected an object, received 1',
    ],
    [
      'an object in a cell',
      [...rows, { ...rows[0], job: {} }],
      { label: 'label' },
      'records, row 25, column "job": expected a number, text, boolean, date or list of numbers, received {}',
    ],
    [
      'an option that there is not',
      rows,
      { lable: 'label' },
      'received "lable"; did you mean "label"?',
    ],
  ])('refuses %s', async (_, records, options, message) => {
    expect(await faultOf(fromRecords(records as never, options as never))).toContain(message);
  });
});
