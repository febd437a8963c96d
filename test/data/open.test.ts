import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { datasetNames, formats, openDataset, openInputs } from '../../src/data/formats/index.ts';
import type { Dataset } from '../../src/data/index.ts';
import { idx, npy, testFolder } from './files.ts';
import { colour, grey } from './pictures.ts';

const folder = testFolder('open');
const at = (name: string) => join(folder.path, name);
const images = npy('|u1', [2, 1, 2], Uint8Array.of(1, 2, 3, 4));
const labels = npy('|u1', [2], Uint8Array.of(0, 1));
const cifar = Buffer.concat([
  Buffer.from([0]),
  Buffer.alloc(3072, 5),
  Buffer.from([1]),
  Buffer.alloc(3072, 6),
]);

beforeAll(async () => {
  folder.save('table.csv', 'x,y\n1,a\n2,b\n');
  folder.save('table.txt', 'x;y\n1;a\n2;b\n');
  folder.save('images.npy', images);
  folder.save('labels.npy', labels);
  folder.save('one.npy', npy('|u1', [2], Uint8Array.of(1, 0)));
  folder.save('pair.npz', zipSync({ 'x.npy': images, 'y.npy': labels }));
  folder.save('archive', zipSync({ 'x.npy': images, 'y.npy': labels }));
  folder.save('images.idx', idx([2, 1, 2], [1, 2, 3, 4]));
  for (const name of ['mnist', 'fashion-mnist']) {
    folder.save(`${name}/train-images-idx3-ubyte`, idx([2, 1, 2], [1, 2, 3, 4]));
    folder.save(`${name}/train-labels-idx1-ubyte`, idx([2], [0, 1]));
    folder.save(`${name}/t10k-images-idx3-ubyte`, idx([2, 1, 2], [5, 6, 7, 8]));
    folder.save(`${name}/t10k-labels-idx1-ubyte`, idx([2], [1, 0]));
  }
  for (let i = 1; i <= 5; i++)
    folder.save(`cifar10/cifar-10-batches-bin/data_batch_${i}.bin`, cifar);
  folder.save(
    'cifar100/train.bin',
    Buffer.concat([
      Buffer.from([0]),
      cifar.subarray(0, 3073),
      Buffer.from([0]),
      cifar.subarray(3073),
    ]),
  );
  folder.save('pictures/a/1.png', await grey(1, 1, 2));
  folder.save('pictures/b/1.png', await grey(2, 1, 2));
  folder.save('flat/1.png', await grey(9, 1, 2));
  folder.save('flat/2.png', await colour([8, 8, 8], 2, 4));
  folder.save('other/readme', 'nothing');
  folder.save('noise.bin', Buffer.from([1, 0, 2, 0]));
});

afterEach(() => vi.unstubAllEnvs());

const summary = ({ features, labels: given, classes, featureShape }: Dataset) => [
  [...(features as Uint8Array)].slice(0, 4),
  [...given].slice(0, 2),
  classes.slice(0, 2),
  featureShape,
];

