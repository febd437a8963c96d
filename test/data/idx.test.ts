import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  fashionMnistClasses,
  readFileRows,
  readIdxFolder,
  readIdxImages,
  readIdxLabels,
} from '../../src/data/formats/index.ts';
import type { RowFile } from '../../src/data/index.ts';
import { idx, ramp, testFolder } from './files.ts';

const folder = testFolder('idx');
const images = idx([3, 2, 2], ramp(12));

describe('IDX images', () => {
  it.each([
    ['plain', images],
    ['gzip', gzipSync(images)],
  ])('%s: bytes of one channel, on memory that threads share', async (name, content) => {
    const { features, shape, skipped } = await readIdxImages(folder.save(name, content));
    expect(features).toEqual(Uint8Array.from(ramp(12)));
    expect((features as Uint8Array).buffer).toBeInstanceOf(SharedArrayBuffer);
    expect([shape, skipped]).toEqual([[1, 2, 2], []]);
  });

  it('reads images of several channels', async () => {
    const path = folder.save('colour', idx([1, 3, 1, 2], ramp(6)));
    const { features, shape } = await readIdxImages(path);
    expect([features, shape]).toEqual([Uint8Array.from(ramp(6)), [3, 1, 2]]);
  });

  it('leaves them in the file above the memory limit', async () => {
    const path = folder.save('large', images);
    const { features } = await readIdxImages(path, { memoryLimit: 11 });
    expect(features).toEqual({ file: path, offset: 16, stride: 4, rows: 3, rowSize: 4 });
    expect(readFileRows(features as RowFile, 1, 3)).toEqual(Uint8Array.from(ramp(12).slice(4)));
  });

  it.each<[string, Uint8Array, string]>([
    [
      'foreign',
      Buffer.from('P5 2 2 255 ....'),
      'expected an IDX file, which starts with 00 00 08, received 50 35 20 32',
    ],
    [
      'empty',
      Buffer.alloc(0),
      'expected an IDX file, which starts with 00 00 08, received nothing',
    ],
    [
      'floats',
      idx([1, 1, 1], [0, 0, 0, 0], 13),
      'expected unsigned bytes (type 8), received 32-bit floats (type 13)',
    ],
    [
      'short',
      images.subarray(0, 25),
      'expected 12 bytes, received 9: it is truncated; download the file again',
    ],
    [
      'short.gz',
      gzipSync(images.subarray(0, 25)),
      'expected 12 bytes, received 9: it is truncated; download the file again',
    ],
    [
      'torn.gz',
      gzipSync(images).subarray(0, 30),
      'expected a complete gzip file, received a truncated one; download it again',
    ],
    [
      'long',
      Buffer.concat([images, images]),
      'expected 12 values, as its header says, received 40; download the file again',
    ],
    [
      'vast',
      idx([4_000_000_000, 9, 9], []),
      'expected 324000000000 bytes, received 0: it is truncated; download the file again',
    ],
    [
      'labels',
      idx([2], [0, 1]),
      'expected images, 3 or 4 dimensions, received 1; these are labels',
    ],
  ])('refuses a file that is %s', async (name, content, message) => {
    const path = folder.save(`bad/${name}`, content);
    expect(await folder.fault(readIdxImages(path))).toBe(`bad/${name}: ${message}`);
  });

  it('says that a file is missing', async () => {
    const work = readIdxImages(`${folder.path}/none`);
    expect(await folder.fault(work)).toBe('none: expected a file, received no such file');
  });
});

it('reads IDX labels, and refuses images as labels', async () => {
  const path = folder.save('labels', gzipSync(idx([3], [2, 0, 1])));
  expect(await readIdxLabels(path)).toEqual(Uint8Array.of(2, 0, 1));
  const wrong = folder.save('no-labels', images);
  expect(await folder.fault(readIdxLabels(wrong))).toContain('expected labels, 1 dimension');
});

describe('a folder as MNIST comes', () => {
  const fill = (name: string, mark: string, pack: (bytes: Buffer) => Uint8Array, end: string) => {
    const save = (file: string, bytes: Buffer) => folder.save(`${name}/${file}${end}`, pack(bytes));
    save(`train-images${mark}idx3-ubyte`, images);
    save(`train-labels${mark}idx1-ubyte`, idx([3], [7, 2, 7]));
    save(`t10k-images${mark}idx3-ubyte`, idx([2, 2, 2], ramp(8).reverse()));
    save(`t10k-labels${mark}idx1-ubyte`, idx([2], [2, 7]));
    return `${folder.path}/${name}`;
  };

  it.each([
    ['packed', '-', gzipSync, '.gz'],
    ['unpacked', '.', (bytes: Buffer) => bytes, ''],
  ] as const)('%s', async (name, mark, pack, end) => {
    const { data, test } = await readIdxFolder(fill(name, mark, pack, end));
    expect([data.classes, [...data.labels], data.featureShape]).toEqual([
      ['2', '7'],
      [1, 0, 1],
      [1, 2, 2],
    ]);
    expect(data.features).toEqual(Uint8Array.from(ramp(12)));
    expect(test?.features).toEqual(Uint8Array.from(ramp(8).reverse()));
    expect([...(test?.labels ?? [])]).toEqual([0, 1]);
    expect(data.notices).toEqual([
      `${folder.path}/${name}/train-images${mark}idx3-ubyte${end}: 3 images of 1 × 2 × 2, 2 classes: "2", "7"`,
    ]);
  });

  it('takes the published names of the classes of Fashion-MNIST', async () => {
    const { data } = await readIdxFolder(fill('fashion-mnist', '-', gzipSync, '.gz'));
    expect(data.classes).toEqual(fashionMnistClasses);
    expect(Array.from(data.labels, (label) => data.classes[label])).toEqual([
      'Sneaker',
      'Pullover',
      'Sneaker',
    ]);
  });

  it('names the file that is missing, and counts that differ', async () => {
    folder.save('half/train-images-idx3-ubyte', images);
    expect(await folder.fault(readIdxFolder(`${folder.path}/half`))).toContain(
      'half: expected train-labels-idx1-ubyte or the same with .gz, received no such file',
    );
    folder.save('half/train-labels-idx1-ubyte', idx([2], [0, 1]));
    expect(await folder.fault(readIdxFolder(`${folder.path}/half`))).toBe(
      'half/train-images-idx3-ubyte: expected 3 labels, one per row, received 2',
    );
  });
});

it('a folder that is not there is named', async () => {
  await expect(readIdxFolder('/nope')).rejects.toMatchObject({
    name: 'SymlossError',
    message: '/nope: expected a readable folder, received no such file',
  });
});
