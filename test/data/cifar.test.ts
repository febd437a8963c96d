import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCifar, readFileRows } from '../../src/data/formats/index.ts';
import type { RowFile } from '../../src/data/index.ts';
import { testFolder } from './files.ts';

const folder = testFolder('cifar');
const size = 3072;

/** An image whose values are `seed`, `seed + 3`, … */
const image = (seed: number) => Uint8Array.from({ length: size }, (_, i) => seed + 3 * i);
const record = (labels: readonly number[], seed: number) =>
  Buffer.concat([Buffer.from(labels), image(seed)]);

const ten = join(folder.path, 'ten');
for (let i = 1; i <= 5; i++) {
  const records = [record([i % 3], i), record([(i + 1) % 3], 10 * i)];
  folder.save(`ten/data_batch_${i}.bin`, Buffer.concat(records));
}
folder.save('ten/test_batch.bin', Buffer.concat([record([2], 77), record([0], 78)]));
folder.save('ten/batches.meta.txt', 'airplane\nautomobile\nbird\n\n');
const expected = Buffer.concat([1, 2, 3, 4, 5].flatMap((i) => [image(i), image(10 * i)]));

describe('CIFAR-10', () => {
  it('reads the five batches in order, and the test batch', async () => {
    const { data, test } = await readCifar(ten);
    expect(Buffer.compare(data.features as Uint8Array, expected)).toBe(0);
    expect([...data.labels]).toEqual([1, 2, 2, 0, 0, 1, 1, 2, 2, 0]);
    expect([data.classes, data.featureShape]).toEqual([
      ['airplane', 'automobile', 'bird'],
      [3, 32, 32],
    ]);
    expect(test?.features).toEqual(Uint8Array.from([...image(77), ...image(78)]));
    expect([...(test?.labels ?? [])]).toEqual([2, 0]);
  });

  it('refuses names of classes that do not differ', async () => {
    const files = Object.fromEntries(readdirSync(ten).map((name) => [name, join(ten, name)]));
    for (const [name, path] of Object.entries(files)) {
      folder.save(`same/${name}`, name.endsWith('.bin') ? readFileSync(path) : 'cat\ndog\ncat\n');
    }
    expect(await folder.fault(readCifar(join(folder.path, 'same')))).toBe(
      'same, classes: expected names that differ, received "cat" twice',
    );
  });

  it('joins the batches in one file above the memory limit, which the next run takes', async () => {
    const cache = join(folder.path, 'cache');
    const read = () => readCifar(ten, { memoryLimit: 3 * size, cache });
    const [first, second] = [await read(), await read()];
    const features = first.data.features as RowFile;
    expect([features.rows, features.rowSize]).toEqual([10, size]);
    expect(Buffer.compare(readFileRows(features, 0, 10), expected)).toBe(0);
    expect(first.data.notices[1]).toBe(`too large for memory: kept in ${features.file}`);
    expect(second.data.features).toEqual(features);
    expect(second.data.labels).toEqual(first.data.labels);
    expect(second.data.notices[1]).toBe(`read from ${features.file}, made by an earlier run`);
    expect(readdirSync(cache).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('checks lengths and labels', async () => {
    folder.save('cut/data_batch_1.bin', record([0], 1).subarray(1));
    for (let i = 2; i <= 5; i++) folder.save(`cut/data_batch_${i}.bin`, record([i], i));
    const cut = join(folder.path, 'cut');
    expect(await folder.fault(readCifar(cut))).toBe(
      'cut/data_batch_1.bin: expected rows of 3073 bytes, received 3072 bytes; download the file again; the binary version is needed',
    );
    folder.save('cut/data_batch_1.bin', record([0], 1));
    folder.save('cut/batches.meta.txt', 'a\nb\nc\n');
    expect(await folder.fault(readCifar(cut))).toContain(
      'cut, row 3: expected a label below 3, received 3',
    );
    expect(await folder.fault(readCifar(ten, { label: 'coarse' }))).toContain(
      'CIFAR-10 has no superclasses',
    );
    expect(await folder.fault(readCifar(folder.path))).toContain(
      'expected data_batch_1.bin or train.bin',
    );
  });
});

describe('CIFAR-100', () => {
  const hundred = join(folder.path, 'hundred');
  folder.save(
    'hundred/train.bin',
    Buffer.concat([record([1, 0], 5), record([0, 2], 6), record([1, 1], 7)]),
  );
  folder.save('hundred/fine_label_names.txt', 'apple\nbear\ncan\n');
  folder.save('hundred/coarse_label_names.txt', 'things\nfruit\n');

  it('has fine labels, or coarse ones', async () => {
    const { data, test } = await readCifar(hundred);
    expect([data.classes, [...data.labels]]).toEqual([
      ['apple', 'bear', 'can'],
      [0, 2, 1],
    ]);
    expect(data.features).toEqual(Uint8Array.from([...image(5), ...image(6), ...image(7)]));
    expect(test).toBeUndefined();
    const { data: coarse } = await readCifar(hundred, { label: 'coarse' });
    expect([coarse.classes, [...coarse.labels]]).toEqual([
      ['things', 'fruit'],
      [1, 0, 1],
    ]);
  });

  it('leaves the images in its one file above the memory limit', async () => {
    const { data } = await readCifar(hundred, { memoryLimit: size });
    const file = join(hundred, 'train.bin');
    expect(data.features).toEqual({ file, offset: 2, stride: 3074, rows: 3, rowSize: size });
    expect(readFileRows(data.features as RowFile, 1, 3)).toEqual(
      Uint8Array.from([...image(6), ...image(7)]),
    );
    expect([...data.labels]).toEqual([0, 2, 1]);
  });
});

it('a folder that is not there is named', async () => {
  await expect(readCifar('/nope')).rejects.toMatchObject({
    name: 'SymlossError',
    message: '/nope: expected a readable folder, received no such file',
  });
});
