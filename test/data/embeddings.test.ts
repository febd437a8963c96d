import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { OpenOptions } from '../../src/data/formats/index.ts';
import { openDataset, openInputs, readFileRows } from '../../src/data/formats/index.ts';
import { NpyMatrix } from '../../src/data/formats/npy/matrix.ts';
import type { RowFile } from '../../src/data/index.ts';
import { npy, testFolder } from './files.ts';

const folder = testFolder('embeddings');
const at = (name: string) => join(folder.path, name);

/** Bytes of values as little-endian numbers of a type. */
function packed(values: readonly number[], bytes: number, set: keyof DataView): Buffer {
  const view = new DataView(new ArrayBuffer(bytes * values.length));
  const write = view[set] as (at: number, value: number | bigint, little: boolean) => void;
  for (const [i, value] of values.entries()) {
    write.call(view, i * bytes, String(set).includes('Big') ? BigInt(value) : value, true);
  }
  return Buffer.from(view.buffer);
}

const bytesOf = (values: ArrayLike<number>) => Buffer.from(Float32Array.from(values).buffer);
const floats = (...values: number[]) => bytesOf(values);

/** Row i is [i, i + 0.5]. */
const ramp = (n: number) =>
  floats(...Array.from({ length: 2 * n }, (_, i) => Math.floor(i / 2) + (i % 2) / 2));

const csv = (n: number) =>
  `a,y\n${Array.from({ length: n }, (_, i) => `${i * i},${i % 2 ? 'yes' : 'no'}`).join('\n')}\n`;

/** Opens a table of n rows with a file of vectors. */
function opened(n: number, vectors: Uint8Array, more: OpenOptions = {}) {
  const embedding = { emb: folder.save('emb.npy', vectors) };
  return openDataset(folder.save('t.csv', csv(n)), { label: 'y', embedding, ...more });
}

