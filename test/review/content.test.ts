import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDataset } from '../../src/data/formats/index.ts';
import { selectRows } from '../../src/data/index.ts';
import { contentHash } from '../../src/review/index.ts';
import { testFolder } from '../data/files.ts';
import { grey } from '../data/pictures.ts';

const folder = testFolder('content');
const heading = 'size,colour,said,y';
const rows = ['1.5,red,"so, well then",a', ',blue,"never ""mind"" it",b', '2,red,no of course,a'];
const columns = { size: 'numeric', colour: 'categorical', said: 'text' } as const;

async function hashes(name: string, lines: readonly string[]) {
  const file = folder.save(name, `${[heading, ...lines].join('\n')}\n`);
  const { data } = await openDataset(file, { label: 'y', columns });
  return { data, hashes: lines.map((_, row) => contentHash(data, row)) };
}

test('is the SHA-256 of shape, and of each cell with its column', async () => {
  const { hashes: found } = await hashes('table.csv', rows);
  const number = Buffer.alloc(4);
  number.writeFloatLE(1.5);
  const hash = createHash('sha256').update('["numbers",[3]]');
  hash.update('["size","numeric","number",0]').update(number);
  hash.update('["colour","categorical","text",3]').update('red');
  hash.update('["said","text","text",13]').update('so, well then');
  expect(found[0]).toBe(hash.digest('hex').slice(0, 32));
});

test('of a row does not depend on the others, their order, or its label', async () => {
  const { hashes: found } = await hashes('table.csv', rows);
  expect(new Set(found).size).toBe(3);
  const [first = '', second = '', third = ''] = rows;
  const moved = await hashes('moved.csv', ['7,green,other words,b', third, second, first]);
  expect(moved.hashes.slice(1)).toEqual(found.toReversed());
  const relabelled = await hashes('labels.csv', [first, second, third.replace(/a$/, 'b')]);
  expect(relabelled.hashes).toEqual(found);
  const changed = await hashes('changed.csv', [first, second, third.replace('red', 'blue')]);
  expect(changed.hashes.map((hash, i) => hash === found[i])).toEqual([true, true, false]);
  const filled = await hashes('filled.csv', [first, `0${second}`, third]);
  expect(filled.hashes.map((hash, i) => hash === found[i])).toEqual([true, false, true]);
});

test('of rows in a file is that of the same rows in memory', async () => {
  const features = Float32Array.of(0, 1.5, 2, Number.NaN, 0, 5);
  const data = { features, featureShape: [3], columns: ['p', 'q', 'r'], texts: [['x', 'y', 'z']] };
  const file = folder.save('rows', new Uint8Array(features.buffer));
  const place = { file, offset: 0, stride: 12, rows: 2, rowSize: 12, dtype: 'float32' } as const;
  const inFile = { ...data, features: place };
  for (const row of [0, 1]) expect(contentHash(inFile, row)).toBe(contentHash(data, row));
});

test('of a row is the same in a part of the data', async () => {
  const { data } = await hashes('part.csv', rows);
  expect(contentHash(selectRows(data, [2, 1]), 0)).toBe(contentHash(data, 2));
});

test('of images is that of their pixels', async () => {
  for (const [i, kind] of ['cat', 'cat', 'dog', 'dog'].entries()) {
    folder.save(`images/${kind}/${i}.png`, await grey(10 + (i % 2)));
  }
  const { data } = await openDataset(join(folder.path, 'images'));
  const hash = createHash('sha256').update(JSON.stringify(['bytes', data.featureShape]));
  const size = data.featureShape.reduce((a, b) => a * b);
  const bytes = (data.features as Uint8Array).subarray(size, 2 * size);
  expect(contentHash(data, 1)).toBe(hash.update(bytes).digest('hex').slice(0, 32));
  expect(contentHash(data, 3)).toBe(contentHash(data, 1));
  expect(contentHash(data, 0)).not.toBe(contentHash(data, 1));
});
