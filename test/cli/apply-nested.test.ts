import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import * as arrow from 'apache-arrow';
import { beforeAll, expect, test } from 'vitest';
import { blobs, folders, symloss, writeLines } from './run.ts';

const cwd = folders('apply-nested')();
const points = blobs(150).map((row) => row.split(','));
const truth = points.map(([, , label]) => label as string);
const wrong = new Set([4, 20, 47, 71, 110, 125]);
const given = truth.map((label, i) => (wrong.has(i) ? (label === 'b' ? 'c' : 'b') : label));
/** Rows whose labels are within an object, with something beside them. */
const rowsOf = (labels: readonly string[]) =>
  labels.map((label, i) => ({
    x: Number(points[i]?.[0]),
    meta: { n: i % 7 === 0 ? null : i, at: { label, by: `p${i % 4}` } },
    y: Number(points[i]?.[1]),
  }));
const lines = (labels: readonly string[]) => rowsOf(labels).map((row) => JSON.stringify(row));

/** What a file holds, as the lines of JSON that it was made of. */
const readers = {
  jsonl: async (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n'),
  parquet: async (path: string) => {
    const found = await query(`SELECT * FROM '${path}'`);
    return found.getRowObjectsJson().map((row) => JSON.stringify(row));
  },
  arrow: async (path: string) =>
    arrow
      .tableFromIPC(readFileSync(path))
      .toArray()
      .map((row) => JSON.stringify(row)),
};

async function query(sql: string) {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    return await connection.runAndReadAll(sql);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

beforeAll(async () => {
  writeLines(cwd, 'data.jsonl', lines(given));
  const struct = 'STRUCT(n INTEGER, "at" STRUCT("label" VARCHAR, "by" VARCHAR))';
  const types = `{x: 'DOUBLE', meta: '${struct}', y: 'DOUBLE'}`;
  const [from, to] = ['data.jsonl', 'data.parquet'].map((name) => join(cwd, name));
  await query(
    `COPY (SELECT * FROM read_json('${from}', format = 'newline_delimited', columns = ${types})) TO '${to}' (FORMAT parquet)`,
  );
  const { Field, Float64, Int32, Struct, Utf8 } = arrow;
  const at = new Struct([new Field('label', new Utf8(), true), new Field('by', new Utf8(), true)]);
  const meta = new Struct([new Field('n', new Int32(), true), new Field('at', at, true)]);
  const rows = rowsOf(given);
  const column = (name: 'x' | 'y' | 'meta', type: arrow.DataType) =>
    arrow.vectorFromArray(rows.map((row) => row[name]) as never[], type);
  const table = new arrow.Table({
    x: column('x', new Float64()),
    meta: column('meta', meta),
    y: column('y', new Float64()),
  } as Record<string, arrow.Vector>);
  writeFileSync(join(cwd, 'data.arrow'), arrow.tableToIPC(table, 'file'));
});

test.each(['jsonl', 'parquet', 'arrow'] as const)(
  'labels within objects are corrected where they stand: %s',
  async (format) => {
    const [source, folder, out] = [`data.${format}`, `found-${format}`, `made.${format}`];
    const quick = ['--model', 'mlp:16', '--epochs', '30', '--folds', '3', '--repeats', '1'];
    const audit = ['audit', source, '--label', 'meta.at.label', '--features', 'x,y', ...quick];
    expect((await symloss([...audit, '--out', folder], cwd)).code).toBe(0);
    expect(await readers[format](join(cwd, source))).toEqual(lines(given));
    const args = ['apply', folder, '--relabel', '0.8', '--out', out];
    const { code, stdout, stderr } = await symloss(args, cwd);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('relabelled: 6 rows of 150: 0 by reviewers, 6 by rule\n');
    expect(stdout).toContain(`train on it: symloss train ${out} --label meta.at.label `);
    expect(await readers[format](join(cwd, out))).toEqual(lines(truth));
  },
);
