import { writeFileSync } from 'node:fs';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readFileRows, readNpy, readNpz, readNpzRows } from '../../src/data/formats/index.ts';
import { parseNpy } from '../../src/data/formats/npy/array.ts';
import type { RowFile } from '../../src/data/index.ts';
import { idx, npy, ramp, testFolder } from './files.ts';

const folder = testFolder('npy');
const bytesOf = (array: { readonly buffer: ArrayBufferLike }) => new Uint8Array(array.buffer);
const labels = folder.save('labels.npy', npy('<i8', [2], bytesOf(BigInt64Array.of(7n, 3n))));

describe('the .npy format', () => {
  /** The bytes of an array, the largest first in each value. */
  const big = (array: Int16Array | BigInt64Array | Float32Array | Float64Array) => {
    const bytes = Buffer.from(bytesOf(array));
    return { 2: bytes.swap16, 4: bytes.swap32, 8: bytes.swap64 }[array.BYTES_PER_ELEMENT]?.call(
      bytes,
    ) as Buffer;
  };

  it.each<[string, Uint8Array, number[]]>([
    ['|b1', Uint8Array.of(1, 0), [1, 0]],
    ['|u1', Uint8Array.of(200, 1), [200, 1]],
    ['|i1', bytesOf(Int8Array.of(-5, 1)), [-5, 1]],
    ['<u2', bytesOf(Uint16Array.of(65_535, 1)), [65_535, 1]],
    ['<i2', bytesOf(Int16Array.of(-300, 1)), [-300, 1]],
    ['>i2', big(Int16Array.of(-300, 1)), [-300, 1]],
    ['<u4', bytesOf(Uint32Array.of(4e9, 1)), [4e9, 1]],
    ['<i4', bytesOf(Int32Array.of(-2e9, 1)), [-2e9, 1]],
    ['<i8', bytesOf(BigInt64Array.of(-(2n ** 40n), 1n)), [-(2 ** 40), 1]],
    ['>i8', big(BigInt64Array.of(-3n, 1n)), [-3, 1]],
    ['<f2', bytesOf(Uint16Array.of(0x3e00, 0xb400)), [1.5, -0.25]],
    ['<f2', bytesOf(Uint16Array.of(0x0001, 0x7c00)), [2 ** -24, Infinity]],
    ['<f4', bytesOf(Float32Array.of(0.5, -1)), [0.5, -1]],
    ['>f4', big(Float32Array.of(0.5, -1)), [0.5, -1]],
    ['<f8', bytesOf(Float64Array.of(0.1, Number.NaN)), [0.1, Number.NaN]],
    ['>f8', big(Float64Array.of(0.1, -1)), [0.1, -1]],
  ])('%s', (descr, bytes, values) => {
    expect([...parseNpy('a', npy(descr, [2], bytes)).values]).toEqual(values);
  });

  it('turns Fortran order into C order', () => {
    // the array [[[0, 1], [2, 3], [4, 5]], [[6, 7], [8, 9], [10, 11]]]
    const fortran = Uint8Array.of(0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11);
    expect([...parseNpy('a', npy('|u1', [2, 3, 2], fortran, true)).values]).toEqual(ramp(12));
  });

  it.each<[string, Buffer, string]>([
    [
      'objects',
      npy('|O', [2], new Uint8Array(16)),
      'received Python objects; pickled objects are never loaded',
    ],
    [
      'texts',
      npy('<U1', [2], new Uint8Array(8)),
      'received "<U1"; texts are read as labels only; for features write a table (CSV, Parquet)',
    ],
    [
      'complex numbers',
      npy('<c8', [2], new Uint8Array(16)),
      'received "<c8"; convert the array with astype',
    ],
    ...['__proto__', 'constructor', 'toString'].map((name): [string, Buffer, string] => [
      `the type ${name}`,
      npy(name, [2], new Uint8Array(16)),
      `expected numbers (b1, u1, i1, u2, i2, u4, i4, u8, i8, f2, f4, f8), received "${name}"`,
    ]),
    [
      'a cut file',
      npy('|u1', [3], new Uint8Array(2)),
      'expected 131 bytes, as its header says, received 130',
    ],
    ['a cut head', npy('|u1', [3], new Uint8Array(3)).subarray(0, 60), 'received a truncated one'],
    [
      'a foreign file',
      Buffer.from('x,y\n1,2\n'),
      'expected a .npy file of NumPy, received another format',
    ],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => parseNpy('a.npy', bytes)).toThrow(message);
  });
});

