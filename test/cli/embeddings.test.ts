import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { loadModel } from '../../src/model/node/index.ts';
import { npy } from '../data/files.ts';
import { folders, readJson, scatter, symloss, writeLines } from './run.ts';

const cwd = folders('embeddings')();
/** The label is whether the first number of the vector is above the second; the other column says nothing. */
const vector = (i: number) => [scatter(i), scatter(3 * i + 1), scatter(5 * i + 2)];
const label = (i: number) => ((vector(i)[0] as number) > (vector(i)[1] as number) ? 'up' : 'down');

/** Rows from `start` on as a table, and their vectors as an array. */
function save(name: string, start: number, n: number): void {
  const rows = Array.from({ length: n }, (_, i) => start + i);
  writeLines(cwd, `${name}.csv`, ['n,y', ...rows.map((i) => `${(i * i) % 7},${label(i)}`)]);
  const values = Float32Array.from(rows.flatMap(vector));
  writeFileSync(join(cwd, `${name}.npy`), npy('<f4', [n, 3], new Uint8Array(values.buffer)));
}

const args = ['--label', 'y', '--loss', 'ce', '--epochs', '40', '--jobs', '1'];

beforeAll(async () => {
  save('rows', 0, 300);
  save('more', 1000, 100);
  const test = ['--test', 'more.csv', '--test-embedding', 'emb=more.npy'];
  const all = ['train', 'rows.csv', '--embedding', 'emb=rows.npy', ...test, ...args];
  const { code, stderr, stdout } = await symloss([...all, '--out', 'model'], cwd);
  if (code !== 0) throw new Error(stderr);
  expect(stdout).toContain('columns: 1 numeric ("n"), 1 embedding ("emb": 3 numbers)\n');
});

test('is learnt from; the model says what it takes, and the configuration can be used again', async () => {
  const { inputs, columns } = readJson<{
    inputs: object[];
    columns: { name: string; kind: string }[];
  }>(cwd, 'model', 'model.json');
  const names = ['emb[0]', 'emb[1]', 'emb[2]'];
  expect(inputs).toContainEqual({ name: 'emb', type: 'float32', columns: names, matrix: true });
  expect(columns.filter(({ kind }) => kind === 'embedding').map(({ name }) => name)).toEqual(names);
  expect(readJson<object>(cwd, 'model', 'config.json')).toMatchObject({
    embedding: { emb: 'rows.npy' },
    testEmbedding: { emb: 'more.npy' },
  });
  const config = join('model', 'config.json');
  const again = await symloss(['train', '--config', config, '--out', 'again'], cwd);
  expect(again.code).toBe(0);
  const of = (folder: string) => readJson<{ sha256: string }>(cwd, folder, 'model.json').sha256;
  expect(of('again')).toBe(of('model'));
});

test('predict takes the vectors of other rows in the same way', async () => {
  const take = ['predict', 'model', 'more.csv'];
  const { code, stdout, stderr } = await symloss([...take, '--embedding', 'emb=more.npy'], cwd);
  expect(code).toBe(0);
  const found = stdout
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',')[1]);
  const right = found.filter((name, i) => name === label(1000 + i)).length;
  expect(found.length).toBe(100);
  expect(right).toBeGreaterThan(90);
  expect(stderr).toContain(`100 rows have a label: accuracy ${right}.0 %`);
  const without = await symloss(take, cwd);
  expect([without.code, without.stderr]).toEqual([
    2,
    'symloss: more.csv: expected the column "emb" of vectors, which the model takes, received none; ' +
      'name the .npy file of its rows: --embedding emb=vectors.npy\n',
  ]);
  const model = await loadModel(join(cwd, 'model'));
  const rows = Array.from({ length: 100 }, (_, i) => ({
    n: (1000 + i) ** 2 % 7,
    emb: vector(1000 + i),
  }));
  expect((await model.predict(rows)).labels).toEqual(found);
  await model.dispose();
});

test('the vectors are never written over', async () => {
  const take = ['predict', 'model', 'more.csv', '--embedding', 'emb=more.npy'];
  const { code, stderr } = await symloss([...take, '--out', 'more.npy', '--overwrite'], cwd);
  expect([code, stderr]).toEqual([
    2,
    'symloss: option --out: expected another file than "more.npy", which is read, received "more.npy"\n',
  ]);
});

test.each([
  [['--embedding', 'rows.npy'], 'Expected a name and a file, such as emb=vectors.npy; see'],
  [
    ['--embedding', 'a=rows.npy', '--embedding', 'a=more.npy'],
    'Expected one file for each name, received two for a; see',
  ],
  [
    ['--embedding', 'emb=more.npy'],
    'symloss: more.npy: expected 300 rows, one for each row of rows.csv, received 100\n',
  ],
])('%j', async (options, message) => {
  const { code, stderr } = await symloss(['train', 'rows.csv', ...options, ...args], cwd);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});
