import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromRecords } from '../../src/data/formats/index.ts';
import { train } from '../train/package.ts';

const rows = Array.from({ length: 90 }, (_, i) => ({
  by: i % 5 === 0 ? null : { job: ['nurse', 'cook'][i % 2] as string, home: { size: i } },
  v: { e: [i % 3, 1] },
  label: i % 2 === 0 ? 'yes' : 'no',
}));
let model: Awaited<ReturnType<typeof train>>;

beforeAll(async () => {
  const data = await fromRecords(rows, { label: 'label' });
  model = await train({ data, loss: 'ce', model: 'linear', epochs: 2 });
});
afterAll(() => model.dispose());

test('objects in a row are the columns of the model that they were in training', async () => {
  const forms = [
    { by: { job: 'cook', home: { size: 7 } }, v: { e: [2, 1] } },
    { 'by.job': 'cook', by: { home: { size: 7 } }, 'v.e': [2, 1], other: { x: new Date(0) } },
    { 'by.job': 'cook', 'by.home.size': 7, v: { 'e[0]': 2, 'e[1]': 1 } },
  ];
  const { probs } = await model.predict(forms);
  expect(probs[1]).toEqual(probs[0]);
  expect(probs[2]).toEqual(probs[0]);
  const lists = await model.predict([[2, 1, 'cook', 7]]);
  expect(lists.probs[0]).toEqual(probs[0]);
});

interface Place {
  readonly job: string | null;
  readonly home: { readonly size: number } | null;
}

interface Person {
  readonly by: Place | null;
  readonly v: { readonly e: readonly number[] };
  readonly label?: string;
}

class Worker implements Person {
  by = { job: 'cook', home: { size: 7 } };
  v = { e: [2, 1] };
}

test('rows may be typed by an interface or a class; what is no cell does not compile', async () => {
  const people: readonly Person[] = rows;
  const data = await fromRecords(people, { label: 'label' });
  expect(data.columns).toEqual(['v.e[0]', 'v.e[1]', 'by.job', 'by.home.size']);
  const { probs } = await model.predict(people.slice(0, 2));
  expect(probs).toEqual((await model.predict(rows.slice(0, 2))).probs);
  const { by, v } = new Worker();
  expect((await model.predict([new Worker()])).probs).toEqual(
    (await model.predict([{ by, v }])).probs,
  );
  const wrong = [{ by: { job: () => 'cook', home: null }, v, label: 'yes' }];
  // @ts-expect-error a function is no cell
  await expect(model.predict(wrong)).rejects.toThrow('predict, row 0, column "by.job": expected');
  // @ts-expect-error a function is no cell
  await expect(fromRecords(wrong, { label: 'label' })).rejects.toThrow('expected a number, text,');
  // @ts-expect-error texts are no records
  await expect(fromRecords(['cook'], { label: 'label' })).rejects.toThrow('expected an object');
});

test('an object that is missing is missing cells; one that is not there is refused', async () => {
  const { probs } = await model.predict([
    { by: null, v: undefined },
    { by: { job: null, home: null }, v: { e: null } },
    { 'by.job': null, 'by.home.size': null, 'v.e': null },
  ]);
  expect(probs[1]).toEqual(probs[0]);
  expect(probs[2]).toEqual(probs[0]);
  await expect(model.predict([{ by: { job: 'cook' }, v: null }])).rejects.toThrow(
    'predict, row 0: expected the column "by.home.size" of the model, received "by.job", "v"',
  );
});
