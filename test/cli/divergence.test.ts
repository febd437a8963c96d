import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { blobs, folders, quick, readJson, symloss, tableOf, writeLines } from './run.ts';

const folder = folders('divergence');

describe('a training that diverges', () => {
  // unbounded below, with steps that nothing holds back: the loss explodes at the second step
  const exploding = [
    ...[
      'train',
      'good.csv',
      '--label',
      'kind',
      '--model',
      'linear',
      '--loss',
      'sgce:q=0.7',
      '--epochs',
      '2',
    ],
    ...['--scores', 'none', '--learning-rate', '1e20', '--clip-norm', '1e9', '--weight-decay', '0'],
    ...['--batch-size', '8'],
  ];
  const fault =
    /training, epoch 1, step 2: expected a finite loss, received -\d\.\d\de\+\d+ at learning rate \d+; lower the learning rate, clip gradients, bound the scores \(l2 or batch\), or take another loss$/;

  test('is a failure: the table says so, and no model is left, not even an older one', async () => {
    const own = folder();
    writeLines(own, 'good.csv', ['x,y,kind', ...blobs(60)]);
    const first = await symloss(['train', 'good.csv', '--label', 'kind', ...quick], own);
    expect(first.code).toBe(0);
    const args = [...exploding, '--loss', 'unhinged', '--overwrite'];
    const { code, stdout, stderr } = await symloss(args, own);
    expect(code).toBe(1);
    expect(tableOf(stdout).get('unhinged')?.[3]).toBe('diverged');
    const last = stdout.trimEnd().split('\n').at(-1) as string;
    expect(last).toMatch(/^no model: /);
    expect(last).toMatch(fault);
    expect(stderr).toMatch(/^\[1\/1\] unhinged, seed 1: training, epoch 1, step 2: [^\n]*\n$/);
    expect(readdirSync(join(own, 'symloss-run')).sort()).toEqual([
      ...['config.json', 'metrics.json', 'records.jsonl', 'report.html'],
    ]);
    expect(readJson(own, 'symloss-run', 'metrics.json')).toEqual({
      losses: ['unhinged'],
      warnings: [],
      runs: [{ loss: 'unhinged', seed: 1, error: expect.stringMatching(fault) }],
    });
  });

  test('does not hold back the losses beside it', async () => {
    const own = folder();
    writeLines(own, 'good.csv', ['x,y,kind', ...blobs(60)]);
    const args = [...exploding, '--loss', 'mae', '--compare', 'unhinged'];
    const { code, stdout } = await symloss(args, own);
    expect(code).toBe(0);
    const cells = tableOf(stdout);
    expect(cells.get('unhinged')?.[3]).toBe('diverged');
    const { runs } = readJson<{ runs: { error?: string; final?: { testAccuracy: number } }[] }>(
      own,
      'symloss-run',
      'metrics.json',
    );
    const accuracy = runs[0]?.final?.testAccuracy ?? Number.NaN;
    expect(cells.get('mae')?.[3]).toBe(`${(100 * accuracy).toFixed(1)} %`);
    expect(runs[1]?.error).toMatch(fault);
    expect(readdirSync(join(own, 'symloss-run'))).toContain('model.onnx');
  });
});
