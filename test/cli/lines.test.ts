import { expect, test } from 'vitest';
import { formatTable } from '../../src/cli/ui/format.ts';
import { Progress } from '../../src/cli/ui/progress.ts';
import { gridOf } from '../experiments/queue/grid.ts';
import { folders, symloss } from './run.ts';

const folder = folders('lines');

test('an error is one line, whatever is in the name of a file', async () => {
  const { code, stderr } = await symloss(
    ['train', 'no\nsymloss: all is well\u001b[2J.csv', '--label', 'kind'],
    folder(),
  );
  expect(code).toBe(2);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toMatch(/^symloss: no\\nsymloss: all is well\\u001b\[2J\.csv: expected /);
});

test('a row of a table is one line', () => {
  expect(formatTable([['what'], ['ce\nforged\u001b[0m']])).toBe('what\nce\\nforged\\u001b[0m');
});

test('progress tells a run in one line, on a terminal too', () => {
  const [run, other] = gridOf(['ce\nforged\u001b[0m', 'mae'], 1);
  if (run === undefined || other === undefined) throw new Error('no run');
  for (const isTTY of [false, true]) {
    const written: string[] = [];
    const screen = { isTTY, columns: 200, write: (text: string) => written.push(text) };
    const progress = new Progress(screen, { total: 2, runs: [run, other], earlier: [], jobs: 1 });
    const metrics = { epoch: 1, loss: 1, learningRate: 0.1, seconds: 1 };
    progress.epoch(run, metrics);
    progress.retry(run, 'lost\nforged');
    const text = written.join('').replaceAll('\r\u001b[2K', '');
    expect(text).toContain('ce\\nforged\\u001b[0m, seed 0');
    expect(text).toContain('lost\\nforged, starting it again\n');
    expect(text.split('\n')).toHaveLength(2);
    expect(text).not.toContain('\u001b');
  }
});
