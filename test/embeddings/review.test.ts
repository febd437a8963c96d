import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folders, symloss, writeLines } from '../cli/run.ts';
import { writeTextModel } from './tiny-model.ts';

const folder = folders('review-embedded');

test('texts that the models saw as vectors are shown as texts', async () => {
  const cwd = folder();
  writeTextModel(join(cwd, 'tiny'));
  const words = ['good', 'great', 'bad', 'awful'];
  const texts = Array.from({ length: 40 }, (_, i) => `${words[i % 4]} film ${i}`);
  const kinds = texts.map((text) => (/^g/.test(text) ? 'liked' : 'not'));
  const given = kinds.with(5, 'not'); // great film 5
  writeLines(cwd, 'data.csv', ['review,kind', ...texts.map((text, i) => `${text},${given[i]}`)]);
  const probs = kinds.map((kind) => (kind === 'liked' ? '0.99,0.01' : '0.01,0.99'));
  writeLines(cwd, 'probs.csv', ['liked,not', ...probs]);
  const data = ['data.csv', '--label', 'kind', '--embed', 'review=tiny', '--precision', '0'];
  const own = ['--probs', 'probs.csv', '--out', 'audit'];
  expect((await symloss(['audit', ...data, ...own], cwd)).code).toBe(0);
  const args = ['review', 'audit', '--export', 'label-studio', '--out', 'tasks.json'];
  const { code, stderr } = await symloss(args, cwd);
  expect([code, stderr]).toEqual([0, '']);
  const [task] = JSON.parse(readFileSync(join(cwd, 'tasks.json'), 'utf8')) as [
    { data: { item: string; row: number } },
  ];
  expect([task.data.row, task.data.item]).toEqual([6, 'great film 5']);
  expect(readFileSync(join(cwd, 'tasks.xml'), 'utf8')).toContain('<Text name="item"');
});
