import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromNumbers, toNumbers } from '../../src/core/index.ts';
import type { Predictor } from '../../src/model/index.ts';
import { openModel, parseModelCard } from '../../src/model/index.ts';
import { loadModel } from '../../src/model/node/index.ts';
import { nodeRunner, webRunner } from '../../src/runtime/index.ts';
import { firstDifference, tolerances } from '../tolerances.ts';
import { train } from '../train/package.ts';
import { mixedTable, record } from './mixed-table.ts';

const data = mixedTable();
const folder = mkdtempSync(join(tmpdir(), 'symloss-mixed-'));
let model: Predictor;
let accuracy = 0;

beforeAll(async () => {
  const trained = await train({ data, loss: 'ce', seed: 1 });
  accuracy = trained.metrics.final.testAccuracy ?? 0;
  await trained.save(folder);
  await trained.dispose();
  model = await loadModel(folder);
});
afterAll(async () => {
  await model.dispose();
  rmSync(folder, { recursive: true, force: true });
});

describe('a model of a mixed table', () => {
  test('learns from all kinds of columns', () => {
    expect(accuracy).toBeGreaterThan(0.75);
  });

  test('takes records, columns and lists of cells, in any order and with others beside', async () => {
    const { probs } = await model.predict([record]);
    const names = Object.keys(record) as (keyof typeof record)[];
    const backwards = Object.fromEntries([...names].reverse().map((name) => [name, record[name]]));
    const forms = [
      [{ ...backwards, other: 'x' }],
      Object.fromEntries(names.map((name) => [name, [record[name]]])),
      [model.card.columns!.map(({ name }) => record[name as keyof typeof record])],
      [{ ...record, day: new Date('2019-04-14') }],
      [{ ...record, age: '50' }],
    ];
    for (const form of forms) expect((await model.predict(form)).probs).toEqual(probs);
  });

  test('takes the numbers of a vector together', async () => {
    const { 'v[0]': first, 'v[1]': second, ...rest } = { ...record, 'v[0]': 0.25, 'v[1]': null };
    const { probs } = await model.predict([{ ...rest, 'v[0]': first, 'v[1]': second }]);
    const columns = Object.fromEntries(Object.entries(rest).map(([name, cell]) => [name, [cell]]));
    const forms = [
      [{ ...rest, v: [first, second] }],
      [{ ...rest, v: Float32Array.of(first, Number.NaN) }],
      { ...columns, v: [[first, second]] },
    ];
    for (const form of forms) expect((await model.predict(form)).probs).toEqual(probs);
    const missing = { ...rest, 'v[0]': null, 'v[1]': null };
    expect((await model.predict([{ ...rest, v: null }])).probs).toEqual(
      (await model.predict([missing])).probs,
    );
  });

  test('takes empty cells, values that it has not seen, and no rows', async () => {
    const empty = { ...record, age: null, drink: undefined, text: '', day: Number.NaN, code: null };
    const unseen = { ...record, drink: 'juice', text: 'never heard', code: 77 };
    const { probs } = await model.predict([empty, unseen]);
    for (const row of probs) expect([...row].every(Number.isFinite)).toBe(true);
    expect((await model.predict([])).labels).toEqual([]);
  });

  test.each<[string, unknown, string]>([
    [
      'a column that is not there',
      [{ ...record, drink: undefined, Age: 1, age: undefined }].map(({ age: _, ...rest }) => rest),
      'predict, row 0: expected the column "age" of the model, received "drink", "day", "text", "code", "v[0]", "v[1]", "Age"; is "Age" "age"?',
    ],
    [
      'a text where a number is wanted',
      [record, { ...record, age: 'old' }],
      'predict, row 1, column "age": expected a number, or nothing where it is missing, received "old"',
    ],
    [
      'an infinite number',
      [{ ...record, age: Infinity }],
      'predict, row 0, column "age": expected a finite number of float32, or NaN where it is missing, received Infinity',
    ],
    [
      'a list of another length',
      [[1, 2]],
      'predict, row 0: expected 7 cells, one for each column of the model, received 2',
    ],
    [
      'columns of different lengths',
      {
        age: [1],
        drink: ['tea', 'tea'],
        day: [1],
        text: [''],
        code: [1],
        'v[0]': [0],
        'v[1]': [0],
      },
      'predict, column "drink": expected 1 cells, as the first column, received 2',
    ],
    [
      'a vector of other numbers',
      [record, { ...record, 'v[0]': undefined, v: [1] }].map(({ 'v[0]': _, ...rest }, i) =>
        i === 0 ? record : rest,
      ),
      'predict, row 1, "v": expected a list of 2 numbers, received 1',
    ],
    [
      'a day that is none',
      [{ ...record, day: 'yesterday' }],
      'predict, row 0, column "day": expected a day: a Date, text as 2024-01-31, or days since 1970-01-01, received "yesterday"',
    ],
    [
      'one array of numbers',
      new Float32Array(7),
      'predict: expected records, columns or lists of cells, received one array',
    ],
  ])('refuses %s', async (_, rows, message) => {
    await expect(model.predict(rows as never)).rejects.toMatchObject({
      name: 'SymlossError',
      message,
    });
  });

  test('says in its card what its inputs are, and its classes in the ONNX file', () => {
    expect(model.card.inputs).toEqual([
      { name: 'age', type: 'float32', columns: ['age'], matrix: false },
      { name: 'drink', type: 'string', columns: ['drink'], matrix: false },
      { name: 'day', type: 'float32', columns: ['day'], matrix: false },
      { name: 'text', type: 'string', columns: ['text'], matrix: false },
      { name: 'code', type: 'float32', columns: ['code'], matrix: false },
      { name: 'v', type: 'float32', columns: ['v[0]', 'v[1]'], matrix: true },
    ]);
    expect(model.card.columns?.[1]).toEqual({
      name: 'drink',
      kind: 'categorical',
      values: expect.arrayContaining(['tea', 'coffee', 'water', '']),
      other: false,
    });
    expect(model.card.contribOperators).toEqual(['Tokenizer']);
    const bytes = readFileSync(join(folder, 'model.onnx'));
    expect(bytes.toString('latin1')).toContain('classes\x12\x0c["no","yes"]');
  });

  test('gives the same in onnxruntime for Node and for browsers', async () => {
    const onnx = readFileSync(join(folder, 'model.onnx'));
    const text = readFileSync(join(folder, 'model.json'), 'utf8');
    const card = parseModelCard(text, 'model.json');
    const web = await openModel({ onnx, card }, webRunner());
    const [here, there] = [await model.predictDataset(data), await web.predictDataset(data)];
    await web.dispose();
    const flat = (rows: readonly Float32Array[]) => rows.flatMap((row) => [...row]);
    expect(firstDifference(flat(there.probs), flat(here.probs), tolerances.float32Steps)).toBe(-1);
    expect(there.labels).toEqual(here.labels);
  });

  test('is fed by other programs without symloss', async () => {
    const session = await nodeRunner().load(readFileSync(join(folder, 'model.onnx')));
    const { probs } = await session.run({
      age: fromNumbers('float32', [1], [50]),
      drink: { dtype: 'string', shape: [1], data: ['tea'] },
      day: fromNumbers('float32', [1], [18_000]),
      text: { dtype: 'string', shape: [1], data: ['cold good'] },
      code: fromNumbers('float32', [1], [1]),
      v: fromNumbers('float32', [1, 2], [0, 1]),
    });
    await session.dispose();
    expect([...toNumbers(probs!)]).toEqual([...(await model.predict([record])).probs[0]!]);
  });
});
