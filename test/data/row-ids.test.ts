import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDataset } from '../../src/data/formats/index.ts';
import { selectRows } from '../../src/data/index.ts';
import { testFolder } from './files.ts';
import { grey } from './pictures.ts';

const folder = testFolder('ids');
const table = folder.save(
  'table.csv',
  'key,x,label\na,1,no\nb,2,yes\nc,,no\nd,4,yes\n,5,no\nf,6,yes\n',
);

test('a table says which rows are left, and holds its ids where that is asked for', async () => {
  const options = { label: 'label', id: ['key'], missing: 'drop' } as const;
  const { data } = await openDataset(table, { ...options, keepIds: true });
  expect(data.sourceRows).toEqual(Uint32Array.of(0, 1, 3, 4, 5));
  expect(data.rowIds).toEqual([{ name: 'key', values: ['a', 'b', 'd', '', 'f'] }]);
  const some = selectRows(data, [4, 2]);
  expect(some.sourceRows).toEqual(Uint32Array.of(5, 3));
  expect(some.rowIds).toEqual([{ name: 'key', values: ['f', 'd'] }]);
  const plain = (await openDataset(table, options)).data;
  expect([plain.sourceRows, plain.rowIds]).toEqual([data.sourceRows, undefined]);
});

test('a table of which no row is left out has them in their order', async () => {
  const { data } = await openDataset(table, { label: 'label', ignore: ['key'], keepIds: true });
  expect([data.sourceRows, data.rowIds]).toEqual([undefined, undefined]);
});

test('a folder of images names their paths, without those that are left out', async () => {
  for (const [i, part] of ['train', 'train', 'test'].entries()) {
    folder.save(`images/${part}/cat/${i}.png`, await grey(10 + i));
    folder.save(`images/${part}/dog/${i}.png`, await grey(90 + i));
  }
  folder.save('images/train/cat/bad.png', 'no image');
  const { data, test: held } = await openDataset(join(folder.path, 'images'), {
    badImages: 'skip',
    keepIds: true,
  });
  expect(data.sourceRows).toEqual(Uint32Array.of(0, 1, 3, 4));
  const values = ['train/cat/0.png', 'train/cat/1.png', 'train/dog/0.png', 'train/dog/1.png'];
  expect(data.rowIds).toEqual([{ name: 'path', values }]);
  expect(held?.rowIds).toEqual([{ name: 'path', values: ['test/cat/2.png', 'test/dog/2.png'] }]);
});
