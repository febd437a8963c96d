import { describe, expect, test } from 'vitest';
import { fromRecords, openDataset } from '../../src/data/formats/index.ts';
import { faultOf } from '../messages.ts';
import { testFolder } from './files.ts';

const folder = testFolder('records');

const rows = Array.from({ length: 24 }, (_, i) => ({
  age: i % 5 === 0 ? null : 20 + i,
  job: ['nurse', 'cook'][i % 2] as string,
  sure: i % 3 === 0,
  since: new Date(Date.UTC(2020, 0, 1 + i, 12)),
  vector: [i, -i],
  label: i % 2 === 0 ? 'yes' : 'no',
}));

const circular: Record<string, unknown> = { label: 'a' };
circular['self'] = circular;

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

  test('like other data they have its columns, kinds and classes', async () => {
    const data = await fromRecords(rows, { label: 'label' });
    const others = [
      ...rows.slice(4, 8).map(({ label, vector, since, sure, job, age }) => ({
        ...{ label, more: 1, vector, since, sure },
        ...{ job: job === 'cook' ? '7' : job, age: age === null ? null : `${age}` },
      })),
      { ...rows[1], label: 'no' },
    ];
    const test = await fromRecords(others, { label: 'label', like: data, name: 'others' });
    const { columns, kinds, classes } = data;
    expect(test).toMatchObject({ name: 'others', columns, kinds, classes });
    expect([...test.labels]).toEqual([1, 0, 1, 0, 0]);
    expect([0, 6, 12, 18].map((at) => test.features[at])).toEqual([24, Number.NaN, 26, 27]);
    expect(test.texts?.[1]).toEqual(['nurse', '7', 'cook']);

    const without = others.map(({ age: _, ...row }) => row);
    const missing = await faultOf(fromRecords(without, { label: 'label', like: data }));
    expect(missing).toMatch(
      /^records: expected the column "age" of the training data, received "label", "more"/,
    );
    const other = [...others, { ...rows[1], label: 'perhaps' }];
    expect(await faultOf(fromRecords(other, { label: 'label', like: data }))).toMatch(
      /records, classes: expected one of the 2 classes of the training data, received "perhaps"/,
    );
  });

  test('objects in them are columns of their own, as in JSON lines', async () => {
    const nested = rows.map(({ age, job, label }, i) => ({
      ...(i % 4 > 0 && {
        work: i % 8 === 1 ? null : { ' job ': job, place: { zip: `0${i % 3}` } },
      }),
      of: { age, vector: [i, i % 2], label, none: {} },
      constructor: { name: i % 3 },
      mixed: i % 2 ? 1 : [1, 2],
    }));
    const file = folder.save(
      'nested.jsonl',
      nested.map((row) => `${JSON.stringify(row)}\n`).join(''),
    );
    const options = { label: 'of.label', categorical: ['constructor.name'] };
    const data = await fromRecords(nested, { ...options, name: file });
    const { data: expected } = await openDataset(file, options);
    expect(data.columns).toEqual([
      ...[
        'of.age',
        'of.vector[0]',
        'of.vector[1]',
        'constructor.name',
        'work.job',
        'work.place.zip',
      ],
    ]);
    const known = { ...data, name: expected.name };
    expect(known).toEqual(expected);
    expect(data.notices.join()).toContain('"mixed" (numbers and lists of numbers)');
    const dotted = nested.map(({ of, ...rest }) => ({
      ...rest,
      'of.age': of.age,
      'of.label': of.label,
    }));
    const same = await fromRecords(dotted, { ...options, features: ['of.age', 'work.job'] });
    const own = await fromRecords(nested, { ...options, features: ['of.age', 'work.job'] });
    expect(same).toEqual(own);
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
      'an object of a class in a cell',
      [...rows, { ...rows[0], job: { of: new Map() } }],
      { label: 'label' },
      'records, row 25, column "job.of": expected a number, text, boolean, date, list of numbers or plain object, received ',
    ],
    [
      'an object that is in itself',
      [circular],
      { label: 'label' },
      'records, row 1: expected at most 32 levels of objects, received objects nested deeper',
    ],
    [
      'two values of one column',
      [{ a: { b: 1 }, 'a.b': 2 }],
      { label: 'label' },
      'records, row 1: expected each column once, received "a.b" twice; an object within the row has',
    ],
    [
      'a label that is an object',
      rows.map((row) => ({ ...row, label: { a: row.label } })),
      { label: 'label' },
      'records, label column: expected one of "age", "job", "sure", "since", "vector", "label.a", received "label"',
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

test.each([
  ['ignore', 'xy', 'a list of columns, received "xy"; ignore: ["xy"]'],
  ['text', 'job', 'a list of columns, received "job"; text: ["job"]'],
  ['text', 5, 'a list of columns, received 5'],
  ['label', 5, 'a text, received 5'],
  ['weight', 5, 'a text, received 5'],
  ['name', 5, 'a text, received 5'],
])('an option of another type is refused: %s: %j', async (name, value, message) => {
  const options = { label: 'label', [name]: value } as never;
  expect(await faultOf(fromRecords(rows, options))).toBe(`${name}: expected ${message}`);
});
