import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openDataset, openInputs } from '../../src/data/formats/index.ts';
import { npy, testFolder } from './files.ts';
import { convert, grey } from './pictures.ts';

const folder = testFolder('image-inputs');
const at = (name: string) => join(folder.path, name);
const input = { featureShape: [1, 1, 2], classes: ['cat', 'dog'] };

beforeAll(async () => {
  const save = async (value: number, ...names: string[]) => {
    for (const name of names) folder.save(name, await grey(value, 1, 2));
  };
  await save(10, 'animals/cat/1.png', 'animals/cat/deep/2.png', 'parts/Train/cat/1.png');
  await save(20, 'animals/dog/1.png', 'parts/Train/dog/1.png', 'mixed/dog/1.png');
  await save(30, 'animals/eel/1.png', 'parts/test/dog/1.png', 'mixed/new/1.png', 'mixed/0.png');
  await save(40, 'plain/july/1.png', 'plain/2.png', 'parts/test/eel/2.png');
  folder.save('plain/3.jfif', await convert(await grey(50, 1, 2), 'jpeg'));
});

describe('labels of images in folders', () => {
  const read = async (name: string, options = {}) => {
    const { paths, labels } = await openInputs(at(name), input, options);
    return [paths, labels];
  };

  it('are the folders, where one of them is called as a class', async () => {
    expect(await read('animals')).toEqual([
      ['cat/1.png', 'cat/deep/2.png', 'dog/1.png', 'eel/1.png'],
      ['cat', 'cat', 'dog', 'eel'],
    ]);
    expect(await read('mixed')).toEqual([
      ['0.png', 'dog/1.png', 'new/1.png'],
      ['', 'dog', 'new'],
    ]);
    expect(await read('plain')).toEqual([['2.png', '3.jfif', 'july/1.png'], undefined]);
  });

  it('are not told without the classes of the model', async () => {
    const { labels } = await openInputs(at('animals'), { featureShape: [1, 1, 2] });
    expect(labels).toBeUndefined();
  });

  it('lie below the folders of parts, of which one may be asked for', async () => {
    expect(await read('parts')).toEqual([
      ['Train/cat/1.png', 'Train/dog/1.png', 'test/dog/1.png', 'test/eel/2.png'],
      ['cat', 'dog', 'dog', 'eel'],
    ]);
    expect(await read('parts', { part: 'test' })).toEqual([
      ['test/dog/1.png', 'test/eel/2.png'],
      ['dog', 'eel'],
    ]);
    expect(await read('parts', { part: 'train' })).toEqual([
      ['Train/cat/1.png', 'Train/dog/1.png'],
      ['cat', 'dog'],
    ]);
    expect(await folder.fault(read('plain', { part: 'test' }))).toBe(
      'plain: expected a folder "test" with folders of classes, received none; leave out part: test',
    );
  });
});

describe('images that are files', () => {
  const pixels = ({ features }: { features: unknown }) => [...(features as Uint8Array)];

  it('are read one by one, and together by a pattern', async () => {
    const one = await openInputs(at('plain/3.jfif'), input);
    expect([pixels(one), one.paths, one.labels]).toEqual([
      [50, 50],
      [at('plain/3.jfif')],
      undefined,
    ]);
    const all = await openInputs(at('animals/*/1.png'), input);
    expect([pixels(all), all.paths]).toEqual([
      [10, 10, 20, 20, 30, 30],
      ['cat', 'dog', 'eel'].map((name) => at(`animals/${name}/1.png`)),
    ]);
  });

  it('are told by their content where they have no extension', async () => {
    writeFileSync(at('picture'), readFileSync(at('plain/2.png')));
    expect(pixels(await openInputs(at('picture'), input))).toEqual([40, 40]);
  });

  it('are left out where they cannot be decoded, with their paths', async () => {
    folder.save('broken/1.png', 'no image');
    folder.save('broken/2.png', await grey(60, 1, 2));
    const rows = await openInputs(at('broken/*.png'), input, { badImages: 'skip' });
    expect([rows.paths, [...rows.kept]]).toEqual([[at('broken/2.png')], [1]]);
  });

  it('have to be there', async () => {
    expect(await folder.fault(openInputs(at('plain/9.png'), input))).toBe(
      'plain/9.png: expected an image, received no such file',
    );
  });

  it('are no data to train on, or for a table', async () => {
    expect(await folder.fault(openDataset(at('plain/2.png')))).toBe(
      'plain/2.png: expected images with labels, received an image; sort the images into folders named by their classes, and give the folder that holds them',
    );
    expect(await folder.fault(openInputs(at('plain/2.png'), { featureShape: [3] }))).toContain(
      'expected rows of 3 numbers',
    );
  });
});

describe('pixels in another range than those of training', () => {
  const read = async (values: readonly number[], pixels?: 'bytes') => {
    const path = folder.save(
      'pixels.npy',
      npy('<f4', [1, 1, 2], new Uint8Array(Float32Array.from(values).buffer)),
    );
    return (await openInputs(path, { featureShape: [1, 1, 2], pixels })).notices;
  };

  it('are warned of', async () => {
    expect(await read([0.25, 0.5], 'bytes')).toEqual([
      'warning: no pixel is above 0.5, and the model was trained on pixels from 0 to 255: multiply them by 255 if they are from 0 to 1',
    ]);
    expect([await read([0.25, 1.5], 'bytes'), await read([0.25, 0.5])]).toEqual([[], []]);
  });
});
