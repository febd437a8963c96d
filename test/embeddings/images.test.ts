import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AutoModel } from '@huggingface/transformers';
import { expect, test, vi } from 'vitest';
import { openDataset } from '../../src/index.ts';
import { folders } from '../cli/run.ts';
import { grey, png } from '../data/pictures.ts';
import { firstDifference, tolerances } from '../tolerances.ts';
import type { ImageOutput } from './tiny-model.ts';
import { unit, writeImageModel } from './tiny-model.ts';

const folder = folders('embed-images');

/** Pictures of 2 × 2 in two classes, and their vectors by hand: the means of their channels. */
async function pictures(): Promise<{ path: string; vectors: number[][] }> {
  const path = folder();
  const vectors: number[][] = [];
  for (const [c, kind] of ['a', 'b'].entries()) {
    mkdirSync(join(path, kind));
    for (let i = 0; i < 20; i++) {
      const values = Array.from({ length: 12 }, (_, j) => (j * 17 + i * 5 + c * 40) % 256);
      writeFileSync(join(path, kind, `${100 + i}.png`), await png([2, 2, 3], values));
      const mean = [0, 1, 2].map((j) =>
        [0, 3, 6, 9].reduce((sum, at) => sum + (values[at + j] as number) / 4 / 255, 0),
      );
      vectors.push(unit(mean));
    }
  }
  return { path, vectors };
}

test.each<ImageOutput>(['pooler_output', 'tokens', 'places'])(
  'an image becomes what its model gives, or the mean over that, of length 1: %s',
  async (output) => {
    const { path, vectors } = await pictures();
    const model = writeImageModel(folder(), output);
    const { data } = await openDataset(path, { embed: { image: model }, cache: folder() });
    expect(data.featureShape).toEqual([3]);
    expect(data.columns).toEqual(['image[0]', 'image[1]', 'image[2]']);
    expect(data.labels).toHaveLength(40);
    const found = data.features as Float32Array;
    expect(firstDifference(found, vectors.flat(), tolerances.float32Op)).toBe(-1);
    expect(data.embeddings).toMatchObject([
      { column: 'image', of: 'image', pooling: 'own or mean', imageShape: [3, 2, 2] },
    ]);
  },
);

test('images in a file, since they exceed the memory limit, have the same vectors, kept for the next time', async () => {
  const { path } = await pictures();
  const [model, cache] = [writeImageModel(folder()), folder()];
  const { data } = await openDataset(path, { embed: { image: model }, cache: folder() });
  // the vectors of 40 images fit, their 480 bytes and what decoding takes do not
  const small = { embed: { image: model }, cache, memoryLimit: 479 };
  const large = await openDataset(path, { cache, memoryLimit: 479 });
  expect(large.data.features).toHaveProperty('file');
  await expect(openDataset(path, small)).rejects.toThrow(
    /expected vectors that fit the memory limit \(memoryLimit\), received 640 bytes of 3 numbers a row; raise it/,
  );
  const load = vi.spyOn(AutoModel, 'from_pretrained');
  const again = await openDataset(path, { embed: { image: model }, cache });
  expect(load).not.toHaveBeenCalled();
  expect(again.data.features).toEqual(data.features);
});

test('grey images are three equal channels to the model', async () => {
  const path = folder();
  for (const kind of ['a', 'b']) {
    mkdirSync(join(path, kind));
    writeFileSync(join(path, kind, '1.png'), await grey(kind === 'a' ? 51 : 102));
  }
  const model = writeImageModel(folder());
  const { data } = await openDataset(path, { embed: { image: model }, cache: folder() });
  const third = Math.sqrt(1 / 3);
  const expected = new Array<number>(6).fill(third);
  expect(firstDifference(data.features as Float32Array, expected, tolerances.float32Op)).toBe(-1);
});
