import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { npy } from '../data/files.ts';
import { blobs, folders, readJson, symloss, writeLines } from './run.ts';

const cwd = folders('review-vectors')();
const points = blobs(60).map((row) => row.split(','));
const labels = points.map(([, , kind], i) => ([7, 20, 32, 41].includes(i) ? 'a' : (kind ?? '')));
const values = Float32Array.from(points.flatMap(([x, y]) => [Number(x), Number(y)]));
writeFileSync(join(cwd, 'v.npy'), npy('<f4', [60, 2], new Uint8Array(values.buffer)));
writeLines(cwd, 't.csv', ['text,kind', ...labels.map((label, i) => `words of row ${i},${label}`)]);
const probs = points.map(([, , kind]) =>
  ['a', 'b', 'c'].map((name) => (name === kind ? 0.9 : 0.05)),
);
writeLines(cwd, 'p.csv', ['a,b,c', ...probs.map((row) => row.join())]);

test('of vectors beside a table says how the text is shown, and shows it', async () => {
  const data = ['t.csv', '--label', 'kind', '--embedding', 'emb=v.npy', '--probs', 'p.csv'];
  const reviewed = async (...how: string[]) => {
    const audit = await symloss(['audit', ...data, ...how, '--out', 'a', '--overwrite'], cwd);
    expect(audit.code).toBe(0);
    const args = ['--export', 'label-studio', '--out', 'tasks.json', '--overwrite'];
    const { code, stdout } = await symloss(['review', 'a', ...args], cwd);
    expect(code).toBe(0);
    const tasks = readJson<{ data: { about: string; item: unknown } }[]>(cwd, 'tasks.json');
    return { said: stdout.includes('--id text'), shown: JSON.stringify(tasks[0]?.data) };
  };
  const ignored = await reviewed('--ignore', 'text');
  expect([ignored.said, ignored.shown.includes('words of row')]).toEqual([true, false]);
  const named = await reviewed('--id', 'text');
  expect([named.said, named.shown.includes('words of row')]).toEqual([false, true]);
});
