import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDataset, openInputs } from '../../src/data/formats/index.ts';
import { spool } from '../../src/data/formats/sources/standard-input.ts';
import type { Dataset } from '../../src/data/index.ts';
import { testFolder } from './files.ts';

const folder = testFolder('table-sources');
const at = (name: string) => join(folder.path, name);
const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

/** Twelve rows: numbers, with a gap, and texts. */
const rows = Array.from({ length: 12 }, (_, i) => ({
  a: i === 3 ? null : i / 4,
  b: ['low', 'high', 'middle'][i % 3] as string,
  y: i % 2,
}));
const csvOf = (some: typeof rows, comma = ',') =>
  ['a,b,y', ...some.map(({ a, b, y }) => `${a ?? ''},${b},${y}`)].join('\n').replaceAll(',', comma);
const jsonOf = (some: typeof rows) => some.map((row) => JSON.stringify(row)).join('\n');

const values = ({ features, texts, labels, classes, columns, kinds }: Dataset) => ({
  columns,
  kinds,
  classes,
  rows: Array.from(labels, (label, i) => [
    ...(columns ?? []).map((_, j) => {
      const value = (features as Float32Array)[i * 2 + j] as number;
      return texts?.[j]?.[value] ?? value;
    }),
    classes[label],
  ]),
});
const expected = {
  columns: ['a', 'b'],
  kinds: ['numeric', 'categorical'],
  classes: ['0', '1'],
  rows: rows.map(({ a, b, y }) => [a ?? Number.NaN, b, String(y)]),
};
const read = async (source: string) => (await openDataset(source, { label: 'y' })).data;

beforeAll(async () => {
  folder.save('x.csv', csvOf(rows));
  folder.save('x.tsv', csvOf(rows, '\t'));
  folder.save('x.jsonl', jsonOf(rows));
  folder.save('x.ndjson.gz', gzipSync(jsonOf(rows)));
  folder.save('json-without-extension', jsonOf(rows));
  folder.save('csv-without-extension', csvOf(rows));
  folder.save('utf16-without-extension', Buffer.from(`\ufeff${jsonOf(rows)}`, 'utf16le'));
  folder.save('utf16.csv', Buffer.from(`\ufeff${csvOf(rows)}`, 'utf16le').swap16());
  folder.save('parts/2.csv', csvOf(rows.slice(5)));
  folder.save('parts/1.csv', csvOf(rows.slice(0, 5), ';'));
  folder.save('parts/.hidden.csv', 'z\n1\n');
  folder.save('parts/readme.md', 'text');
  folder.save('json-parts/1.jsonl', jsonOf(rows.slice(0, 4)));
  folder.save('json-parts/2.jsonl.gz', gzipSync(jsonOf(rows.slice(4))));
  folder.save('one/only.csv', csvOf(rows));
  folder.save('mixed/1.csv', csvOf(rows));
  folder.save('mixed/2.jsonl', jsonOf(rows));
  folder.save('split/test-0.csv', csvOf(rows.slice(8)));
  folder.save('split/train-0.csv', csvOf(rows.slice(0, 4)));
  folder.save('split/train-1.csv', csvOf(rows.slice(4, 8)));
  folder.save('split/trainer.csv', csvOf(rows));
  folder.save('other/1.csv', csvOf(rows));
  folder.save('other/2.csv', csvOf(rows).replace('a,b', 'a,c'));
  folder.save('parquet/1.parquet', '');
  await connection.run(`CREATE TABLE t AS SELECT * FROM read_json('${at('x.jsonl')}')`);
  const write = (query: string, name: string) =>
    connection.run(`COPY (${query}) TO '${at(name)}' (FORMAT parquet)`);
  await write('SELECT * FROM t', 'x.parquet');
  await write('SELECT * FROM t', 'parquet-without-extension');
  await write('SELECT * FROM t LIMIT 7', 'parquet/1.parquet');
  await write('SELECT y, a, b FROM t OFFSET 7', 'parquet/2.parquet');
});