describe('features and labels from two files', () => {
  const read = (name: string, content: Uint8Array, options = {}) =>
    readNpy(folder.save(name, content), { labelsFile: labels, ...options });

  it('numbers [n, d] are a table', async () => {
    const data = await read(
      't.npy',
      npy('<f8', [2, 2], bytesOf(Float64Array.of(1, 2, 3, Number.NaN))),
    );
    expect(data.features).toEqual(Float32Array.of(1, 2, 3, Number.NaN));
    expect([data.featureShape, data.classes, [...data.labels]]).toEqual([[2], ['3', '7'], [1, 0]]);
    expect(data.notices).toEqual([`${folder.path}/t.npy: 2 rows, 2 features, 2 classes: "3", "7"`]);
  });

  it('bytes [n, h, w] are grey images', async () => {
    const data = await read('g.npy', npy('|u1', [2, 2, 3], Uint8Array.from(ramp(12))));
    expect([data.features, data.featureShape]).toEqual([Uint8Array.from(ramp(12)), [1, 2, 3]]);
  });

  const last = [0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11]; // [n, 1, w = 2, c = 3]
  it('bytes [n, h, w, c] are images, channels moved to the front', async () => {
    const data = await read('l.npy', npy('|u1', [2, 1, 2, 3], Uint8Array.from(last)));
    expect([data.features, data.featureShape]).toEqual([Uint8Array.from(ramp(12)), [3, 1, 2]]);
    const limited = { memoryLimit: 11, cache: `${folder.path}/cache` };
    const large = await read('l.npy', npy('|u1', [2, 1, 2, 3], Uint8Array.from(last)), limited);
    const file = large.features as RowFile;
    expect([file.rows, file.rowSize, large.featureShape]).toEqual([2, 6, [3, 1, 2]]);
    expect(readFileRows(file, 0, 2)).toEqual(Uint8Array.from(ramp(12)));
  });

  it('bytes [n, c, h, w] are images as they are, in the file above the memory limit', async () => {
    const content = npy('|u1', [2, 3, 2, 2], Uint8Array.from(ramp(24)));
    const data = await read('f.npy', content);
    expect([data.features, data.featureShape]).toEqual([Uint8Array.from(ramp(24)), [3, 2, 2]]);
    const large = await read('f.npy', content, { memoryLimit: 23 });
    const file = `${folder.path}/f.npy`;
    expect(large.features).toEqual({ file, offset: 128, stride: 12, rows: 2, rowSize: 12 });
    expect(readFileRows(large.features as RowFile, 1, 2)).toEqual(
      Uint8Array.from(ramp(24).slice(12)),
    );
  });

  it('floats [n, h, w, c] are images of float32', async () => {
    const values = Float32Array.from(last, (value) => value / 2);
    const data = await read('fl.npy', npy('<f4', [2, 1, 2, 3], bytesOf(values)));
    expect(data.features).toEqual(Float32Array.from(ramp(12), (value) => value / 2));
    expect(data.featureShape).toEqual([3, 1, 2]);
  });

  it('labels may be an IDX file', async () => {
    const labelsFile = folder.save('labels.idx', idx([2], [1, 0]));
    const data = await read('i.npy', npy('|u1', [2, 1], Uint8Array.of(5, 6)), { labelsFile });
    expect([[...data.labels], data.features]).toEqual([[1, 0], Float32Array.of(5, 6)]);
  });

  it.each<[string, number[], string]>([
    ['one axis', [2], 'received shape (2)'],
    ['four channels', [2, 2, 2, 4], 'received shape (2, 2, 2, 4)'],
    ['no row', [0, 2], 'expected at least one value, received shape (0, 2)'],
    ['another count', [3, 1], 'expected 3 labels, one per row, received 2'],
  ])('refuses %s', async (name, shape, message) => {
    const values = new Uint8Array(shape.reduce((a, b) => a * b, 1));
    expect(await folder.fault(read(`${name}.npy`, npy('|u1', shape, values)))).toContain(message);
  });

  it('refuses labels that are no integers', async () => {
    const labelsFile = folder.save('half.npy', npy('<f4', [2], bytesOf(Float32Array.of(1, 0.5))));
    const work = read('h.npy', npy('|u1', [2, 1], Uint8Array.of(5, 6)), { labelsFile });
    expect(await folder.fault(work)).toBe(
      'half.npy: expected integers or texts as labels, received 0.5 in row 2',
    );
  });
});