describe('what a source is', () => {
  it.each<[string, object, unknown[]]>([
    ['table.csv', { label: 'y' }, [[1, 2], [0, 1], ['a', 'b'], [1]]],
    ['table.txt', { label: 'y' }, [[1, 2], [0, 1], ['a', 'b'], [1]]],
    [
      'images.npy',
      { labelsFile: at('labels.npy') },
      [
        [1, 2, 3, 4],
        [0, 1],
        ['0', '1'],
        [1, 1, 2],
      ],
    ],
    [
      'pair.npz',
      {},
      [
        [1, 2, 3, 4],
        [0, 1],
        ['0', '1'],
        [1, 1, 2],
      ],
    ],
    [
      'archive',
      {},
      [
        [1, 2, 3, 4],
        [0, 1],
        ['0', '1'],
        [1, 1, 2],
      ],
    ],
    [
      'images.idx',
      { labelsFile: at('one.npy') },
      [
        [1, 2, 3, 4],
        [1, 0],
        ['0', '1'],
        [1, 1, 2],
      ],
    ],
    [
      'mnist',
      {},
      [
        [1, 2, 3, 4],
        [0, 1],
        ['0', '1'],
        [1, 1, 2],
      ],
    ],
    [
      'cifar10/cifar-10-batches-bin',
      {},
      [
        [5, 5, 5, 5],
        [0, 1],
        ['0', '1'],
        [3, 32, 32],
      ],
    ],
    [
      'pictures',
      {},
      [
        [1, 1, 2, 2],
        [0, 1],
        ['a', 'b'],
        [1, 1, 2],
      ],
    ],
  ])('%s', async (name, options, expected) => {
    const { data } = await openDataset(at(name), options);
    expect(summary(data)).toEqual(expected);
  });

  it('the digits', async () => {
    const { data, test } = await openDataset('digits');
    expect([data.labels.length, data.featureShape, test]).toEqual([1797, [64], undefined]);
  });

  it.each([
    ['nothing.xyz', 'received no such file'],
    ['other', 'received a folder of other files'],
    ['noise.bin', 'received a file of another format'],
    ['none.csv', 'received no such file'],
  ])('%s is refused', async (name, message) => {
    expect(
      await folder.fault(openDataset(at(name), name === 'none.csv' ? { label: 'y' } : {})),
    ).toContain(message);
  });

  it('knows a share of the rows, which is another option', async () => {
    expect(await folder.fault(openDataset('digits', { test: '0.3' }))).toMatch(
      /^0\.3: expected .*, received no such file; to test on this share of the rows: testShare: 0\.3$/,
    );
  });

  it('lists what is understood, and suggests a name', async () => {
    expect(await folder.fault(openDataset('fashion_mnist'))).toBe(
      'fashion_mnist: expected a Parquet file, a .npy file, an .npz archive, an image, an IDX file, an Arrow or Feather file, a workbook of Excel (.xlsx), a file of JSON lines, a CSV or TSV file, ' +
        'a folder of IDX files, a folder of CIFAR files, a folder of images, or a name (digits, mnist, fashion-mnist, cifar10, cifar10n, cifar100), received no such file; did you mean "fashion-mnist"?',
    );
  });

  it.each<[string, object, string]>([
    [
      'table.csv',
      {},
      'label: expected the column of the labels, received nothing; name it with label: one of "x", "y"',
    ],
    [
      'table.csv',
      { label: 'y', imageSize: 3 },
      'imageSize: expected nothing: it has no meaning for table.csv, a CSV or TSV file, received 3; leave it out',
    ],
    [
      'images.npy',
      {},
      'labelsFile: expected the file of the labels of images.npy, received nothing; ' +
        'name it with labelsFile: an array of one integer or text per row (.npy, or of integers IDX)',
    ],
    [
      'mnist',
      { label: 'y' },
      'label: expected nothing: it has no meaning for mnist, a folder of IDX files, received "y"; leave it out',
    ],
    [
      'flat',
      {},
      'flat: expected a sub-folder of images for each class, received images only; sort the images into folders named by their classes',
    ],
    ['cifar100', { label: 'gross' }, 'label: expected one of fine, coarse, received "gross"'],
    [
      'pictures',
      { testLabelsFile: 'x' },
      'testLabelsFile: expected data to test on beside it (test), received none',
    ],
  ])('says which option is missing or of no use: %s %j', async (name, options, message) => {
    expect(await folder.fault(openDataset(at(name), options))).toBe(message);
  });
});

