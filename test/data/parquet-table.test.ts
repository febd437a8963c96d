import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, it } from 'vitest';
import { ParquetTable } from '../../src/data/formats/parquet/table.ts';
import { testFolder } from './files.ts';
import { cellKinds, cellsOf } from './tables.ts';

const folder = testFolder('parquet-table');
const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

/** Writes a query's rows. */
async function write(name: string, query: string): Promise<string> {
  const path = join(folder.path, name);
  await connection.run(`COPY (${query}) TO '${path}' (FORMAT parquet)`);
  return path;
}

const open = async (name: string, query: string) => ParquetTable.open(await write(name, query));

/** A column of one type with the values, then a missing one. */
const column = (type: string, ...values: string[]) =>
  `SELECT unnest([${[...values, 'NULL'].join(', ')}]::${type}[]) AS x`;

describe('cells of a Parquet table', () => {
  it.each<[string, string[], string, unknown[]]>([
    ['TINYINT', ['-128', '1'], 'numbers', [-128, 1]],
    ['USMALLINT', ['65535'], 'numbers', [65535]],
    ['INTEGER', ['-2147483648', '7'], 'numbers', [-2147483648, 7]],
    ['BIGINT', ['9007199254740991', '-5'], 'numbers', [9007199254740991, -5]],
    ['UBIGINT', ['12'], 'numbers', [12]],
    [
      'FLOAT',
      ['0.5', "'nan'::FLOAT", "'-inf'::FLOAT"],
      'numbers',
      [0.5, Number.NaN, Number.NEGATIVE_INFINITY],
    ],
    ['DOUBLE', ['0.1', '1e308'], 'numbers', [0.1, 1e308]],
    ['DECIMAL(4, 1)', ['12.5', '-0.1'], 'numbers', [12.5, -0.1]],
    ['DECIMAL(30, 10)', ['1.25'], 'numbers', [1.25]],
    ['INTERVAL', ['INTERVAL 90 SECOND'], 'numbers', [90]],
    ['BOOLEAN', ['true', 'false'], 'texts', ['TRUE', 'FALSE']],
    ['VARCHAR', ["'a'", "' b '", "'日本'", "''"], 'texts', ['a', ' b ', '日本', '']],
    ["ENUM('low', 'high')", ["'high'", "'low'"], 'texts', ['high', 'low']],
    ['DATE', ["'2020-02-29'"], 'texts', ['2020-02-29']],
    ['TIMESTAMP', ["'2020-02-29 10:11:12.25'"], 'texts', ['2020-02-29T10:11:12.25']],
    ['TIMESTAMP_NS', ["'2020-02-29 10:11:12'"], 'texts', ['2020-02-29T10:11:12']],
    ['TIMESTAMPTZ', ["'2020-02-29 10:11:12+02'"], 'texts', ['2020-02-29T08:11:12Z']],
    ['TIME', ["'10:11:12'"], 'texts', ['10:11:12']],
    [
      'UUID',
      ["'0a1b2c3d-0000-0000-0000-00000000000f'"],
      'texts',
      ['0a1b2c3d-0000-0000-0000-00000000000f'],
    ],
    ['FLOAT[]', ['[0.5, NULL, 2]'], 'lists', [[0.5, Number.NaN, 2]]],
    ['BIGINT[]', ['[1, 2]', '[3, 4]'], 'lists', [[1, 2], [3, 4]]], // biome-ignore format: pairs
  ])('%s', async (type, written, kind, expected) => {
    const table = await open(`${type.replace(/\W/g, '-')}.parquet`, column(type, ...written));
    const missing = { numbers: Number.NaN, texts: '', lists: undefined }[kind];
    expect(await cellKinds(table)).toEqual({ x: kind });
    expect(await cellsOf(table)).toEqual({ x: [...expected, missing] });
    expect([table.rowCount, table.otherColumns]).toEqual([expected.length + 1, []]);
  });

  it('integers beyond 2^53 make a column of texts, to the last digit', async () => {
    const query = `SELECT unnest([9007199254740993, 1])::BIGINT AS id, unnest([1, -9007199254740993])::HUGEINT AS y, 5::BIGINT AS z`;
    const table = await open('long.parquet', query);
    expect(await cellsOf(table)).toEqual({
      id: ['9007199254740993', '1'],
      y: [1, -9007199254740992], // a huge integer is written as float64 to begin with
      z: [5, 5],
    });
  });

  it('rows of many chunks keep their order, and are read again from the start', async () => {
    const table = await open('many.parquet', "SELECT i AS a, 'n' || i AS b FROM range(50000) r(i)");
    const a = Array.from({ length: 50000 }, (_, i) => i);
    for (let time = 0; time < 2; time++) {
      expect(await cellsOf(table)).toEqual({ a, b: a.map((i) => `n${i}`) });
    }
  });

  it('what is no cell of a table is left out, and named', async () => {
    const query = `SELECT 1 AS a, {'x': 1} AS s, MAP{'k': 1} AS m, ['t'] AS l, [[1]] AS ll, 'b'::BLOB AS bytes, 0 AS __index_level_0__`;
    const table = await open('other.parquet', query);
    expect(table.columns).toEqual(['a', 's.x']);
    expect(table.otherColumns).toEqual([
      { name: 'm', holds: 'MAP(VARCHAR, INTEGER)' },
      { name: 'l', holds: 'VARCHAR[]' },
      { name: 'll', holds: 'INTEGER[][]' },
      { name: 'bytes', holds: 'bytes' },
      { name: '__index_level_0__', holds: 'the index of pandas' },
    ]);
    expect(await cellsOf(table)).toEqual({ a: [1], 's.x': [1] });
  });

  it('the fields of structs are columns, missing where a struct is', async () => {
    const query = `SELECT unnest([
      {'age': 3, 'home': {'country': 'FI', 'it''s "x"': 9007199254740993}, 'e': [1, 2], 'm': MAP{'k': 1}},
      NULL,
      {'age': NULL, 'home': NULL, 'e': NULL, 'm': NULL}
    ]) AS user, {'bytes': 'b'::BLOB, 'path': 'p'} AS picture`;
    const table = await open('structs.parquet', query);
    expect(await cellsOf(table)).toEqual({
      'user.age': [3, Number.NaN, Number.NaN],
      'user.home.country': ['FI', '', ''],
      'user.home.it\'s "x"': ['9007199254740993', '', ''],
      'user.e': [[1, 2], undefined, undefined],
    });
    expect(table.otherColumns).toEqual([
      { name: 'user.m', holds: 'MAP(VARCHAR, INTEGER)' },
      { name: 'picture', holds: 'STRUCT(bytes BLOB, path VARCHAR)' },
    ]);
  });

  it('names that differ in case only are two columns', async () => {
    const bytes = readFileSync(await write('case.parquet', 'SELECT 1 AS qzA, 2 AS qzB'));
    const renamed = bytes.toString('latin1').replaceAll('qzB', 'QZA');
    const table = await ParquetTable.open(
      folder.save('Case.parquet', Buffer.from(renamed, 'latin1')),
    );
    expect(await cellsOf(table)).toEqual({ qzA: [1], QZA: [2] });
  });
});

describe('what is refused', () => {
  it.each([
    ['no rows', 'SELECT 1 AS a WHERE false', 'x.parquet: expected rows, received none'],
    [
      'no column of a table',
      "SELECT {'x': MAP{'k': 1}} AS s",
      'x.parquet: expected a column of numbers, texts or dates, received s.x (MAP(VARCHAR, INTEGER))',
    ],
  ])('%s', async (_, query, message) => {
    const table = await open('x.parquet', query);
    expect(await folder.fault(cellsOf(table))).toBe(message);
  });

  it('a reading that was ended', async () => {
    const path = await write('ended.parquet', 'SELECT i FROM range(10000) r(i)');
    const ending = new AbortController();
    const table = await ParquetTable.open(path, { signal: ending.signal });
    ending.abort(new Error('stopped'));
    await expect(cellsOf(table)).rejects.toThrow('stopped');
  });
});