describe('vectors of a .npy file as a column of a table', () => {
  it('row i of the array belongs to row i of the table', async () => {
    const values = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    const { data } = await opened(3, npy('<f4', [3, 3], floats(...values)));
    expect(data.columns).toEqual(['a', 'emb[0]', 'emb[1]', 'emb[2]']);
    expect(data.kinds).toEqual(['numeric', 'embedding', 'embedding', 'embedding']);
    expect([...(data.features as Float32Array)]).toEqual([0, 1, 2, 3, 1, 4, 5, 6, 4, 7, 8, 9]);
    expect(data.notices).toContain('columns: 1 numeric ("a"), 1 embedding ("emb": 3 numbers)');
  });

  it.each<[string, Buffer]>([
    ['<f2', packed([0x3c00, 0xc000, 0x3800, 0x4200, 0x0000, 0x4400], 2, 'setUint16')],
    ['<f8', packed([1, -2, 0.5, 3, 0, 4], 8, 'setFloat64')],
  ])('%s', async (descr, bytes) => {
    const { data } = await opened(3, npy(descr, [3, 2], bytes), { features: ['emb'] });
    expect([...(data.features as Float32Array)]).toEqual([1, -2, 0.5, 3, 0, 4]);
  });

  it.each<[string, number, keyof DataView]>([
    ['|i1', 1, 'setInt8'],
    ['<i4', 4, 'setInt32'],
    ['<i8', 8, 'setBigInt64'],
  ])('%s', async (descr, bytes, set) => {
    const file = npy(descr, [3, 2], packed([1, -2, 7, 3, 0, 4], bytes, set));
    const { data } = await opened(3, file, { features: ['emb'] });
    expect([...(data.features as Float32Array)]).toEqual([1, -2, 7, 3, 0, 4]);
  });

  it('in Fortran order and in C order, over the ends of blocks and chunks', async () => {
    const [n, d] = [5000, 100]; // 2 MB of float32, in blocks of 1 MiB
    const value = (i: number, j: number) => i + j / 128;
    const rows = Array.from({ length: n * d }, (_, at) => value(Math.floor(at / d), at % d));
    const columns = Array.from({ length: n * d }, (_, at) => value(at % n, Math.floor(at / n)));
    const files = [npy('<f4', [n, d], bytesOf(rows)), npy('<f4', [n, d], bytesOf(columns), true)];
    for (const file of files) {
      const { data } = await opened(n, file, { features: ['emb'] });
      expect(bytesOf(data.features as Float32Array).equals(bytesOf(rows))).toBe(true);
    }
    const reader = (await NpyMatrix.open(at('emb.npy'))).reader();
    const some = [...reader.rows(4997, 5000)].map((row) => row[3]);
    reader.close();
    expect(some).toEqual([value(4997, 3), value(4998, 3), value(4999, 3)]);
  });

  it('a row that is left out takes its vector with it', async () => {
    const path = folder.save('gaps.csv', 'a,y\n1,no\n2,\n,yes\n4,yes\n5,no\n');
    const embedding = { emb: folder.save('g.npy', npy('<f4', [5, 2], ramp(5))) };
    const { data } = await openDataset(path, { label: 'y', missing: 'drop', embedding });
    expect([...(data.features as Float32Array)]).toEqual([1, 0, 0.5, 4, 3, 3.5, 5, 4, 4.5]);
    expect([...data.labels]).toEqual([0, 1, 0]);
  });

  it('of the rows of one item the first has the vector', async () => {
    const path = folder.save('long.csv', 'id,who,a,y\n1,x,1,no\n1,z,1,no\n2,x,2,yes\n2,z,2,yes\n');
    const embedding = { emb: folder.save('l.npy', npy('<f4', [4, 2], ramp(4))) };
    const how = { label: 'y', annotator: 'who', id: ['id'], features: ['emb'], embedding };
    const { data } = await openDataset(path, how);
    expect([...(data.features as Float32Array)]).toEqual([0, 0.5, 2, 2.5]);
  });

  it('several files, several tables, and the table that says nothing else', async () => {
    folder.save('parts/1.csv', 'y\nno\nyes\n');
    folder.save('parts/2.csv', 'y\nyes\n');
    const embedding = {
      p: folder.save('p.npy', npy('<f4', [3, 2], ramp(3))),
      q: folder.save('q.npy', npy('<f4', [3, 1], floats(7, 8, 9))),
    };
    const { data } = await openDataset(at('parts'), { label: 'y', embedding });
    expect(data.columns).toEqual(['p[0]', 'p[1]', 'q[0]']);
    expect([...(data.features as Float32Array)]).toEqual([0, 0.5, 7, 1, 1.5, 8, 2, 2.5, 9]);
  });

  it('beside a table that exceeds the memory limit it goes to the file, too', async () => {
    const [n, d] = [40_000, 64];
    const vectors = Float32Array.from({ length: n * d }, (_, at) => at % 1000);
    const { data } = await opened(n, npy('<f4', [n, d], bytesOf(vectors)), { memoryLimit: 12e6 });
    const file = data.features as RowFile;
    expect([file.rows, file.rowSize]).toEqual([n, 4 * (d + 1)]);
    const bytes = readFileRows(file, 0, n);
    const values = new Float32Array(bytes.buffer, bytes.byteOffset, n * (d + 1));
    const expected = values.map((_, at) => {
      const [row, place] = [Math.floor(at / (d + 1)), at % (d + 1)];
      return place === 0 ? row * row : (vectors[row * d + place - 1] as number);
    });
    expect(bytesOf(values).equals(bytesOf(expected))).toBe(true);
  });

  it('test data have their own file, under the same name', async () => {
    const test = folder.save('test.csv', 'y,a\nyes,5\nno,6\n');
    const testEmbedding = { emb: folder.save('test.npy', npy('<f4', [2, 2], floats(1, 2, 3, 4))) };
    const both = await opened(3, npy('<f4', [3, 2], ramp(3)), { test, testEmbedding });
    expect(Array.from(both.test?.features as Float32Array)).toEqual([5, 1, 2, 6, 3, 4]);
    const lists = folder.save(
      'test.jsonl',
      '{"y":"no","a":1,"emb":[8,9]}\n{"y":"yes","a":2,"emb":[6,7]}',
    );
    const other = await opened(3, npy('<f4', [3, 2], ramp(3)), { test: lists });
    expect(Array.from(other.test?.features as Float32Array)).toEqual([1, 8, 9, 2, 6, 7]);
    expect(await folder.fault(opened(3, npy('<f4', [3, 2], ramp(3)), { test }))).toBe(
      'testEmbedding: expected the vectors of test.csv: "emb", received none; name their file: testEmbedding: emb=vectors.npy',
    );
    expect(await folder.fault(opened(3, npy('<f4', [3, 2], ramp(3)), { testEmbedding }))).toBe(
      'testEmbedding: expected data to test on beside it (test), received none',
    );
  });

  it('rows to predict for', async () => {
    const source = folder.save('new.csv', 'a\n3\n');
    const input = {
      featureShape: [3],
      columns: [
        { name: 'emb[0]', kind: 'embedding' },
        { name: 'emb[1]', kind: 'embedding' },
        { name: 'a', kind: 'numeric' },
      ],
    } as const;
    const embedding = { emb: folder.save('new.npy', npy('<f4', [1, 2], floats(8, 9))) };
    const { features } = await openInputs(source, input, { embedding });
    expect([...(features as Float32Array)]).toEqual([8, 9, 3]);
    const wide = { emb: folder.save('wide.npy', npy('<f4', [1, 3], floats(8, 9, 1))) };
    expect(await folder.fault(openInputs(source, input, { embedding: wide }))).toBe(
      'new.csv, column "emb": expected vectors of 2 numbers, as the model takes, received 3',
    );
    const lists = folder.save('lists.jsonl', '{"a": 3, "emb": [8]}');
    expect(await folder.fault(openInputs(lists, input))).toBe(
      'lists.jsonl, column "emb": expected vectors of 2 numbers, as the model takes, received 1',
    );
    // what the vectors were made of is not needed, and does no harm
    const made = folder.save('made.csv', 'emb,a\na text,3\n');
    const replaced = await openInputs(made, input, { embedding });
    expect([...(replaced.features as Float32Array)]).toEqual([8, 9, 3]);
    expect(await folder.fault(openInputs(source, input))).toBe(
      'new.csv: expected the column "emb" of vectors, which the model takes, received none; ' +
        'name the .npy file of its rows: embedding: emb=vectors.npy',
    );
  });
});

