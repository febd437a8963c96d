import { existsSync, readdirSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readFileRows, readFolderImages, readImageFolder } from '../../src/data/formats/index.ts';
import type { RowFile } from '../../src/data/index.ts';
import { testFolder } from './files.ts';
import { colour, convert, grey, png } from './pictures.ts';

const folder = testFolder('folder');
let folders = 0;

/** A new folder with these files. */
function fill(files: Readonly<Record<string, Uint8Array | string>>): string {
  const name = `f${folders++}`;
  for (const [file, content] of Object.entries(files)) folder.save(`${name}/${file}`, content);
  return join(folder.path, name);
}

const fault = (work: Promise<unknown>) =>
  folder.fault(work).then((message) => message.replace(/\bf\d+\//g, ''));

const red = [255, 0, 0] as const;
const two = [await grey(10), await grey(200)] as const;

describe('a folder of classes', () => {
  it('gives channel-first bytes, ordered by class and path in code units', async () => {
    const pixels = png([1, 2, 3], [1, 2, 3, 4, 5, 6]);
    const { data, test } = await readImageFolder(
      fill({
        'b/2.png': await pixels,
        'b/10.webp': await convert(await colour([9, 8, 7], 1, 2), 'webp'),
        'Z/deep/x.png': await colour(red, 1, 2),
        'a/1.PNG': await colour([0, 255, 7], 1, 2),
        'a/note.txt': 'no image',
        '.hidden/1.png': await pixels,
        'empty/readme.md': '',
      }),
    );
    expect([data.classes, [...data.labels], data.featureShape]).toEqual([
      ['Z', 'a', 'b'],
      [0, 1, 2, 2],
      [3, 1, 2],
    ]);
    const rows = [
      [255, 255, 0, 0, 0, 0],
      [0, 0, 255, 255, 7, 7],
      [9, 9, 8, 8, 7, 7],
      [1, 4, 2, 5, 3, 6],
    ];
    expect(data.features).toEqual(Uint8Array.from(rows.flat()));
    expect((data.features as Uint8Array).buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(test).toBeUndefined();
    expect(data.notices.slice(1)).toEqual([
      'folders without images, no classes: "empty"',
      '2 files left out: not .jpg, .jpeg, .jfif, .png or .webp (1 .md, 1 .txt)',
    ]);
  });

  it('decodes a JPEG by its content, whatever it is called', async () => {
    const { data } = await readImageFolder(
      fill({
        'a/1.png': await convert(await grey(90, 8, 8), 'jpeg'),
        'b/1.jpg': await grey(7, 8, 8),
      }),
    );
    expect(data.features).toEqual(Uint8Array.from([...Array(64).fill(90), ...Array(64).fill(7)]));
    expect(data.featureShape).toEqual([1, 8, 8]);
  });

  it('takes train and test, or val, as the parts', async () => {
    const parts = (test: string) =>
      fill({
        'train/a/1.png': two[0],
        'train/b/1.png': two[1],
        'train/c/1.png': two[1],
        [`${test}/c/1.png`]: two[0],
        [`${test}/b/1.png`]: two[1],
      });
    for (const name of ['test', 'val']) {
      const { data, test } = await readImageFolder(parts(name));
      expect([data.classes, [...data.labels]]).toEqual([
        ['a', 'b', 'c'],
        [0, 1, 2],
      ]);
      expect([test?.classes, [...(test?.labels ?? [])]]).toEqual([data.classes, [1, 2]]);
      expect(test?.features).toEqual(Uint8Array.of(200, 200, 200, 200, 10, 10, 10, 10));
    }
  });

  it('takes parts in any case, only where they hold folders of classes, and says what it does not read', async () => {
    const parts = fill({
      'Training/a/1.png': two[0],
      'Training/b/1.png': two[1],
      'TEST/b/1.png': two[1],
      'TEST/a/1.png': two[0],
      'Val/a/1.png': two[0],
    });
    const { data, test } = await readImageFolder(parts);
    expect([data.classes, test?.labels.length]).toEqual([['a', 'b'], 2]);
    expect(data.notices).toContain('folders beside "Training" that are not read: "Val"');

    const vehicles = fill({ 'bus/1.png': two[0], 'train/1.png': two[1], 'test/1.png': two[1] });
    expect((await readImageFolder(vehicles)).data.classes).toEqual(['bus', 'test', 'train']);

    const noTrain = fill({ 'Test/a/1.png': two[0], 'Test/b/1.png': two[1], 'val/a/1.png': two[0] });
    expect(await fault(readImageFolder(noTrain))).toMatch(
      /: expected folders named by classes, or "train" with such folders in it, received only "Test", "val"$/,
    );
  });

  it.runIf(process.platform !== 'win32')(
    'follows links to folders, but not in circles',
    async () => {
      const elsewhere = fill({ 'c/1.png': two[0], 'c/deep/2.png': two[1] });
      const path = fill({ 'a/1.png': two[0], 'b/1.png': two[1] });
      symlinkSync(join(elsewhere, 'c'), join(path, 'c'));
      symlinkSync(join(elsewhere, 'c'), join(elsewhere, 'c', 'deep', 'again'));
      symlinkSync(path, join(path, 'a', 'top')); // images of b are not of class a
      symlinkSync(join(path, 'nowhere'), join(path, 'b', 'broken'));
      const { data } = await readImageFolder(path, { keepIds: true });
      expect(data.classes).toEqual(['a', 'b', 'c']);
      expect(data.rowIds?.[0]?.values).toEqual(['a/1.png', 'b/1.png', 'c/1.png', 'c/deep/2.png']);
    },
  );

  it('lays what is transparent on black', async () => {
    const half = await png([1, 1, 4], [200, 100, 50, 128]);
    const path = fill({ 'a/1.png': half, 'b/1.png': await png([1, 1, 4], [9, 9, 9, 0]) });
    const { data } = await readImageFolder(path);
    expect(data.features).toEqual(Uint8Array.of(100, 50, 25, 0, 0, 0));
  });

  it('reads grey images as 3 channels where colour turns up, or as asked', async () => {
    const path = fill({ 'a/1.png': two[0], 'b/1.png': await colour(red) });
    const { data } = await readImageFolder(path);
    expect(data.features).toEqual(
      Uint8Array.from([...Array(12).fill(10), 255, 255, 255, 255, ...Array(8).fill(0)]),
    );
    expect(data.notices).toContain('grey and colour images: all as 3 channels');
    const one = await readImageFolder(path, { channels: 1 });
    expect(one.data.featureShape).toEqual([1, 2, 2]);
    expect([...(one.data.features as Uint8Array).subarray(0, 4)]).toEqual([10, 10, 10, 10]);
  });

  it('cuts the sides that jut out after scaling', async () => {
    // black, white and black, each 4 × 4: the middle stays
    const row = [0, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0];
    const path = fill({
      'a/1.png': await png([4, 12, 1], [...row, ...row, ...row, ...row]),
      'b/1.png': await grey(60, 4, 4),
    });
    const { data } = await readImageFolder(path, { imageSize: 4 });
    expect(data.features).toEqual(Uint8Array.from([...Array(16).fill(255), ...Array(16).fill(60)]));
    expect(data.notices[1]).toBe('1 image of another size scaled to 4 × 4');
    const tall = await readImageFolder(path, { imageSize: [4, 2] });
    expect(tall.data.featureShape).toEqual([1, 4, 2]);
  });
});

describe('what is refused', () => {
  it('images of different size', async () => {
    const path = fill({ 'a/1.png': two[0], 'b/1.png': await grey(1, 2, 3) });
    expect(await fault(readImageFolder(path))).toContain(
      'b/1.png: expected an image of 2 × 2 pixels, as ',
    );
    expect(await fault(readImageFolder(path))).toContain(
      'a/1.png, received 2 × 3; bring all to one size (imageSize)',
    );
  });

  it('fewer than two classes, and folders without images', async () => {
    expect(await fault(readImageFolder(fill({ 'a/1.png': two[0] })))).toContain(
      'expected images in a sub-folder for each of 2 or more classes, received only "a"',
    );
    expect(await fault(readFolderImages(fill({ 'a/1.txt': '' })))).toContain('received none');
  });

  it('sizes and channels that are none', async () => {
    const path = fill({ 'a/1.png': two[0], 'b/1.png': two[1] });
    expect(await fault(readImageFolder(path, { imageSize: 0 }))).toContain('imageSize: expected');
    const channels = 2 as 1;
    expect(await fault(readImageFolder(path, { channels }))).toBe(
      'channels: expected 1 or 3, received 2',
    );
  });
});

describe('bad images', () => {
  const files = async () => ({
    'a/1.png': 'not an image',
    'a/2.png': two[0],
    'b/1.png': two[1].subarray(0, 45),
    'b/2.png': two[1],
    'b/3.jpg': await convert(two[1], 'gif'),
    'b/4.png': '',
  });

  it('fail with their path', async () => {
    expect(await fault(readImageFolder(fill(await files())))).toBe(
      'a/1.png: expected an image that can be decoded, received neither JPEG, PNG nor WebP, it starts ' +
        'with the bytes 6e 6f 74 20; replace it, or leave such images out (badImages: skip)',
    );
  });

  it('are left out with a notice, labels and paths too', async () => {
    const path = fill(await files());
    const { data } = await readImageFolder(path, { badImages: 'skip' });
    expect(data.features).toEqual(Uint8Array.of(10, 10, 10, 10, 200, 200, 200, 200));
    expect([...data.labels]).toEqual([0, 1]);
    expect(data.notices[1]?.replaceAll(`${path}/`, '')).toMatch(
      /^4 bad images left out: a\/1\.png \(neither .*\), b\/1\.png \(.+\), b\/3\.jpg \(.* 47 49 46 38\), b\/4\.png \(no content\)$/,
    );
    const { paths, rows } = await readFolderImages(path, { badImages: 'skip' });
    expect([paths, rows.skipped]).toEqual([
      ['a/2.png', 'b/2.png'],
      [0, 2, 4, 5],
    ]);
  });

  it('are an error where nothing else is left', async () => {
    const path = fill({ 'a/1.png': 'x', 'b/1.png': 'y' });
    expect(await fault(readImageFolder(path, { badImages: 'skip' }))).toContain(
      'expected images that can be decoded, received none of 2 (',
    );
  });
});

describe('images too large for memory', () => {
  it('go to a file beside the data, which the next run takes until the data change', async () => {
    const path = fill({ 'a/1.png': two[0], 'a/2.png': 'bad', 'b/1.png': two[1] });
    const options = { memoryLimit: 7, badImages: 'skip' } as const;
    const first = (await readImageFolder(path, options)).data;
    const file = first.features as RowFile;
    expect(file.file.startsWith(join(path, '.symloss-cache'))).toBe(true);
    const pixels = Uint8Array.of(10, 10, 10, 10, 200, 200, 200, 200);
    expect(readFileRows(file, 0, 2)).toEqual(pixels);

    const second = (await readImageFolder(path, options)).data;
    expect([second.features, [...second.labels]]).toEqual([file, [0, 1]]);
    expect(second.notices).toContain(`read from ${file.file}, made by an earlier run`);
    const raised = (await readImageFolder(path, { badImages: 'skip' })).data;
    expect(raised.features).toEqual(pixels);

    utimesSync(join(path, 'a/1.png'), 1, 1);
    const changed = (await readImageFolder(path, options)).data.features as RowFile;
    expect(changed.file).not.toBe(file.file);
    expect(readdirSync(join(path, '.symloss-cache'))).toHaveLength(4); // two of each kind
  });

  it('leave nothing where decoding fails', async () => {
    const cache = join(folder.path, 'own-cache');
    const path = fill({ 'a/1.png': two[0], 'b/1.png': two[1], 'b/2.png': 'bad' });
    expect(await fault(readImageFolder(path, { memoryLimit: 0, cache }))).toContain('b/2.png: ');
    expect(readdirSync(cache)).toEqual([]);
  });

  it('leave nothing where decoding is aborted', async () => {
    const cache = join(folder.path, 'aborted');
    const path = fill({ 'a/1.png': two[0], 'b/1.png': two[1] });
    const reason = new Error('interrupted');
    const signal = AbortSignal.abort(reason);
    const work = readImageFolder(path, { memoryLimit: 0, cache, signal });
    await expect(work).rejects.toBe(reason);
    expect(existsSync(cache)).toBe(false);
  });

  it('say where no file can be written', async () => {
    const cache = folder.save('plain-file', 'in the way');
    const path = fill({ 'a/1.png': two[0], 'b/1.png': two[1] });
    expect(await fault(readImageFolder(path, { memoryLimit: 0, cache }))).toMatch(
      /^plain-file: expected a folder to write to, received something of that name that is already there; name a folder for data too large for memory \(cache\), /,
    );
  });
});
