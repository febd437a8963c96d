import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { metricsOf } from '../../src/cli/ui/run-report.ts';
import { stream } from '../../src/core/index.ts';
import { folders, readJson, symloss, writeLines } from './run.ts';

const folder = folders('metric');

test('a rare class is predicted, and training and predicting say how', async () => {
  const cwd = folder();
  const rng = stream(1, 'rows');
  const rows = Array.from({ length: 1200 }, (_, i) => {
    const isRare = i % 8 === 0;
    const [x, y] = [0, 0].map(() => (isRare ? 1.5 : 0) + rng.normal());
    return `${x},${y},${isRare ? 'yes' : 'no'}`;
  });
  writeLines(cwd, 'data.csv', ['x,y,left', ...rows]);
  const options = ['--label', 'left', '--effort', 'quick', '--noise', 'symmetric:0.35'];
  const metric = ['--metric', 'balanced-accuracy', '--out', 'out'];
  const { code, stdout, stderr } = await symloss(['train', 'data.csv', ...options, ...metric], cwd);
  expect(code).toBe(0);
  const line =
    /predicted for balanced accuracy: the class whose probability is largest compared with its estimated share \(no \d+\.\d %, yes \d+\.\d %\)/;
  expect(stdout + stderr).toMatch(line);
  expect(stdout + stderr).not.toContain('to every row');
  const { runs } = readJson<ReturnType<typeof metricsOf>>(cwd, 'out', 'metrics.json');
  const [run] = runs.flatMap((one) => ('settings' in one ? [one] : []));
  expect(run?.settings['metric']).toBe('balanced-accuracy');
  expect(run?.evaluation?.balancedAccuracy).toBeGreaterThan(0.6);

  const args = ['predict', 'out', 'data.csv', '--out', 'predicted.csv'];
  const predicted = await symloss(args, cwd);
  expect(predicted.stderr).toMatch(line);
  const table = readFileSync(join(cwd, 'predicted.csv'), 'utf8');
  expect(table).toMatch(/^\d+,yes,0\.[0-4]/m);
});