describe('the table of formats', () => {
  it('names each format and each extension once', () => {
    const names = formats.map(({ name }) => name);
    const extensions = formats.flatMap(({ extensions: own = [] }) => own);
    expect([new Set(names).size, new Set(extensions).size]).toEqual([
      names.length,
      extensions.length,
    ]);
    expect(extensions.sort()).toEqual([
      ...(['arrow', 'arrows', 'csv', 'feather', 'ipc', 'jfif', 'jpeg', 'jpg', 'jsonl'] as const),
      ...(['ndjson', 'npy', 'npz', 'parquet', 'png', 'tsv', 'webp', 'xlsm', 'xlsx'] as const),
    ]);
  });

  it('lists names, folders and files, text behind the other files', () => {
    expect(names('name')).toEqual(['digits', ...datasetNames]);
    expect(names('folder')).toEqual(['idx-folder', 'cifar', 'image-folder']);
    expect(names('file')).toEqual([
      'parquet',
      'npy',
      'npz',
      'image-file',
      'idx',
      'arrow',
      'excel',
      'jsonl',
      'csv',
    ]);
  });

  const names = (wanted: string) =>
    formats.filter(({ kind }) => kind === wanted).map(({ name }) => name);

  it('knows which fields there are', async () => {
    const wrong = { lable: 'y' } as object;
    expect(await folder.fault(openDataset(at('table.csv'), wrong))).toBe(
      'openDataset: expected fields among folder, label, trueLabel, consensus, imageSize, channels, badImages, imageColumn, id, group, missing, ' +
        'labelsFile, softLabels, annotator, features, numeric, categorical, text, words, date, dayFirst, ignore, weight, columns, embedding, memoryLimit, cache, signal, onProgress, embed, keepIds, test, testLabelsFile, testEmbedding, ' +
        'received "lable"; did you mean "label"?',
    );
  });
});

describe('datasets by name', () => {
  const ofFiles = datasetNames.filter((name) => name !== 'cifar10n'); // Parquet: cifar10n.test.ts
  it.each(ofFiles)('%s is found below SYMLOSS_DATA', async (name) => {
    vi.stubEnv('SYMLOSS_DATA', folder.path);
    const { data } = await openDataset(name);
    const isMnist = name.endsWith('mnist');
    expect([...(data.features as Uint8Array).subarray(0, 4)]).toEqual(
      isMnist ? [1, 2, 3, 4] : [5, 5, 5, 5],
    );
    expect(data.classes[0]).toBe(name === 'fashion-mnist' ? 'T-shirt/top' : '0');
    expect(data.classes).toHaveLength(isMnist ? 10 : 2);
  });

  it('or in the folder that is named, or in that folder under its name', async () => {
    for (const place of [at('mnist'), folder.path]) {
      const { data, test } = await openDataset('mnist', { folder: place });
      expect(summary(data)).toEqual([
        [1, 2, 3, 4],
        [0, 1],
        ['0', '1'],
        [1, 1, 2],
      ]);
      expect(summary(test as Dataset)).toEqual([
        [5, 6, 7, 8],
        [1, 0],
        ['0', '1'],
        [1, 1, 2],
      ]);
    }
  });

  it('lists the places, and says how to get the data', async () => {
    vi.stubEnv('SYMLOSS_DATA', at('other'));
    expect(await folder.fault(openDataset('cifar10'))).toBe(
      'cifar10: expected its files in other/cifar10 or /usr/share/datasets/cifar10 or data/cifar10, received none there; ' +
        'get the binary version from www.cs.toronto.edu/~kriz/cifar.html and unpack it, and say where it is (folder)',
    );
    expect(await folder.fault(openDataset('mnist', { folder: at('other') }))).toContain(
      'expected its files in other or other/mnist, received none there',
    );
  });
});

describe('test data', () => {
  it('of another format, classes numbered as in the data', async () => {
    const { data, test } = await openDataset(at('mnist'), {
      test: at('images.npy'),
      testLabelsFile: at('one.npy'),
    });
    expect(summary(data)[0]).toEqual([1, 2, 3, 4]);
    expect(summary(test as Dataset)).toEqual([
      [1, 2, 3, 4],
      [1, 0],
      ['0', '1'],
      [1, 1, 2],
    ]);
  });

  it('of a table take its columns', async () => {
    const test = folder.save('test.csv', 'z,y,x\n7,b,3\n7,a,4\n');
    const { test: read } = await openDataset(at('table.csv'), { label: 'y', test });
    expect(summary(read as Dataset)).toEqual([[3, 4], [1, 0], ['a', 'b'], [1]]);
  });
});

