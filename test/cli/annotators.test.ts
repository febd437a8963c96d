import { describe, expect, test } from 'vitest';
import { blobs, folders, quick, readJson, scatter, symloss, writeLines } from './run.ts';
import type { Metrics } from './train-run.ts';

const folder = folders('annotators');

/** Blobs with labels by two people; each errs in some rows, and bob left some out. */
function annotated(cwd: string): string {
  const other = (kind: 'a' | 'b' | 'c') => ({ a: 'b', b: 'c', c: 'a' })[kind];
  const rows = blobs(90, (kind, i) => {
    const ann = scatter(3 * i) < 0.2 ? other(kind) : kind;
    const bob = scatter(11 * i) < 0.1 ? other(kind) : kind;
    return [ann, i % 5 === 0 ? '' : bob, kind].join(',');
  });
  writeLines(cwd, 'data.csv', ['x,y,ann,bob,truth', ...rows]);
  return 'data.csv';
}

describe('several annotators', () => {
  test('are listed with how good they are, and the data have their consensus', async () => {
    const cwd = folder();
    const args = ['train', annotated(cwd), '--label', 'ann,bob', '--true-label', 'truth', ...quick];
    const { code, stdout, stderr } = await symloss([...args, '--class-weights', 'balanced'], cwd);
    expect(code, stderr).toBe(0);
    const lines = `${stdout}\n${stderr}`.split('\n');
    const at = lines.findIndex((line) => line.startsWith('2 annotators: '));
    expect(lines[at]).toMatch(
      / on average over 72 rows with two labels or more .* by Dawid–Skene$/,
    );
    expect(lines[at + 1]).toBe('  annotator  labels  est. accuracy  as the consensus');
    expect(lines[at + 2]).toMatch(/^ {2}ann +90 +\d\d\.\d % +\d+\.\d %$/);
    expect(lines[at + 3]).toMatch(/^ {2}bob +72 +\d\d\.\d % +\d+\.\d %$/);
    const { runs } = readJson<Metrics>(cwd, 'symloss-run', 'metrics.json');
    expect(runs[0]?.settings).toMatchObject({ classWeights: 'balanced' });
    expect(runs[0]?.wrongShare).toBeGreaterThan(0);
  });

  test('with a classifier there are fewer wrong labels', async () => {
    const cwd = folder();
    const args = ['train', annotated(cwd), '--label', 'ann,bob', '--true-label', 'truth'];
    const wrong = async (consensus: string) => {
      const settings = ['--model', 'linear', '--epochs', '100', '--loss', 'ce', '--out', consensus];
      const { code, stderr } = await symloss([...args, ...settings, '--consensus', consensus], cwd);
      expect(code, stderr).toBe(0);
      return readJson<Metrics>(cwd, consensus, 'metrics.json').runs[0]?.wrongShare ?? 1;
    };
    expect(await wrong('crowd')).toBeLessThan((await wrong('majority')) / 2);
  });

  test('a rule for one column of labels is refused', async () => {
    const cwd = folder();
    const args = ['train', annotated(cwd), '--label', 'truth', '--consensus', 'crowd', ...quick];
    const { code, stderr } = await symloss(args, cwd);
    expect([code, stderr]).toEqual([
      2,
      'symloss: option --consensus: expected the labels of several annotators, received one label column; name their columns with --label, with commas between them\n',
    ]);
  });
});
