import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { stream } from '../../src/core/index.ts';
import { folders, readJson, symloss, writeLines } from './run.ts';

/*
 * A matrix of a million entries is neither estimated from so few rows nor cheap: of many classes the noise is of one rate, and
 * the commands say so.
 */
const folder = folders('many-classes');
const cwd = folder();
const [k, d] = [1000, 4];

beforeAll(() => {
  const rng = stream(1, 'many classes');
  const centres = Array.from({ length: k * d }, () => 6 * rng.uniform());
  const rows = (n: number) =>
    Array.from({ length: n }, (_, i) => {
      const numbers = Array.from({ length: d }, (_, j) =>
        ((centres[(i % k) * d + j] as number) + rng.uniform()).toFixed(2),
      );
      const label = rng.uniform() < 0.2 ? rng.integer(k) : i % k;
      return `${numbers.join()},c${label}`;
    });
  writeLines(cwd, 'rows.csv', ['x,y,z,w,label', ...rows(5000)]);
  const names = Array.from({ length: 40 }, (_, c) => `c${c}`);
  const labels = Array.from({ length: 400 }, (_, i) => names[(i * 7) % 40] as string);
  writeLines(cwd, 'few.csv', ['x,label', ...labels.map((label, i) => `${(i % 97) / 10},${label}`)]);
  writeLines(cwd, 'probs.csv', [
    names.join(),
    ...labels.map((label, i) => {
      const own = i % 10 === 0 ? names[(i * 7 + 1) % 40] : label;
      return names.map((name) => (name === own ? 0.61 : 0.01)).join();
    }),
  ]);
});

test('train estimates one rate for a thousand classes, and says so', async () => {
  const args = ['train', 'rows.csv', '--label', 'label', '--model', 'linear', '--epochs', '1'];
  const { code, stdout, stderr } = await symloss([...args, '--loss', 'ce', '--out', 'run'], cwd);
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(
    /\nthe noise was estimated as one rate for all classes, \d+\.\d %: a rate for each pair of classes takes 10 validation rows a pair, and at most 32 classes\n/,
  );
  const { runs } = readJson<{ runs: [{ calibration: object }] }>(cwd, 'run', 'metrics.json');
  expect(runs[0].calibration).toMatchObject({
    transition: 'estimated',
    noiseRate: expect.any(Number),
  });
  expect(runs[0].calibration).not.toHaveProperty('matrix');
});

test('audit estimates one rate for more than 32 classes, and says so', async () => {
  const args = ['audit', 'few.csv', '--label', 'label', '--probs', 'probs.csv', '--out', 'audit'];
  const { code, stdout, stderr } = await symloss(args, cwd);
  expect(code, stderr).toBe(0);
  const [, rate] =
    /\nnote: the noise was estimated as one rate for all classes, (\d+\.\d) %: a rate for each pair of classes takes more rows, or fewer classes\n/.exec(
      stdout,
    ) ?? [];
  const { estimated } = readJson<{
    estimated: { noiseRate: number; transition: number[][] };
  }>(cwd, 'audit', 'audit.json');
  expect((100 * estimated.noiseRate).toFixed(1)).toBe(rate);
  const wrong = estimated.transition.map((row, c) => 1 - (row[c] as number));
  const mean = wrong.reduce((sum, share) => sum + share, 0) / wrong.length;
  expect(estimated.noiseRate).toBeCloseTo(mean, 12);
  // one label in ten is another one than the probabilities say
  expect(mean).toBeGreaterThan(0.05);
  const [, first = ''] = readFileSync(join(cwd, 'audit/suspects.csv'), 'utf8').split('\n');
  expect(first).toContain(`; estimated: ${rate} % of labels are wrong, one rate for all classes`);
  expect(readFileSync(join(cwd, 'audit/report.html'), 'utf8')).not.toContain(
    ' confusions between ',
  );
});

test('audit estimates a matrix for fewer where labels go to certain classes, and says nothing', async () => {
  const args = ['audit', 'digits', '--noise', 'pair:0.3', '--model', 'linear'];
  const { code, stdout, stderr } = await symloss(
    [...args, '--epochs', '10', '--folds', '2', '--repeats', '1', '--out', 'digits'],
    cwd,
  );
  expect(code, stderr).toBe(0);
  expect(stdout).not.toContain('one rate');
  const { estimated } = readJson<{ estimated: object }>(cwd, 'digits', 'audit.json');
  expect(estimated).not.toHaveProperty('noiseRate');
});
