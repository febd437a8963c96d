import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { folders, quick, readJson, start, symloss, writeLines } from './run.ts';
import type { Metrics } from './train-run.ts';
import { bytes, table } from './train-run.ts';

const folder = folders('train');

describe('the files of a run', () => {
  test('--config runs the same again, to the bit; options given beside it win', async () => {
    const cwd = folder();
    const args = [
      ...['train', table(cwd), '--label', 'kind', '--noise', 'symmetric:0.2', '--loss', 'ce'],
      ...['--optimizer', 'adamw', '--schedule', 'constant', '--batch-size', '16', '--seed', '3'],
      ...[
        '--model',
        'mlp:8,dropout=0.2',
        '--loss',
        'sgce:q=0.7',
        '--epochs',
        '2',
        '--out',
        'first',
      ],
    ];
    expect((await symloss(args, cwd)).code).toBe(0);
    const again = ['train', '--config', 'first/config.json', '--out'];
    expect((await symloss([...again, 'second'], cwd)).code).toBe(0);
    expect(bytes(cwd, 'second/model.onnx')).toEqual(bytes(cwd, 'first/model.onnx'));
    expect(bytes(cwd, 'second/model.json')).toEqual(bytes(cwd, 'first/model.json'));
    const config = readJson<object>(cwd, 'first', 'config.json');
    expect(readJson(cwd, 'second', 'config.json')).toEqual({ ...config, out: 'second' });

    expect((await symloss([...again, 'third', '--seed', '4'], cwd)).code).toBe(0);
    expect(readJson(cwd, 'third', 'config.json')).toEqual({ ...config, out: 'third', seed: 4 });
    expect(bytes(cwd, 'third/model.onnx')).not.toEqual(bytes(cwd, 'first/model.onnx'));
  });

  test('an earlier run is kept, unless --overwrite', async () => {
    const cwd = folder();
    const args = ['train', table(cwd), '--label', 'kind', ...quick, '--out', 'run'];
    expect((await symloss(args, cwd)).code).toBe(0);
    const files = readdirSync(join(cwd, 'run'));
    const before = files.map((name) => bytes(cwd, 'run', name));
    const refused = await symloss([...args, '--seed', '2'], cwd);
    expect(refused).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'symloss: run: expected a folder without an earlier run, received model.onnx; ' +
        'choose another with --out, or add --overwrite\n',
    });
    expect(readdirSync(join(cwd, 'run'))).toEqual(files);
    expect(files.map((name) => bytes(cwd, 'run', name))).toEqual(before);

    expect((await symloss([...args, '--seed', '2', '--overwrite'], cwd)).code).toBe(0);
    expect(readdirSync(join(cwd, 'run'))).toEqual(files);
    expect(readJson(cwd, 'run', 'config.json')).toMatchObject({ seed: 2 });
    expect(readJson<Metrics>(cwd, 'run', 'metrics.json').runs.map(({ seed }) => seed)).toEqual([2]);
    expect(bytes(cwd, 'run', 'model.onnx')).not.toEqual(before[files.indexOf('model.onnx')]);
  });

  test('one result file of another program counts as an earlier run', async () => {
    const cwd = folder();
    writeLines(cwd, 'config.json', ['{}']);
    const { code, stderr } = await symloss(['train', ...quick, '--out', '.'], cwd);
    expect(code).toBe(2);
    expect(stderr).toContain('received config.json; ');
    expect(readdirSync(cwd)).toEqual(['config.json']);
  });
});

/** Resolves when a run has written its first checkpoint. */
async function checkpointIn(run: string): Promise<void> {
  const isThere = () => {
    const checkpoints = join(run, 'checkpoints');
    return (
      existsSync(checkpoints) && readdirSync(checkpoints).some((f) => f.endsWith('.safetensors'))
    );
  };
  while (!isThere()) await delay(20);
}

describe('an interrupted training', () => {
  test('ends with code 130 and says how to go on; an earlier run is as it was', async () => {
    const cwd = folder();
    const earlier = ['train', table(cwd), '--label', 'kind', ...quick, '--out', 'run'];
    expect((await symloss(earlier, cwd)).code).toBe(0);
    const files = readdirSync(join(cwd, 'run'));
    const before = files.map((name) => bytes(cwd, 'run', name));
    const long = ['train', '--loss', 'sgce:q=0.7', '--epochs', '100000', '--jobs', '2', '--out'];
    const runs = [
      { signal: 'SIGINT', ...start([...long, 'run', '--overwrite'], cwd) },
      { signal: 'SIGTERM', ...start([...long, 'new'], cwd) },
    ] as const;
    for (const [i, { signal, child, output, result }] of runs.entries()) {
      await output; // the data are read
      await checkpointIn(join(cwd, ['run', 'new'][i] as string)); // now it trains
      child.kill(signal);
      expect(await result).toEqual({
        code: 130,
        stdout: expect.stringMatching(/^digits: .*\n$/),
        stderr: `symloss: interrupted; go on with: symloss train --resume ${['run', 'new'][i]}\n`,
      });
    }
    expect(readdirSync(join(cwd, 'new'))).toEqual(['checkpoints']);
    expect(readdirSync(join(cwd, 'run')).sort()).toEqual(['checkpoints', ...files].sort());
    expect(files.map((name) => bytes(cwd, 'run', name))).toEqual(before);
  });

  test('before the first step leaves nothing, not even the folder', async () => {
    const cwd = folder();
    const { child, result } = start(['train', '--out', 'new'], cwd);
    while (!existsSync(join(cwd, 'new'))) await delay(1);
    child.kill('SIGINT'); // the data are not read yet
    expect(await result).toMatchObject({
      code: 130,
      stderr: 'symloss: interrupted; nothing to resume: start it again\n',
    });
    expect(readdirSync(cwd)).toEqual([]);
  });
});
