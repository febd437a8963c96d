import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readAuditFolder } from '../../src/review/index.ts';
import { blobs, folders, symloss, writeLines } from './run.ts';

const cwd = folders('unlabelled')();
const points = blobs(150).map((row) => row.split(',') as [string, string, string]);
const [bare, gap, wrong] = [new Set([3, 40, 77]), 12, 47];
/** Three rows have no label, one no x, and one a label that is wrong. */
const lines = points.map(([x, y, kind], i) => {
  const given = i === wrong ? (kind === 'a' ? 'b' : 'a') : kind;
  return `${i === gap ? '' : x},${y},${bare.has(i) ? '' : given}`;
});
writeLines(cwd, 'half.csv', ['x,y,kind', ...lines]);
const quick = ['--model', 'mlp:16', '--epochs', '30', '--folds', '3', '--repeats', '1'];
const base = ['half.csv', '--label', 'kind'];
const rule = ['--missing', 'drop-unlabelled'];

test('a table of which a part is labelled is audited, and written whole', async () => {
  const refused = await symloss(['audit', ...base, ...quick], cwd);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('drop such rows (--missing drop-unlabelled)');
  const audit = await symloss(['audit', ...base, ...quick, ...rule, '--out', 'found'], cwd);
  expect([audit.code, audit.stderr]).toEqual([0, '']);
  expect(audit.stdout).toContain('3 of 150 rows dropped: the label is missing');
  const { rows } = await readAuditFolder(join(cwd, 'found'));
  expect(rows).toHaveLength(147);
  const { code, stdout } = await symloss(
    ['apply', 'found', '--relabel', '0.5', '--weights', '--out', 'made.csv'],
    cwd,
  );
  expect(code).toBe(0);
  expect(stdout).toMatch(/train on it: symloss train made\.csv .*--missing drop-unlabelled/);
  const made = readFileSync(join(cwd, 'made.csv'), 'utf8').trimEnd().split('\n').slice(1);
  expect(made).toHaveLength(150);
  for (const row of bare) expect(made[row]).toBe(`${lines[row]},1`);
  expect(made[wrong]?.split(',')[2]).toBe(points[wrong]?.[2]);
});

test('train and bench leave such rows out', async () => {
  const training = ['--model', 'mlp:8', '--epochs', '2', ...rule];
  const train = await symloss(['train', ...base, ...training, '--out', 'model'], cwd);
  expect(train.code).toBe(0);
  expect(train.stdout).toContain('3 of 150 rows dropped: the label is missing');
  const grid = [
    'name: half',
    'data: [{ source: half.csv, label: kind, missing: drop-unlabelled }]',
  ];
  const rest = ['noises: [none]', 'losses: [ce]', 'models: [mlp:8]', 'training: { epochs: 2 }'];
  writeLines(cwd, 'grid.yaml', [...grid, ...rest, 'seeds: [1]']);
  const bench = await symloss(['bench', 'grid.yaml', '--out', 'grid'], cwd);
  expect([bench.code, bench.stderr.startsWith('[1/1] ce, seed 1: loss ')]).toEqual([0, true]);
  const records = readFileSync(join(cwd, 'grid', 'records.jsonl'), 'utf8').split('\n');
  expect(JSON.parse(records[0] ?? '').status).toBe('done');
});
