import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  openDataset,
  openInputs,
  readParquetImageRows,
  readParquetImages,
  relabelledSource,
} from '../../src/data/formats/index.ts';
import { testFolder } from './files.ts';
import { colour } from './pictures.ts';

const folder = testFolder('parquet');
const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

/** Writes a query's rows, `img(i)` being the i-th picture, with notes under the key `huggingface`. */
async function write(name: string, query: string, notes?: object): Promise<string> {
  const path = join(folder.path, name);
  const metadata =
    notes === undefined ? '' : `, KV_METADATA {huggingface: '${JSON.stringify(notes)}'}`;
  await connection.run(`COPY (${query}) TO '${path}' (FORMAT parquet${metadata})`);
  return path;
}

const names = {
  info: { features: { label: { names: ['cat', 'dog', 'eel'], _type: 'ClassLabel' } } },
};
/** Colours whose PNG files hold many bytes above 127. */
const shade = (i: number) => [200 + (i % 50), 255 - (i % 40), (7 * i) % 256] as const;
const count = 150; // more than are decoded at once

beforeAll(async () => {
  const pictures = await Promise.all(
    Array.from({ length: count }, (_, i) => colour(shade(i), 1, 2)),
  );
  expect(pictures.every((bytes) => bytes.some((byte) => byte >= 128))).toBe(true);
  const rows = pictures.map((bytes, i) => `(${i}, from_hex('${bytes.toString('hex')}'))`);
  await connection.run(`CREATE TABLE p AS SELECT * FROM (VALUES ${rows.join(', ')}) v(i, bytes)`);
});

const struct = "{'bytes': bytes, 'path': 'train/' || i || '.png'} AS img";

describe('images in Parquet', () => {
  it('come in the order of the file, labels with the names of the metadata', async () => {
    const query = `SELECT ${struct}, (i % 3)::BIGINT AS label, ((i + 1) % 3)::BIGINT AS noisy FROM p ORDER BY i`;
    const path = await write('usual.parquet', query, names);
    const data = await readParquetImages(path, { trueLabel: 'noisy' });
    expect([data.featureShape, data.classes]).toEqual([
      [3, 1, 2],
      ['cat', 'dog', 'eel'],
    ]);
    const rows = Array.from({ length: count }, (_, i) => shade(i).flatMap((v) => [v, v]));
    expect(Buffer.compare(data.features as Uint8Array, Uint8Array.from(rows.flat()))).toBe(0);
    expect([...data.labels]).toEqual(rows.map((_, i) => i % 3));
    expect([...(data.trueLabels ?? [])]).toEqual(rows.map((_, i) => (i + 1) % 3));
    expect(data.notices).toEqual([
      `${path}: 150 images of 3 × 1 × 2, 3 classes: "cat", "dog", "eel"`,
    ]);
    const {
      rows: { features },
    } = await readParquetImageRows(path);
    expect(Buffer.compare(features as Uint8Array, data.features as Uint8Array)).toBe(0);
  });

  it('integers out of the range of the names are classes of their own', async () => {
    const query = `SELECT ${struct}, (i % 2 + 2)::INTEGER AS label FROM p WHERE i < 4 ORDER BY i`;
    const data = await readParquetImages(await write('range.parquet', query, names));
    expect([data.classes, [...data.labels]]).toEqual([
      ['2', '3'],
      [0, 1, 0, 1],
    ]);
  });

  it('texts are classes, and bytes need no struct; columns may be named', async () => {
    const query = `SELECT bytes AS "pi""c", chr(98 - (i % 2)::INTEGER) AS kind FROM p WHERE i < 4 ORDER BY i`;
    const path = await write('plain [1].parquet', query);
    const data = await readParquetImages(path, { imageColumn: 'pi"c', label: 'kind' });
    expect([data.classes, [...data.labels]]).toEqual([
      ['a', 'b'],
      [1, 0, 1, 0],
    ]);
    expect(await readParquetImages(path)).toEqual(data); // the only ones of their kind
  });

  it('a bad image is named by its row, or left out with its label', async () => {
    const query = `SELECT {'bytes': CASE WHEN i = 1 THEN 'none'::BLOB WHEN i = 2 THEN NULL ELSE bytes END} AS image, i::BIGINT AS label FROM p WHERE i < 5 ORDER BY i`;
    const path = await write('bad.parquet', query);
    expect(await folder.fault(readParquetImages(path))).toContain(
      'bad.parquet, row 2: expected an image that can be decoded, received neither JPEG, PNG nor WebP',
    );
    const data = await readParquetImages(path, { badImages: 'skip' });
    expect([data.classes, [...data.labels]]).toEqual([
      ['0', '3', '4'],
      [0, 1, 2],
    ]);
    expect([...(data.features as Uint8Array).subarray(6, 8)]).toEqual([203, 203]);
    expect(data.notices[1]).toMatch(
      /^2 bad images left out: .*, row 2 \(.*\), .*, row 3 \(no content\)$/,
    );
  });
});

