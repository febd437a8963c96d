import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RunRecord } from '../../src/experiments/index.ts';
import { blobs, folders, quick, readJson, start, symloss, writeLines } from './run.ts';

const folder = folders('one-way');

const recordsIn = (...path: string[]): RunRecord[] =>
  readFileSync(join(...path, 'records.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

/** A table in which every tenth row has a gap. */
function gaps(cwd: string): void {
  const rows = blobs(60).map((row, i) => (i % 10 === 3 ? row.replace(/^[^,]*/, '') : row));
  writeLines(cwd, 'data.csv', ['x,y,kind', ...rows]);
}

describe('train and bench make the same runs', () => {
  test('of one configuration: same id, same measurements, same model', async () => {
    const cwd = folder();
    gaps(cwd);
    const args = ['train', 'data.csv', '--label', 'kind', '--missing', 'impute', ...quick];
    const trained = await symloss([...args, '--loss', 'mae', '--seed', '3'], cwd);
    expect(trained.code, trained.stderr).toBe(0);
    writeLines(cwd, 'grid.yaml', [
      ...['name: same', 'models: [linear]', 'losses: [mae]', 'seeds: [3]'],
      'data: [{ source: data.csv, label: kind, missing: impute }]',
      'training: { epochs: 2 }',
    ]);
    const made = await symloss(['bench', 'grid.yaml', '--threads', '1', '--keep-models'], cwd);
    expect(made.code, made.stderr).toBe(0);
    const [one] = recordsIn(cwd, 'symloss-run') as [RunRecord];
    const [other] = recordsIn(cwd, 'symloss-bench', 'same') as [RunRecord];
    const lasting = ({ id, config, status, ...record }: RunRecord) => ({
      id,
      config,
      status,
      settings: 'settings' in record && record.settings,
      data: 'data' in record && record.data,
    });
    expect(lasting(other)).toEqual(lasting(one));
    const models = join(cwd, 'symloss-bench', 'same', 'models');
    expect(readdirSync(models)).toEqual([one.id]);
    expect(readFileSync(join(models, one.id, 'model.onnx'))).toEqual(
      readFileSync(join(cwd, 'symloss-run', 'model.onnx')),
    );
    const predicted = await symloss(
      ['predict', join(models, one.id), 'data.csv', '--missing', 'impute'],
      cwd,
    );
    expect(predicted.stdout.split('\n')).toHaveLength(62);
  });

  test('sweep and tune take the options of data, too', async () => {
    const cwd = folder();
    gaps(cwd);
    const data = ['data.csv', '--label', 'kind', '--missing', 'impute', '--model', 'linear'];
    const more = ['--noises', 'unknown', '--epochs', '2', '--warmup', '0.5'];
    const swept = await symloss(
      [
        'sweep',
        ...data,
        ...more,
        '--parameter',
        'q',
        '--values',
        '0.4',
        '--losses',
        'sgce',
        '--seeds',
        '1',
      ],
      cwd,
    );
    expect(swept.code, swept.stderr).toBe(0);
    const [record] = recordsIn(cwd, 'symloss-bench', 'sweep-q');
    expect(record?.config).toMatchObject({
      data: { missing: 'impute' },
      noise: 'unknown',
      training: { warmup: 0.5 },
    });
    const tuned = await symloss(['tune', ...data, ...more, '--trials', '2', '--losses', 'ce'], cwd);
    expect(tuned.code, tuned.stderr).toBe(0);
    expect(recordsIn(cwd, 'symloss-tune').map(({ status }) => status)).toEqual(
      Array(4).fill('done'),
    );
  });

  test('tune ends at the first run whose data cannot be read', async () => {
    const cwd = folder();
    gaps(cwd);
    const args = [
      'tune',
      'data.csv',
      '--label',
      'kind',
      '--missing',
      'error',
      '--jobs',
      '1',
      '--losses',
      'ce',
      '--epochs',
      '1',
    ];
    const { code, stderr } = await symloss(args, cwd);
    expect(code).toBe(1);
    expect(recordsIn(cwd, 'symloss-tune')).toHaveLength(1);
    expect(stderr).toContain('missing cell');
  });
});

describe('the folder of train', () => {
  const train = ['train', ...quick];

  test('is locked while a command trains into it, and free when that was killed', async () => {
    const cwd = folder();
    const { child, output, result } = start(
      ['train', '--loss', 'sgce:q=0.7', '--epochs', '100000', '--jobs', '1'],
      cwd,
    );
    await output; // the data are read
    const work = join(cwd, 'symloss-run', 'checkpoints');
    const { code, stderr } = await symloss([...train, '--overwrite'], cwd);
    expect(code).toBe(1);
    expect(stderr).toContain(
      `expected no other command at work in this folder, received process ${child.pid} on `,
    );
    expect(readdirSync(work)).toContain('config.json');
    child.kill('SIGKILL');
    await result;
    const after = await symloss([...train, '--overwrite'], cwd);
    expect(after.code, after.stderr).toBe(0);
    expect(existsSync(work)).toBe(false);
  });

  test.each([
    ['of version 1', '{"data":"a.csv","epochs":3}'],
    ['of another program', '{"architectures":["Bert"]}'],
  ])('with checkpoints %s: refused, and nothing of them is removed', async (_, config) => {
    const cwd = folder();
    const work = join(cwd, 'symloss-run', 'checkpoints');
    mkdirSync(work, { recursive: true });
    writeFileSync(join(work, 'config.json'), config);
    writeFileSync(join(work, 'model.safetensors'), 'weights');
    for (const more of [['--overwrite'], ['--resume', 'symloss-run']]) {
      const args = more[0] === '--resume' ? ['train', ...more] : [...train, ...more];
      const { code, stderr } = await symloss(args, cwd);
      expect(code).toBe(2);
      expect(stderr).toContain('symloss-run');
    }
    expect(readdirSync(work).sort()).toEqual(['config.json', 'model.safetensors']);
    expect(readFileSync(join(work, 'config.json'), 'utf8')).toBe(config);
  });

  test('foreign checkpoints beside no configuration are left alone', async () => {
    const cwd = folder();
    const work = join(cwd, 'symloss-run', 'checkpoints');
    mkdirSync(work, { recursive: true });
    writeFileSync(join(work, 'model.safetensors'), 'weights');
    const { code, stderr } = await symloss([...train, '--overwrite'], cwd);
    expect(code, stderr).toBe(0);
    expect(readdirSync(work)).toEqual(['model.safetensors']);
  });

  test('--overwrite does not take the folder of a grid', async () => {
    const cwd = folder();
    writeLines(cwd, 'grid.yaml', ['name: mine']);
    const { code, stderr } = await symloss([...train, '--out', '.', '--overwrite'], cwd);
    expect(code).toBe(2);
    expect(stderr).toContain('expected a folder of symloss train, received one of symloss bench');
    expect(existsSync(join(cwd, 'records.jsonl'))).toBe(false);
  });

  test('has the report and the records of its runs', async () => {
    const cwd = folder();
    const { code, stderr } = await symloss([...train, '--seeds', '2'], cwd);
    expect(code, stderr).toBe(0);
    const records = recordsIn(cwd, 'symloss-run');
    const { runs } = readJson<{ runs: { loss: string; seed: number; final: object }[] }>(
      cwd,
      'symloss-run',
      'metrics.json',
    );
    expect(runs.map(({ loss, seed }) => [loss, seed])).toEqual([
      ['sgce:q=0.7', 1],
      ['sgce:q=0.7', 2],
      ['ce', 1],
      ['ce', 2],
    ]);
    for (const { config, ...record } of records) {
      const run = runs.find((one) => one.loss === config.loss && one.seed === config.seed);
      expect(run?.final).toEqual('last' in record && record.last);
    }
    const page = readFileSync(join(cwd, 'symloss-run', 'report.html'), 'utf8');
    expect(page).toContain('<title>digits');
  });
});
