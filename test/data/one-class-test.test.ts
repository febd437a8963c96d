import { expect, test } from 'vitest';
import { fromRecords, openDataset } from '../../src/data/formats/index.ts';
import { faultOf } from '../messages.ts';
import { train } from '../train/package.ts';
import { testFolder } from './files.ts';

const folder = testFolder('one-class');
const kinds = ['adelie', 'chinstrap', 'gentoo'];
const rows = Array.from({ length: 90 }, (_, i) => ({
  bill: (i % 3) * 4 + (i % 7) / 7,
  island: i % 2 ? 'x' : 'y',
  kind: kinds[i % 3] as string,
}));
const csv = (some: typeof rows) =>
  ['bill,island,kind', ...some.map((row) => Object.values(row).join(','))].join('\n');

test('rows to test on may all be of one class, and each of another', async () => {
  const source = folder.save('all.csv', csv(rows));
  const one = rows.filter(({ kind }) => kind === 'gentoo').slice(0, 25);
  const gentoo = folder.save('gentoo.csv', csv(one));
  const { data, test: tested } = await openDataset(source, { label: 'kind', test: gentoo });
  expect(tested?.classes).toEqual(kinds);
  expect([...(tested?.labels ?? [])]).toEqual(one.map(() => 2));
  expect(tested?.notices?.filter((notice) => notice.includes('equals the label'))).toEqual([]);

  const model = await train({ data, test: tested, loss: 'ce', epochs: 20, seed: 1 });
  expect(model.metrics.final.testAccuracy).toBeGreaterThan(0.9);
  const evaluated = await model.evaluate(tested as NonNullable<typeof tested>);
  expect(evaluated.majorityShare).toBe(1);
  await model.dispose();

  // 30 classes in 40 rows are no ids where they are known
  const many = rows.map((row, i) => ({ ...row, kind: `k${i % 30}` }));
  const all = await fromRecords(many, { label: 'kind' });
  const few = await fromRecords(many.slice(0, 40), { label: 'kind', like: all });
  expect(few.labels).toEqual(all.labels.slice(0, 40));
});

test('rows to learn from are of two classes at least', async () => {
  const source = folder.save('only.csv', csv(rows.filter(({ kind }) => kind === 'gentoo')));
  expect(await faultOf(openDataset(source, { label: 'kind' }))).toContain(
    'column "kind": expected at least 2 classes, received only "gentoo" in 30 rows',
  );
});