describe('vectors that do not fit are refused', () => {
  const good = floats(1, 2, 3, 4, 5, 6);
  const nan = floats(1, 2, 3, Number.NaN, 5, 6);
  const rows = (n: number, expected: string) =>
    `emb.npy: expected 3 rows, one for each row of t.csv, received ${n}${expected}`;
  it.each<[string, Buffer, string]>([
    ['too few', npy('<f4', [2, 2], floats(1, 2, 3, 4)), rows(2, '')],
    ['too many', npy('<f4', [4, 1], floats(1, 2, 3, 4)), rows(4, '')],
    [
      'NaN',
      npy('<f4', [3, 2], nan),
      'emb.npy, row 2, "emb[1]": expected a finite number (below 3.4e38), received NaN',
    ],
    [
      'infinite as float32',
      npy('<f8', [3, 1], packed([0, 0, 1e39], 8, 'setFloat64')),
      'emb.npy, row 3, "emb[0]": expected a finite number (below 3.4e38), received 1e+39',
    ],
    [
      'one number a row',
      npy('<f4', [3], floats(1, 2, 3)),
      'emb.npy: expected one vector per row, shape (n, d), received shape (3)',
    ],
    [
      'a picture a row',
      npy('<f4', [3, 1, 2], good),
      'emb.npy: expected one vector per row, shape (n, d), received shape (3, 1, 2)',
    ],
    [
      'no numbers',
      npy('<f4', [3, 0], Buffer.alloc(0)),
      'emb.npy: expected one vector per row, shape (n, d), received shape (3, 0)',
    ],
    [
      'cut short',
      npy('<f4', [3, 2], good.subarray(1)),
      'emb.npy: expected 152 bytes, as its header says, received 151; it is truncated: save it again',
    ],
    [
      'objects',
      npy('|O', [3, 2], good),
      'emb.npy: expected numbers (b1, u1, i1, u2, i2, u4, i4, u8, i8, f2, f4, f8), received Python objects; pickled objects are never loaded, as they can run code; save an array of numbers, or of labels their texts: y.astype(str)',
    ],
    [
      'no array',
      Buffer.from('a,b\n1,2\n'),
      'emb.npy: expected a .npy file of NumPy, received another format',
    ],
  ])('%s', async (_, vectors, message) => {
    expect(await folder.fault(opened(3, vectors))).toBe(message);
  });

  it('the table may say its number of rows at once', async () => {
    const path = folder.save('t.jsonl', '{"a":1,"y":1}\n{"a":2,"y":2}');
    const embedding = { emb: folder.save('e.npy', npy('<f4', [3, 2], good)) };
    expect(await folder.fault(openDataset(path, { label: 'y', embedding }))).toBe(
      'e.npy: expected 2 rows, one for each row of t.jsonl, received 3',
    );
  });

  it('a file among several that has other rows is named', async () => {
    const more = {
      embedding: {
        b: folder.save('b.npy', npy('<f4', [3, 2], good)),
        c: folder.save('c.npy', npy('<f4', [6, 1], good)),
      },
    };
    expect(await folder.fault(opened(3, npy('<f4', [3, 2], good), more))).toBe(
      'c.npy: expected 3 rows, as b.npy, received 6',
    );
  });

  const file = npy('<f4', [3, 2], good);
  it.each<[OpenOptions, string]>([
    [
      { embedding: { a: 'emb.npy' } },
      'embedding: expected a name that no column of t.csv has, received "a"',
    ],
    [
      { embedding: { ' b': 'emb.npy' } },
      'embedding: expected a name without blanks around it, received " b"',
    ],
    [{ embedding: { emb: 'no.npy' } }, 'no.npy: expected a .npy file, received no such file'],
    [
      { embedding: ['emb.npy'] as never },
      'embedding: expected the .npy file of each column by its name, such as { emb: "vectors.npy" }, received ["emb.npy"]',
    ],
    [
      { numeric: ['emb'] },
      't.csv, row 1 (counting data rows from 1), column "emb": expected a cell of a numeric column, received a list of numbers',
    ],
    [
      { label: 'emb' },
      't.csv, row 1 (counting data rows from 1), column "emb": expected a label, received a list of numbers',
    ],
  ])('%j', async (more, message) => {
    expect(await folder.fault(opened(3, file, more))).toBe(message);
  });

  it('data that are no table take none', async () => {
    const embedding = { emb: 'emb.npy' };
    expect(await folder.fault(openDataset('digits', { embedding }))).toContain(
      'embedding: expected nothing: it has no meaning for digits, received',
    );
  });
});
