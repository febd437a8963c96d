import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folders, readJson, symloss, writeLines } from './run.ts';
import type { Metrics } from './train-run.ts';

const folder = folders('report-warnings');

test('the report and the metrics of train have the warnings of the data, as the terminal has', async () => {
  const cwd = folder();
  const lines = Array.from({ length: 60 }, (_, i) => `${i % 7},${i % 2 ? 'u' : 'v'},${i % 2}`);
  writeLines(cwd, 'leak.csv', ['x,y,other', ...lines]);
  const how = ['--label', 'y', '--loss', 'ce', '--model', 'linear', '--epochs', '2'];
  const { code, stdout } = await symloss(['train', 'leak.csv', ...how, '--out', 'run'], cwd);
  expect(code).toBe(0);
  const warning = 'equals the label but for names on 100 % of the rows';
  expect(stdout).toContain(warning);
  const page = readFileSync(join(cwd, 'run', 'report.html'), 'utf8');
  expect(page).toContain(warning);
  const { warnings } = readJson<Metrics>(cwd, 'run', 'metrics.json');
  expect(warnings).toEqual([expect.stringMatching(`^"other" ${warning}`)]);
  expect(page.match(/60 rows, 2 features/g)).toBe(null); // what is no warning is not repeated
});