describe('the same table from any source', () => {
  it.each([
    ...['x.csv', 'x.tsv', 'x.jsonl', 'x.ndjson.gz', 'x.parquet', 'utf16.csv'],
    ...['json-without-extension', 'csv-without-extension', 'parquet-without-extension'],
    ...['utf16-without-extension', 'parts', 'parts/*.csv', 'parts/{1,2}.csv', 'json-parts'],
    ...['json-parts/*', 'one', 'one/*', 'parquet', '**/*.parquet'.replace('**', 'parquet')],
  ])('%s', async (source) => {
    expect(values(await read(at(source)))).toEqual(expected);
  });

  it('rows to predict for, with the columns in another order', async () => {
    const input = {
      featureShape: [2],
      columns: [
        { name: 'b', kind: 'categorical' as const },
        { name: 'a', kind: 'numeric' as const },
      ],
    };
    for (const source of ['x.csv', 'x.jsonl', 'x.parquet', 'parquet', 'parts/*.csv']) {
      const found = await openInputs(at(source), input);
      const texts = Array.from(rows, (_, i) => [
        found.texts?.[0]?.[(found.features as Float32Array)[2 * i] as number],
        (found.features as Float32Array)[2 * i + 1],
      ]);
      expect(texts).toEqual(rows.map(({ a, b }) => [b, a ?? Number.NaN]));
    }
  });

  it('test data of another format than the training data', async () => {
    const options = { label: 'y', test: at('parts/*.csv') };
    const { test } = await openDataset(at('x.parquet'), options);
    expect(values(test as Dataset)).toEqual(expected);
  });
});

describe('labels', () => {
  it('of integers stay integers, beyond 2^53 too', async () => {
    const ids = ['9007199254740993', '9007199254740992'];
    const query = `SELECT i AS a, [${ids.join(', ')}][1 + i % 2]::BIGINT AS y FROM range(1, 9) r(i)`;
    await connection.run(`COPY (${query}) TO '${at('long.parquet')}' (FORMAT parquet)`);
    const objects = Array.from({ length: 8 }, (_, i) => `{"a": ${i}, "y": ${ids[i % 2]}}`);
    folder.save('long.jsonl', objects.join('\n'));
    for (const name of ['long.parquet', 'long.jsonl']) {
      expect([...(await read(at(name))).classes].sort()).toEqual([...ids].sort());
    }
  });
});

describe('vectors', () => {
  it('are columns each', async () => {
    const query = 'SELECT [i, i * i]::FLOAT[] AS v, i % 2 AS y FROM range(1, 9) r(i)';
    await connection.run(`COPY (${query}) TO '${at('v.parquet')}' (FORMAT parquet)`);
    const objects = Array.from({ length: 8 }, (_, i) => ({
      v: [i + 1, (i + 1) ** 2],
      y: (i + 1) % 2,
    }));
    folder.save('v.jsonl', objects.map((row) => JSON.stringify(row)).join('\n'));
    for (const name of ['v.parquet', 'v.jsonl']) {
      const { columns, kinds, features } = await read(at(name));
      expect([columns, kinds]).toEqual([
        ['v[0]', 'v[1]'],
        ['embedding', 'embedding'],
      ]);
      expect([...(features as Float32Array)]).toEqual(objects.flatMap(({ v }) => v));
    }
  });

  it('with infinite numbers are refused', async () => {
    folder.save('wide.jsonl', '{"v": [1, 2], "y": 0}\n{"v": [3, 1e39], "y": 1}\n');
    expect(await folder.fault(read(at('wide.jsonl')))).toBe(
      'wide.jsonl, row 2, column "v": expected finite numbers (below 3.4e38), received 1e+39; correct the list, or leave the column out (ignore)',
    );
  });

  it('of different lengths are refused with their row, and can be left out', async () => {
    folder.save('odd.jsonl', '{"v": [1, 2], "a": 1, "y": 0}\n{"v": [3], "a": 2, "y": 1}\n');
    expect(await folder.fault(read(at('odd.jsonl')))).toContain('odd.jsonl, row 2, column "v"');
    const { data } = await openDataset(at('odd.jsonl'), { label: 'y', ignore: ['v'] });
    expect([...(data.features as Float32Array)]).toEqual([1, 2]);
  });
});

