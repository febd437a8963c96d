import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDataset, readParquetImages } from '../../src/data/formats/index.ts';
import { testFolder } from './files.ts';
import { grey } from './pictures.ts';

const folder = testFolder('annotators-parquet');
const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

const classLabel = { names: ['cat', 'dog', 'eel'], _type: 'ClassLabel' };
const notes = { info: { features: { ann: classLabel, truth: classLabel } } };

async function write(name: string, columns: string): Promise<string> {
  const path = join(folder.path, name);
  const metadata = `KV_METADATA {huggingface: '${JSON.stringify(notes)}'}`;
  await connection.run(
    `COPY (SELECT {'bytes': bytes} AS img, ${columns} FROM p ORDER BY i) TO '${path}' (FORMAT parquet, ${metadata})`,
  );
  return path;
}

beforeAll(async () => {
  const pictures = await Promise.all([1, 2, 3, 4, 5, 6].map((value) => grey(value, 1, 2)));
  const rows = pictures.map((bytes, i) => `(${i}, from_hex('${bytes.toString('hex')}'))`);
  await connection.run(`CREATE TABLE p AS SELECT * FROM (VALUES ${rows.join(', ')}) v(i, bytes)`);
});

const three = '(i % 2) AS ann, (i % 2) AS bob, nullif((i + 1) % 2, 0) AS cy, (i % 2) AS truth';

describe('several label columns of a Parquet file', () => {
  test('are the labels of annotators, of which some are missing', async () => {
    const path = await write('three.parquet', three);
    const data = await readParquetImages(path, { label: 'ann, bob,cy', trueLabel: 'truth' });
    expect(data.classes).toEqual(['cat', 'dog', 'eel']);
    expect(data.annotations?.annotators).toEqual(['ann', 'bob', 'cy']);
    expect([...(data.annotations?.labels ?? [])]).toEqual(
      [0, 1, 2, 3, 4, 5].flatMap((i) => (i % 2 === 0 ? [0, 0, 1] : [1, 1, -1])),
    );
    expect([...data.labels]).toEqual([0, 1, 0, 1, 0, 1]);
    expect([...(data.trueLabels ?? [])]).toEqual([0, 1, 0, 1, 0, 1]);
    expect(data.notices[1]).toMatch(/^3 annotators: .*; consensus by Dawid–Skene$/);
  });

  test('become one by majority, where that is asked for', async () => {
    const path = await write('majority.parquet', three);
    const { data } = await openDataset(path, { label: 'ann,cy', consensus: 'majority' });
    expect([...(data.softLabels ?? [])]).toEqual([0, 1, 2].flatMap(() => [0.5, 0.5, 0, 0, 1, 0]));
    expect(data.notices[1]).toContain('consensus by majority vote');
  });

  test('are tested on true labels, where the test file has these only', async () => {
    const path = await write('train.parquet', three);
    const truth = await write('test.parquet', '(1 - i % 2) AS truth');
    const options = {
      label: 'ann,bob',
      trueLabel: 'truth',
      consensus: 'majority',
      test: truth,
    } as const;
    const { test: tested } = await openDataset(path, options);
    expect([...(tested?.labels ?? [])]).toEqual([1, 0, 1, 0, 1, 0]);
    expect(tested?.annotations).toBeUndefined();
    const both = await openDataset(path, { ...options, test: path });
    expect(both.test?.annotations?.annotators).toEqual(['ann', 'bob']);
  });

  test.each([
    [
      'ann,eva',
      {},
      'label column: expected one of "img", "ann", "bob", "cy", "truth", received "eva"',
    ],
    ['ann,ann', {}, 'label columns: expected label columns that differ, received "ann" twice'],
    [
      'ann,truth',
      { trueLabel: 'truth' },
      'true-label column: expected another column than the label, received the same',
    ],
    [
      'ann',
      { consensus: 'majority' },
      'consensus: expected the labels of several annotators, received one label column; name their columns with label, with commas between them',
    ],
    [
      'ann,bob',
      { consensus: 'mean' },
      'consensus: expected one of dawid-skene, majority, crowd, received "mean"',
    ],
    [
      'cy,dan',
      {},
      'row 2: expected a label by one of "cy", "dan", received none; delete such rows',
    ],
  ])('%s with %j', async (label, options, message) => {
    const path = await write('bad.parquet', `${three}, nullif((i + 1) % 2, 0) AS dan`);
    const fault = await folder.fault(readParquetImages(path, { label, ...(options as object) }));
    expect(fault).toContain(message.replace(', received "eva"', ', "dan", received "eva"'));
  });

  test('a column whose own name has a comma is one label', async () => {
    const path = await write('comma.parquet', '(i % 2) AS "ann,bob"');
    const data = await readParquetImages(path, { label: 'ann,bob' });
    expect(data.annotations).toBeUndefined();
    expect(data.classes).toEqual(['0', '1']);
  });
});
