import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, expect, it } from 'vitest';
import { openDataset, readFileRows } from '../../src/data/formats/index.ts';
import { openFileStore } from '../../src/data/formats/shared/byte-store.ts';
import type { RowFile } from '../../src/data/index.ts';
import { placeOfNumbers } from '../../src/io/index.ts';
import { testFolder } from '../data/files.ts';
import { train } from '../train/package.ts';

const folder = testFolder('large-table');
const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

const n = 6000;
const query = `SELECT (i % 97) / 8 AS a, CASE WHEN i % 11 = 0 THEN NULL ELSE ((i * 7) % 89)::FLOAT END AS b,
  ['low', 'high', 'middle'][1 + i % 3] AS c, [i % 5, i % 7]::FLOAT[] AS v,
  CASE WHEN (i % 97) / 8 + (i % 3) > 6 THEN 'yes' ELSE 'no' END AS y FROM range(${n}) r(i)`;
const path = join(folder.path, 'large.parquet');
await connection.run(`COPY (${query}) TO '${path}' (FORMAT parquet)`);
/** Less than the table takes, and more than its labels do. */
const memoryLimit = 250_000;

it('a table too large for memory is kept in a file, the same numbers as in memory', async () => {
  const { data: small } = await openDataset(path, { label: 'y' });
  const { data: large } = await openDataset(path, { label: 'y', memoryLimit });
  const file = large.features as RowFile;
  expect([file.rows, file.rowSize, file.dtype]).toEqual([n, 20, 'float32']);
  const bytes = readFileRows(file, 0, n);
  const values = new Float32Array(bytes.buffer, bytes.byteOffset, 5 * n);
  const cells = (features: Float32Array, texts: typeof small.texts) =>
    Array.from(features, (value, i) => texts?.[i % 5]?.[value] ?? value);
  expect(cells(values, large.texts)).toEqual(cells(small.features as Float32Array, small.texts));
  const { name, classes, columns, kinds, featureShape } = large;
  expect({ name, classes, columns, kinds, featureShape }).toEqual({
    name: small.name,
    classes: small.classes,
    columns: ['a', 'b', 'c', 'v[0]', 'v[1]'],
    kinds: ['numeric', 'numeric', 'categorical', 'embedding', 'embedding'],
    featureShape: [5],
  });
  expect([...large.labels]).toEqual([...small.labels]);
  expect(large.notices).toContain(`${Math.ceil(n / 11)} missing cells`);
  expect(existsSync(file.file)).toBe(true);
});

it('trains as from memory: the same split, batches and nearly the same network', async () => {
  const options = { model: 'linear', loss: 'ce', epochs: 3, batchSize: 64, seed: 2 } as const;
  const { data: small } = await openDataset(path, { label: 'y' });
  const { data: large } = await openDataset(path, { label: 'y', memoryLimit });
  const [a, b] = [
    await train({ data: small, ...options }),
    await train({ data: large, ...options }),
  ];
  const accuracy = ({ metrics }: typeof a) => metrics.final.testAccuracy as number;
  expect(accuracy(a)).toBeGreaterThan(0.9);
  // columns are fitted on the same rows, so the runs are the same but for the numbers of the categories
  expect(accuracy(b)).toBe(accuracy(a));
  expect(b.metrics.rows.train).toBe(a.metrics.rows.train);
  const [of, ofLarge] = [await a.predictDataset(small), await b.predictDataset(large)];
  const same = of.labels.filter((label, i) => label === ofLarge.labels[i]).length;
  expect(same / n).toBeGreaterThan(0.95);
});

it('a cell that is not what the first rows are is named', async () => {
  const odd = join(folder.path, 'odd.parquet');
  const infinite = `SELECT CASE WHEN i = 4000 THEN 'inf'::DOUBLE ELSE i % 50 END AS a, i % 2 AS y FROM range(${n}) r(i)`;
  await connection.run(`COPY (${infinite}) TO '${odd}' (FORMAT parquet)`);
  const reading = openDataset(odd, { label: 'y', memoryLimit: 200_000 });
  expect(await folder.fault(reading)).toContain(
    'odd.parquet, row 4001, column "a": expected a finite number (below 3.4e38), as the first rows have, received Infinity',
  );
});

/** Files of objects of which the first rows say little about the last. */
function lines(name: string, label: (row: number) => string, word: (row: number) => string): void {
  const rows = Array.from({ length: n }, (_, i) => ({ a: i % 50, word: word(i), y: label(i) }));
  folder.save(name, rows.map((row) => JSON.stringify(row)).join('\n'));
}

it.each<[string, (row: number) => string, (row: number) => string]>([
  ['a category', (i) => `y${i % 2}`, (i) => `word ${i < 1000 ? i % 5 : i}`],
  ['a label', (i) => `label ${i < 1000 ? i % 5 : i}`, (i) => `w${i % 2}`],
])('distinct texts of %s keep to the memory limit', async (_, label, word) => {
  lines('distinct.jsonl', label, word);
  const reading = openDataset(join(folder.path, 'distinct.jsonl'), {
    label: 'y',
    categorical: ['word'],
    memoryLimit: 200_000,
  });
  const fault = await folder.fault(reading);
  expect(fault).toMatch(
    /^distinct\.jsonl, row [0-9]+: expected a table within the memory limit of 200000 bytes, received a larger one; /,
  );
  expect(readdirSync(join(folder.path, '.symloss-cache')).some((x) => x.endsWith('.part'))).toBe(
    false,
  );
});

const plain = (name: string) =>
  lines(
    name,
    (i) => `y${i % 2}`,
    (i) => `w${i % 3}`,
  );
const kept = { label: 'y', memoryLimit: 200_000 };

it('what a killed process left of a table is removed by the next one', async () => {
  plain('left/a.jsonl');
  const cache = join(folder.path, 'left', '.symloss-cache');
  const left = join(cache, `table-m${placeOfNumbers()}.${2 ** 22 - 2}-aaaaaa`);
  mkdirSync(left, { recursive: true });
  const { data } = await openDataset(join(folder.path, 'left', 'a.jsonl'), kept);
  expect(existsSync((data.features as RowFile).file)).toBe(true);
  expect(existsSync(left)).toBe(false);
});

it('tables in many folders are kept beside these, and no folder is called as their pattern', async () => {
  for (const name of ['x', 'y']) plain(`many/${name}/a.jsonl`);
  const { data } = await openDataset(join(folder.path, 'many', '**', '*.jsonl'), kept);
  expect(data.labels.length).toBe(2 * n);
  const { file } = data.features as RowFile;
  expect(file.startsWith(join(folder.path, 'many', '.symloss-cache', 'table-'))).toBe(true);
  expect(readdirSync(join(folder.path, 'many')).sort()).toEqual(['.symloss-cache', 'x', 'y']);
});

it('says where no file can be written', async () => {
  plain('full.jsonl');
  const cache = join(folder.save('file', 'x'), 'cache');
  const reading = openDataset(join(folder.path, 'full.jsonl'), { ...kept, cache });
  expect(await folder.fault(reading)).toBe(
    'file/cache: expected a folder to write to, received a place below a file; ' +
      'name a folder for data too large for memory (cache), or raise the memory limit (memoryLimit)',
  );
  const store = openFileStore(join(folder.path, 'none', 'rows.bytes'), 4, {});
  expect(await folder.fault(store)).toMatch(
    /^none\/rows\.bytes: expected a place for data too large for memory, received no such file/,
  );
});