describe('several files of images', () => {
  const other = { info: { features: { label: { names: ['cat', 'dog', 'fox'] } } } };
  const part = (from: number, to: number, columns = `${struct}, (i % 3)::BIGINT AS label`) =>
    `SELECT ${columns} FROM p WHERE i >= ${from} AND i < ${to} ORDER BY i`;

  it('are one dataset, in the order of their paths, with the rows of each in messages', async () => {
    await write('shards-1.parquet', part(0, 70), names);
    await write('shards-2.parquet', part(70, count, `(i % 3)::BIGINT AS label, ${struct}`), names);
    const { data } = await openDataset(join(folder.path, 'shards-*.parquet'));
    const all = await readParquetImages(await write('all.parquet', part(0, count), names));
    expect(data.classes).toEqual(['cat', 'dog', 'eel']);
    expect([...data.labels]).toEqual([...all.labels]);
    expect(Buffer.compare(data.features as Uint8Array, all.features as Uint8Array)).toBe(0);
    expect(data.notices).toEqual([
      `${folder.path}/shards-*.parquet: 150 images of 3 × 1 × 2, 3 classes: "cat", "dog", "eel"`,
    ]);
    const rows = await openInputs(join(folder.path, 'shards-*.parquet'), {
      featureShape: [3, 1, 2],
    });
    expect(Buffer.compare(rows.features as Uint8Array, all.features as Uint8Array)).toBe(0);
  });

  it('have a row that cannot be decoded named by its own file', async () => {
    const bad = `{'bytes': CASE WHEN i = 11 THEN 'none'::BLOB ELSE bytes END} AS img, (i % 3)::BIGINT AS label`;
    await write('faulty-1.parquet', part(0, 10, bad), names);
    await write('faulty-2.parquet', part(10, 20, bad), names);
    const reading = openDataset(join(folder.path, 'faulty-*.parquet'));
    expect(await folder.fault(reading)).toContain(
      'faulty-2.parquet, row 2: expected an image that can be decoded',
    );
  });

  it('may be written with other labels', async () => {
    const source = await relabelledSource(join(folder.path, 'shards-*.parquet'), 'made.parquet');
    const labels = new Map([
      [0, 100],
      [149, 3],
    ]);
    const made = Buffer.concat(await source.content({ label: 'label', labels }));
    const data = await readParquetImages(folder.save('made.parquet', made));
    const expected = Array.from({ length: count }, (_, i) => (i === 0 ? 1 : i === 149 ? 0 : i % 3));
    expect([...data.labels]).toEqual(expected);
  });

  it.each([
    [
      'others',
      part(3, 6, `${struct}, 'a' AS label`),
      names,
      'others-2.parquet, columns: expected the columns of others-1.parquet: "img (STRUCT(bytes BLOB, path VARCHAR))", "label (BIGINT)", received "img (STRUCT(bytes BLOB, path VARCHAR))", "label (VARCHAR)"; files that are read together have the same columns, in any order',
    ],
    [
      'classes',
      part(3, 6),
      other,
      'classes-2.parquet, class names of the column "label": expected those of classes-1.parquet: "cat", "dog", "eel", received "cat", "dog", "fox"',
    ],
    [
      'tables',
      'SELECT i AS x, i AS label FROM p',
      undefined,
      'tables-*.parquet: expected files of one format, as tables-1.parquet, a Parquet file of images, received tables-2.parquet, a Parquet file without images; name those that belong together by a pattern, such as "folder/*.csv"',
    ],
  ])('are refused where they do not fit: %s', async (name, query, notes, message) => {
    await write(`${name}-1.parquet`, part(0, 3), names);
    await write(`${name}-2.parquet`, query, notes);
    const reading = openDataset(join(folder.path, `${name}-*.parquet`));
    expect(await folder.fault(reading)).toBe(message);
  });
});

