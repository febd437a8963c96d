import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import * as arrow from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import writeWorkbook from 'write-excel-file/node';
import type { OpenOptions } from '../../src/data/formats/index.ts';
import {
  fromRecords,
  openDataset,
  openInputs,
  relabelledSource,
} from '../../src/data/formats/index.ts';
import type { Dataset } from '../../src/data/index.ts';
import { testFolder } from './files.ts';

const folder = testFolder('unlabelled');
const at = (name: string) => join(folder.path, name);
const rule = { missing: 'drop-unlabelled' } as const;

const [x, z] = [
  [1, null, 3, 4, 6, 5, 2],
  [1, 4, 9, 7, 3, null, 6],
];
/** Rows 2 and 4 have no label; row 1 misses x, row 5 z. */
const y = ['u', 'v', null, 'u', null, 'v', 'v'];
const records = y.map((label, i) => ({ x: x?.[i], z: z?.[i], y: label }));

const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

const files = ['t.csv', 't.jsonl', 't.parquet', 't.arrow', 't.xlsx'];
beforeAll(async () => {
  const lines = records.map((row) => `${row.x ?? ''},${row.z ?? ''},${row.y ?? 'NA'}`);
  folder.save('t.csv', `x,z,y\n${lines.join('\n')}\n`);
  folder.save('t.jsonl', records.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await connection.run(`COPY (FROM read_json('${at('t.jsonl')}')) TO '${at('t.parquet')}'`);
  const vector = (values: readonly unknown[], type: arrow.DataType) =>
    arrow.vectorFromArray(values as never[], type) as arrow.Vector;
  const table = new arrow.Table({
    x: vector(x ?? [], new arrow.Float64()),
    z: vector(z ?? [], new arrow.Float64()),
    y: vector(y, new arrow.Utf8()),
  });
  folder.save('t.arrow', arrow.tableToIPC(table, 'file'));
  const sheet = [['x', 'z', 'y'], ...records.map((row) => [row.x, row.z, row.y])];
  const data = sheet.map((row) => row.map((value) => value ?? null));
  folder.save('t.xlsx', await writeWorkbook([{ sheet: 'a', data }]).toBuffer());
});

const numbers = ({ features }: Pick<Dataset, 'features'>) => [...(features as Float32Array)];
const values = ({ features, labels, classes, sourceRows }: Dataset) => ({
  features: numbers({ features }),
  labels: Array.from(labels, (label) => classes[label]),
  rows: [...(sourceRows ?? [])],
});
const expected = {
  features: [1, 1, Number.NaN, 4, 4, 7, 5, Number.NaN, 2, 6],
  labels: ['u', 'v', 'u', 'v', 'v'],
  rows: [0, 1, 3, 5, 6],
};
const said = '2 of 7 rows dropped: the label is missing';

describe('rows without a label alone are left out', () => {
  test.each(files)('of %s', async (name) => {
    const { data } = await openDataset(at(name), { label: 'y', ...rule });
    expect(values(data)).toEqual(expected);
    expect(data.notices).toContain(said);
    expect(data.notices).toContain('2 missing cells in 2 columns ("x": 1, "z": 1)');
    const complete = await openDataset(at(name), { label: 'y', missing: 'drop' });
    expect([...(complete.data.sourceRows ?? [])]).toEqual([0, 3, 6]);
  });

  test.each(files)('of %s, which is written with them', async (name) => {
    const ending = name.slice(1);
    const source = await relabelledSource(at(name), `made${ending}`);
    const pieces = await source.content({ label: 'y', labels: new Map([[3, 1]]) });
    folder.save(`made${ending}`, Buffer.concat(pieces));
    const { data } = await openDataset(at(`made${ending}`), { label: 'y', ...rule });
    expect(values(data)).toEqual({ ...expected, labels: ['u', 'v', 'v', 'v', 'v'] });
    expect(data.notices).toContain(said);
  });

  test('of records, and of those to test on', async () => {
    const data = await fromRecords(records, { label: 'y', ...rule });
    expect(values(data)).toEqual(expected);
    expect(data.notices).toContain(said);
    const like = await fromRecords(records, { label: 'y', ...rule, like: data });
    expect(values(like)).toEqual(expected);
    const { test: tested } = await openDataset(at('t.csv'), {
      ...{ label: 'y', ...rule, test: at('t.csv') },
    });
    expect(tested && values(tested)).toEqual(expected);
  });

  test('of several annotators those that none of them labelled', async () => {
    const path = folder.save('wide.csv', 'x,a,b\n1,u,\n2,,\n,,v\n4,u,u\n5,v,v\n');
    const { data } = await openDataset(path, { label: 'a,b', ...rule });
    expect([...(data.annotations?.labels ?? [])]).toEqual([0, -1, -1, 1, 0, 0, 1, 1]);
    expect(numbers(data)).toEqual([1, Number.NaN, 4, 5]);
    expect(data.notices).toContain('1 of 5 rows dropped: the label is missing');
  });

  test('of a row for each label the items without any', async () => {
    const lines = ['1,i1,ann,', '1,i1,bob,u', '2,i2,ann,v', ',i3,ann,', '3,i3,bob,', '4,i4,bob,u'];
    const path = folder.save('long.csv', `x,item,who,y\n${lines.join('\n')}\n`);
    const long: OpenOptions = { label: 'y', annotator: 'who', id: ['item'] };
    expect(await folder.fault(openDataset(path, long))).toBe(
      'long.csv, row 4 (counting data rows from 1), column "y": expected a label of item "i3" in one of its rows, received none; drop such rows (missing: drop-unlabelled), or all with a missing cell (missing: drop), or delete them',
    );
    const { data } = await openDataset(path, { ...long, ...rule });
    expect(numbers(data)).toEqual([1, 2, 4]);
    expect([...(data.sourceRows ?? [])]).toEqual([0, 2, 5]);
    expect([...(data.annotations?.labels ?? [])]).toEqual([-1, 0, 1, -1, -1, 0]);
    expect(data.notices).toContain('1 item dropped: no row has a label');
  });

  test('of shares of classes those without them', async () => {
    const path = folder.save('soft.csv', 'x,p_u,p_v\n1,0.2,0.8\n2,,\n,0.5,0.5\n4,1,0\n');
    const { data } = await openDataset(path, { softLabels: 'p_', ...rule });
    expect([...(data.softLabels ?? [])]).toEqual([0.2, 0.8, 0.5, 0.5, 1, 0].map(Math.fround));
    expect(numbers(data)).toEqual([1, Number.NaN, 4]);
    expect(await folder.fault(openDataset(path, { softLabels: 'p_' }))).toMatch(
      /drop such rows \(missing: drop-unlabelled\)/,
    );
  });
});

test('where no row has a label, there is nothing to learn from', async () => {
  const path = folder.save('none.csv', 'x,y\n1,\n2,NA\n');
  expect(await folder.fault(openDataset(path, { label: 'y', ...rule }))).toBe(
    'none.csv: expected at least one row with a label, received none of 2',
  );
});

test('rows to predict for need no label', async () => {
  const input = { featureShape: [1], columns: ['x'] };
  expect(await folder.fault(openInputs(at('t.csv'), input, rule))).toBe(
    'missing: expected one of impute, error, drop, received "drop-unlabelled"',
  );
});
