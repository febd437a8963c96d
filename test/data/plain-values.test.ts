import { expect, test } from 'vitest';
import { openDataset } from '../../src/data/formats/index.ts';
import { readNpy } from '../../src/data/formats/npy/read.ts';
import { fromArrays } from '../../src/data/index.ts';
import { evaluate, parseLoss } from '../../src/losses/index.ts';
import { parseNoise } from '../../src/noise/index.ts';

const arrays = { features: [[0], [1]], labels: ['a', 'b'] };

test.each<[string, () => unknown, string]>([
  ['parseLoss', () => parseLoss(0 as never), 'loss: expected a text, received 0'],
  ['parseNoise', () => parseNoise(0 as never), 'noise: expected a text, received 0'],
  [
    'evaluate',
    () => evaluate('ce', undefined as never, [0]),
    'scores: expected rows of numbers, received undefined',
  ],
  [
    'fromArrays, columns',
    () => fromArrays({ ...arrays, columns: 5 as never }),
    'fromArrays, columns: expected an array, received 5',
  ],
  [
    'fromArrays, classes',
    () => fromArrays({ ...arrays, classes: null as never }),
    'fromArrays, classes: expected an array, received null',
  ],
  [
    'readNpy',
    () => readNpy(0 as never, { labelsFile: 'labels.npy' }),
    'readNpy: expected paths of two files, received 0',
  ],
  [
    'readNpy without options',
    () => readNpy('x.npy', undefined as never),
    'readNpy: expected paths of two files, received undefined',
  ],
  [
    'openDataset',
    () => openDataset(undefined as never),
    'openDataset: expected the path or name of data, received undefined',
  ],
  [
    'openDataset, ignore',
    () => openDataset('x.csv', { ignore: 'xy' as never }),
    'ignore: expected a list of columns, received "xy"; ignore: ["xy"]',
  ],
])('what is no value of the type is refused: %s', async (_, act, message) => {
  const error = await (async () => act())().catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: 'SymlossError', message });
});