describe('rows of a table to predict', () => {
  it('are found by the names of their columns', async () => {
    folder.save('rows.csv', 'b,text,a\n1,u,2\n3,v,\n5,w,6\n');
    const input = { featureShape: [2], columns: ['a', 'b'] };
    const rows = await openInputs(at('rows.csv'), input, { missing: 'drop' });
    expect([...(rows.features as Float32Array)]).toEqual([2, 1, 6, 5]);
    expect([[...rows.kept], rows.featureShape]).toEqual([[0, 2], [2]]);
    expect(await folder.fault(openInputs(at('rows.csv'), { featureShape: [2] }))).toBe(
      'rows.csv: expected an array, received a table; the model was trained on arrays',
    );
  });

  it('may come from arrays', async () => {
    folder.save('rows.npy', npy('|u1', [2, 3], Uint8Array.of(1, 2, 3, 4, 5, 6)));
    const { features, kept } = await openInputs(at('rows.npy'), { featureShape: [3] });
    expect([[...(features as Float32Array)], [...kept]]).toEqual([
      [1, 2, 3, 4, 5, 6],
      [0, 1],
    ]);
    expect(await folder.fault(openInputs(at('rows.npy'), { featureShape: [2] }))).toBe(
      'rows.npy: expected rows of 2 numbers, as the model takes, received 3 numbers',
    );
  });
});

describe('images to predict', () => {
  it('a folder is read with its paths, images brought to the size of the model', async () => {
    const rows = await openInputs(at('flat'), { featureShape: [3, 1, 2] });
    expect(rows.features).toEqual(Uint8Array.from([...Array(6).fill(9), ...Array(6).fill(8)]));
    expect([rows.paths, [...rows.kept]]).toEqual([
      ['1.png', '2.png'],
      [0, 1],
    ]);
    expect((await openInputs(at('pictures'), { featureShape: [1, 1, 2] })).paths).toEqual([
      'a/1.png',
      'b/1.png',
    ]);
  });

  it.each<[string, object, number[]]>([
    ['images.npy', {}, [1, 2, 3, 4]],
    ['pair.npz', {}, [1, 2, 3, 4]],
    ['images.idx', {}, [1, 2, 3, 4]],
    ['mnist', {}, [1, 2, 3, 4]],
    ['mnist', { part: 'test' }, [5, 6, 7, 8]],
  ])('%s %j', async (name, options, pixels) => {
    const rows = await openInputs(at(name), { featureShape: [1, 1, 2] }, options);
    expect([rows.features, [...rows.kept], rows.paths]).toEqual([
      Uint8Array.from(pixels),
      [0, 1],
      undefined,
    ]);
  });

  it('refuses other shapes, tables, and a test part that is not there', async () => {
    expect(await folder.fault(openInputs(at('images.npy'), { featureShape: [1, 2, 2] }))).toBe(
      'images.npy: expected images of 1 × 2 × 2, as the model takes, received 1 × 1 × 2',
    );
    expect(await folder.fault(openInputs(at('labels.npy'), { featureShape: [1, 2, 2] }))).toContain(
      'received shape (2)',
    );
    expect(await folder.fault(openInputs(at('table.csv'), { featureShape: [1, 1, 2] }))).toBe(
      'table.csv: expected images, received a table; the model was trained on images',
    );
    const column = { imageColumn: 'img' };
    expect(await folder.fault(openInputs(at('flat'), { featureShape: [1, 1, 2] }, column))).toBe(
      'imageColumn: expected nothing: it has no meaning for flat, a folder of images, received "img"; leave it out',
    );
    const badImages = { badImages: 'skip' } as const;
    expect(
      await folder.fault(openInputs(at('images.idx'), { featureShape: [1, 1, 2] }, badImages)),
    ).toBe(
      'badImages: expected nothing: it has no meaning for images.idx, an IDX file, received "skip"; leave it out',
    );
    const part = { part: 'test' } as const;
    expect(await folder.fault(openInputs(at('flat'), { featureShape: [1, 1, 2] }, part))).toBe(
      'flat: expected a folder "test" with folders of classes, received none; leave out part: test',
    );
    const place = 'cifar10/cifar-10-batches-bin';
    expect(await folder.fault(openInputs(at(place), { featureShape: [3, 32, 32] }, part))).toBe(
      `${place}: expected a test part, received none`,
    );
  });
});