describe('what is refused', () => {
  it.each<[string, string, object, string]>([
    [
      'no images',
      'SELECT i AS x, i AS label FROM p',
      {},
      'expected a column of images: image or img, a struct with the field bytes, received columns x INTEGER, label INTEGER',
    ],
    [
      'an image column of numbers',
      `SELECT ${struct}, i AS label FROM p`,
      { imageColumn: 'label' },
      'image column "label": expected a struct with the field bytes, received INTEGER',
    ],
    [
      'a label column that is not there',
      `SELECT ${struct}, i AS label FROM p`,
      { label: 'lable' },
      'label column: expected one of "img", "label", received "lable"; did you mean "label"?',
    ],
    [
      'labels to choose from',
      `SELECT ${struct}, i AS a, i AS b FROM p`,
      {},
      'label column: expected a column called label, or one of class labels only, received "a", "b"; name it with label',
    ],
    [
      'labels of fractions',
      `SELECT ${struct}, 0.5::DOUBLE AS label FROM p`,
      { label: 'label' },
      'column "label": expected integers or texts as labels, received DOUBLE',
    ],
    [
      'a label that is missing',
      `SELECT ${struct}, nullif(i, 2) AS label FROM p ORDER BY i`,
      {},
      'row 3, column "label": expected a label, received none',
    ],
    [
      'the label as true label',
      `SELECT ${struct}, i AS label FROM p`,
      { trueLabel: 'label' },
      'true-label column: expected another column than the label, received the same',
    ],
  ])('%s', async (name, query, options, message) => {
    const path = await write(`${name}.parquet`, query);
    expect(await folder.fault(readParquetImages(path, options))).toContain(message);
  });

  it('files that are no Parquet, or are not there', async () => {
    const path = folder.save('text.parquet', 'x,y\n1,2\n');
    expect(await folder.fault(readParquetImages(path))).toContain(
      'text.parquet: expected a Parquet file that DuckDB reads',
    );
    expect(await folder.fault(readParquetImages(`${folder.path}/none.parquet`))).toBe(
      'none.parquet: expected a file, received no such file',
    );
  });
});

it('names the remedy where DuckDB is not installed', async () => {
  const path = folder.save('duck.parquet', 'PAR1');
  vi.resetModules();
  vi.doMock('@duckdb/node-api', () => {
    throw new Error('Cannot find package');
  });
  try {
    const fresh = await import('../../src/data/formats/index.ts');
    await expect(fresh.readParquetImages(path)).rejects.toMatchObject({
      kind: 'failure',
      message:
        `${path}: expected DuckDB, which reads and writes Parquet, received a package that does not load; ` +
        'run npm install @duckdb/node-api',
    });
  } finally {
    vi.doUnmock('@duckdb/node-api');
    vi.resetModules();
  }
});

describe('what says which image a row is', () => {
  const labelled = `${struct}, i % 3 AS label, 'p' || i AS patient`;
  const ids = async (query: string, options = {}) => {
    const path = await write('ids.parquet', query, names);
    const { data } = await openDataset(path, { keepIds: true, ...options });
    return data.rowIds;
  };

  it('is the path beside the bytes, or a column path, where it is not empty', async () => {
    const rows = `SELECT ${labelled} FROM p WHERE i < 3 ORDER BY i`;
    expect(await ids(rows)).toEqual([
      { name: 'img.path', values: ['train/0.png', 'train/1.png', 'train/2.png'] },
    ]);
    expect(await ids(rows.replace('label,', "label, 'at/' || i AS path,"))).toEqual([
      { name: 'path', values: ['at/0', 'at/1', 'at/2'] },
    ]);
    expect(await ids(rows.replace(/'path': .*? AS/, "'path': NULL::VARCHAR} AS"))).toBeUndefined();
  });

  it('is what is asked for', async () => {
    const rows = `SELECT ${labelled} FROM p WHERE i < 2 ORDER BY i`;
    expect(await ids(rows, { id: ['patient', 'img.path'] })).toEqual([
      { name: 'patient', values: ['p0', 'p1'] },
      { name: 'img.path', values: ['train/0.png', 'train/1.png'] },
    ]);
    expect(await folder.fault(ids(rows, { id: ['patent'] }))).toBe(
      'ids.parquet, id column: expected one of "img", "label", "patient", "img.path", received "patent"; did you mean "patient"?',
    );
  });

  it('stands beside predictions, with the labels that are there', async () => {
    const query = `SELECT ${struct}, CASE WHEN i = 1 THEN NULL ELSE i END AS label FROM p WHERE i < 3 ORDER BY i`;
    const path = await write('inputs.parquet', query, names);
    const rows = await openInputs(path, { featureShape: [3, 1, 2] });
    expect([rows.labels, rows.ids]).toEqual([
      ['cat', '', 'eel'],
      [{ name: 'img.path', values: ['train/0.png', 'train/1.png', 'train/2.png'] }],
    ]);
    const plain = await write('plain-inputs.parquet', query.replace(/, CASE.*label/, ''));
    expect((await openInputs(plain, { featureShape: [3, 1, 2] })).labels).toBeUndefined();
  });
});