describe('columns that are no cells of a table', () => {
  const line = (i: number) => JSON.stringify({ a: i, o: ['x'], y: i % 2 });
  beforeAll(() => {
    folder.save('nested.jsonl', Array.from({ length: 8 }, (_, i) => line(i)).join('\n'));
  });

  it('are left out with a notice, without one if they are to be ignored', async () => {
    const notice = 'left out as no numbers, texts or dates: "o" (lists)';
    expect((await read(at('nested.jsonl'))).notices).toContain(notice);
    const options = { label: 'y', ignore: ['o'] };
    const { data } = await openDataset(at('nested.jsonl'), options);
    expect(data.notices.join()).not.toContain('lists');
  });

  it('are refused where they are asked for', async () => {
    const reading = openDataset(at('nested.jsonl'), { label: 'o' });
    expect(await folder.fault(reading)).toBe(
      'nested.jsonl, label column "o": expected numbers, texts or dates, received lists',
    );
  });
});

describe('what is refused', () => {
  it.each([
    [
      'mixed',
      'expected files of one format, as mixed/1.csv, a CSV or TSV file, received mixed/2.jsonl, a file of JSON lines',
    ],
    [
      'other',
      'other/2.csv, columns: expected the columns of other/1.csv: "a", "b", "y", received none of "b", "c" beside them',
    ],
    [
      'split',
      'split: expected the files of one part, received train-0.csv and test-0.csv; name the parts by patterns: "split/train*", and "split/test*" to test on (test)',
    ],
    ['none/*.csv', 'none/*.csv: expected files whose paths match, received none'],
    ['*.md', 'expected files whose paths match, received none'],
  ])('%s', async (source, message) => {
    expect(await folder.fault(read(at(source)))).toContain(message);
  });

  it('options of images for a table in Parquet', async () => {
    const reading = openDataset(at('x.parquet'), { label: 'y', imageSize: [2, 2] });
    expect(await folder.fault(reading)).toContain(
      'imageSize: expected nothing: it has no meaning for x.parquet, a Parquet file without images',
    );
  });

  it('a table without the name of its label column', async () => {
    expect(await folder.fault(openDataset(at('x.jsonl')))).toBe(
      'label: expected the column of the labels, received nothing; name it with label: one of "a", "b", "y"',
    );
  });
});

describe('standard input', () => {
  it('is kept as it is, in a file that nobody else reads', async () => {
    const { readFileSync, rmSync, statSync } = await import('node:fs');
    const bytes = Buffer.from([0, 255, 10, 13, 128]);
    const path = await spool(Readable.from([bytes, bytes]));
    expect(readFileSync(path)).toEqual(Buffer.concat([bytes, bytes]));
    expect(statSync(path).mode & 0o077).toBe(0);
    rmSync(dirname(path), { recursive: true });
  });

  it('of a terminal is refused', async () => {
    const input = Object.assign(Readable.from([]), { isTTY: true });
    expect(await folder.fault(spool(input))).toBe(
      'standard input: expected data, received a terminal; pipe data into it: zcat data.csv.gz | symloss train - …',
    );
  });

  it.skipIf(process.platform === 'win32').each([
    ['/dev/zero', 'a device'],
    [folder.path, 'a folder'],
  ])('from %s is refused', async (path, received) => {
    const { closeSync, openSync } = await import('node:fs');
    const fd = openSync(path, 'r');
    const input = Object.assign(Readable.from([]), { fd });
    expect(await folder.fault(spool(input))).toContain(`expected data, received ${received}; `);
    closeSync(fd);
  });

  it('that does not end is waited for until the reading is interrupted, and nothing is left', async () => {
    const { readdirSync } = await import('node:fs');
    const { tmpdir } = await import('node:os');
    const left = () =>
      readdirSync(tmpdir()).filter(
        (name) => name.startsWith('symloss-input-') && name.includes(`.${process.pid}-`),
      );
    const before = left();
    const interrupt = new AbortController();
    const input = new Readable({ read() {} });
    input.push('a,b\n');
    const reading = spool(input, interrupt.signal);
    setTimeout(() => interrupt.abort(new Error('interrupted')), 20);
    await expect(reading).rejects.toThrow('interrupted');
    expect(left()).toEqual(before);
  });
});