describe('archives', () => {
  const archive = (name: string, arrays: Record<string, Buffer>) => {
    const files = Object.entries(arrays).map(([key, bytes]) => [
      `${key}.npy`,
      new Uint8Array(bytes),
    ]);
    const path = `${folder.path}/${name}`;
    writeFileSync(path, zipSync(Object.fromEntries(files)));
    return path;
  };
  const y = npy('|u1', [2], Uint8Array.of(4, 5));

  it('finds arrays by their usual names, and a test part', async () => {
    const path = archive('parts.npz', {
      x_train: npy('|u1', [2, 1, 2], Uint8Array.of(1, 2, 3, 4)),
      y_train: npy('|u1', [2, 1], Uint8Array.of(4, 5)),
      x_test: npy('|u1', [2, 1, 2], Uint8Array.of(5, 6, 7, 8)),
      y_test: npy('|u1', [2], Uint8Array.of(5, 4)),
    });
    const { data, test } = await readNpz(path);
    expect([data.features, data.featureShape]).toEqual([Uint8Array.of(1, 2, 3, 4), [1, 1, 2]]);
    expect([data.classes, [...data.labels]]).toEqual([
      ['4', '5'],
      [0, 1],
    ]);
    expect(test?.features).toEqual(Uint8Array.of(5, 6, 7, 8));
    expect([...(test?.labels ?? [])]).toEqual([1, 0]);
    const { rows, labels } = await readNpzRows(path);
    expect([rows.features, labels]).toEqual([Uint8Array.of(1, 2, 3, 4), [4, 5]]);
    const tested = await readNpzRows(path, { part: 'test' });
    expect([tested.rows.features, tested.labels]).toEqual([Uint8Array.of(5, 6, 7, 8), [5, 4]]);
  });

  it('reads rows to predict for, whatever stands under the name of labels', async () => {
    const x = npy('|u1', [2, 1, 2], Uint8Array.of(1, 2, 3, 4));
    const read = async (name: string, arrays: Record<string, Buffer>) => {
      const { rows, labels } = await readNpzRows(archive(name, { x, ...arrays }));
      return [labels, rows.notices.map((notice) => notice.replaceAll(`${folder.path}/`, ''))];
    };
    expect(await read('alone.npz', {})).toEqual([undefined, []]);
    expect(await read('three.npz', { y: npy('|u1', [3], Uint8Array.of(1, 2, 3)) })).toEqual([
      undefined,
      ['no labels: three.npz, y: expected 2 labels, one per row, received 3'],
    ]);
    const hot = npy('|u1', [2, 2], Uint8Array.of(1, 0, 0, 1));
    expect(await read('hot.npz', { y: hot })).toEqual([
      undefined,
      ['no labels: hot.npz, y: expected one label per row, shape (n), received shape (2, 2)'],
    ]);
    expect(await folder.fault(readNpzRows(archive('whole.npz', { x }), { part: 'test' }))).toBe(
      'whole.npz, array of features to test on: expected one of x_test, test_images, test_x, received "x"',
    );
  });

  it('takes names that are given, true labels among them', async () => {
    const truth = npy('|u1', [2], Uint8Array.of(5, 5));
    const x = npy('<f4', [2, 1], bytesOf(Float32Array.of(1, 2)));
    const path = archive('named.npz', { X: x, noisy: y, truth });
    const { data } = await readNpz(path, { label: 'noisy', trueLabel: 'truth' });
    expect([[...data.labels], [...(data.trueLabels ?? [])]]).toEqual([
      [0, 1],
      [1, 1],
    ]);
    expect(data.features).toEqual(Float32Array.of(1, 2));
    expect(await folder.fault(readNpz(path, { label: 'noise' }))).toBe(
      'named.npz, array of labels: expected one of "X", "noisy", "truth", received "noise"; did you mean "noisy"?',
    );
    expect(await folder.fault(readNpz(path))).toContain(
      'array of labels: expected one of labels, y, label',
    );
  });

  it('refuses objects, arrays above the memory limit and damaged archives', async () => {
    const objects = archive('objects.npz', { x: npy('|O', [2], new Uint8Array(16)), y });
    expect(await folder.fault(readNpz(objects))).toContain('objects.npz, x: expected numbers');
    expect(await folder.fault(readNpz(objects, { memoryLimit: 100 }))).toBe(
      'objects.npz: expected arrays within the memory limit, received 274 bytes; unpack it, and give its .npy files (labelsFile for the labels)',
    );
    const torn = folder.save('torn.npz', Buffer.from('PK\x03\x04 and nothing more'));
    expect(await folder.fault(readNpz(torn))).toContain(
      'torn.npz: expected a valid archive of arrays',
    );
  });
});