describe('rows that belong together', () => {
  it('are groups', async () => {
    const query = `SELECT ${struct}, i % 2 AS label, 'p' || (i // 2) AS patient FROM p WHERE i < 6 ORDER BY i`;
    const path = await write('groups.parquet', query);
    const { data } = await openDataset(path, { group: 'patient' });
    expect([...(data.groups ?? [])]).toEqual([0, 0, 1, 1, 2, 2]);
    const gap = await write('gap.parquet', query.replace("'p' ||", 'nullif(2, i) ||'));
    expect(await folder.fault(openDataset(gap, { group: 'patient' }))).toBe(
      'gap.parquet, row 3, column "patient": expected the group of the row, received a missing cell',
    );
    // data to test on need none
    const test = await write('no-groups.parquet', query.replace(/, 'p'.*patient/, ''));
    expect((await openDataset(path, { group: 'patient', test })).test?.groups).toBeUndefined();
  });
});

describe('rows without a label', () => {
  const query = `SELECT ${struct}, CASE WHEN i % 4 = 1 THEN NULL ELSE i % 3 END AS label, i AS nr FROM p WHERE i < 8 ORDER BY i`;

  it('are an error that says what to do, or are left out', async () => {
    const path = await write('unlabelled.parquet', query, names);
    expect(await folder.fault(openDataset(path))).toBe(
      'unlabelled.parquet, row 2, column "label": expected a label, received none; leave such rows out (missing: drop-unlabelled)',
    );
    const options = { missing: 'drop-unlabelled', id: ['nr'], group: 'nr', keepIds: true } as const;
    const { data } = await openDataset(path, options);
    const kept = [0, 2, 3, 4, 6, 7];
    expect([...(data.sourceRows ?? [])]).toEqual(kept);
    expect([...data.labels]).toEqual(kept.map((i) => i % 3));
    expect(data.rowIds).toEqual([{ name: 'nr', values: kept.map(String) }]);
    expect([...(data.groups ?? [])]).toEqual(kept);
    const pixels = kept.flatMap((i) => shade(i).flatMap((value) => [value, value]));
    expect([...(data.features as Uint8Array)]).toEqual(pixels);
    expect(data.notices).toContain('2 rows without a label left out');
  });

  it('are those without a true label, too', async () => {
    const truth = query.replace('i AS nr', 'CASE WHEN i = 4 THEN NULL ELSE 0 END AS truth');
    const path = await write('truth.parquet', truth, names);
    const options = { trueLabel: 'truth', missing: 'drop-unlabelled' } as const;
    const { data } = await openDataset(path, options);
    expect([...(data.sourceRows ?? [])]).toEqual([0, 2, 3, 6, 7]);
    expect([...(data.trueLabels ?? [])]).toEqual([0, 0, 0, 0, 0]);
  });

  it('stay where they are beside bad images', async () => {
    const bad = query.replace('bytes,', "CASE WHEN i = 2 THEN 'x'::BLOB ELSE bytes END,");
    const path = await write('bad.parquet', bad, names);
    const { data } = await openDataset(path, { missing: 'drop', badImages: 'skip' });
    const kept = [0, 3, 4, 6, 7];
    expect([...(data.sourceRows ?? [])]).toEqual(kept);
    expect([...data.labels]).toEqual(kept.map((i) => i % 3));
    expect((data.features as Uint8Array)[6]).toBe(shade(3)[0]);
  });

  it('cannot be all', async () => {
    const path = await write('none.parquet', query.replace('i % 4 = 1', 'true'));
    expect(await folder.fault(openDataset(path, { label: 'label', missing: 'drop' }))).toContain(
      'expected at least one row with a label, received 8 without',
    );
  });
});
