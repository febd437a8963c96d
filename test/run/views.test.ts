import { expect, test } from 'vitest';
import type { Dataset } from '../../src/data/index.ts';
import { buildJob } from '../../src/run/build-job.ts';
import { resolve } from '../../src/run/resolve.ts';
import { webLowering } from '../../src/runtime/portable.ts';
import { prepare } from '../../src/train/prepare.ts';
import { resolveSplit } from '../../src/train/row-split.ts';
import { data as centres } from '../train/centres.ts';
import { patterns } from '../train/image-data.ts';
import { train } from '../train/package.ts';

const images = patterns(60);

function viewsOf(data: Dataset, own: { loss: string; model?: string; augment?: string }) {
  const options = { data, noise: 'none', test: 0, ...own };
  const split = resolveSplit(options, data.labels.length);
  const { trainRows, hasValidation } = split;
  const settings = resolve(options, {
    rows: trainRows,
    featureShape: [1],
    isTable: false,
    hasValidation,
  });
  const prepared = prepare(data, { noise: settings.noise, split, seed: 1 });
  return buildJob(data, prepared, { ...settings, seed: 1 }, {}, webLowering('cpu')).views;
}

test.each<[string, Dataset, Parameters<typeof viewsOf>[1], 2 | undefined]>([
  ['a network that draws', centres, { loss: 'gjs', model: 'mlp:8,dropout=0.2' }, 2],
  ['augmented images', images, { loss: 'gjs', model: 'cnn4', augment: 'flip' }, 2],
  ['a table and no dropout', centres, { loss: 'gjs', model: 'mlp:8' }, undefined],
  ['images as they are', images, { loss: 'sop:consistency=1', model: 'cnn4' }, undefined],
  ['a loss of one view', images, { loss: 'ce', model: 'cnn4', augment: 'flip' }, undefined],
])('views of %s', (_, data, options, views) => {
  expect(viewsOf(data, options)).toBe(views);
});

test('gjs of equal views trains as js does', async () => {
  const weights = async (loss: string) => {
    const model = await train({ data: centres, loss, noise: 'none', model: 'mlp:8', epochs: 3 });
    const { probs } = await model.predict(centres.features.subarray(0, 20) as Float32Array);
    return probs;
  };
  expect(await weights('gjs:pi=0.3')).toEqual(await weights('js:pi=0.3'));
});
