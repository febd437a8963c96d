import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RunRecord } from '../../src/experiments/index.ts';
import { folders, program, symloss, tableOf, writeLines } from './run.ts';

const folder = folders('bench');

/** Several commands, each with processes of its own that load onnxruntime. */
const slow = { timeout: 120_000 };

const small = [
  'name: small',
  'data: [digits]',
  "models: ['mlp:8']",
  'noises: [none, symmetric:0.4]',
  'losses: [ce, gce:0.7]',
  'seeds: 2',
  'training: { epochs: 3 }',
];

function recordsOf(cwd: string, name = 'small'): RunRecord[] {
  const text = readFileSync(join(cwd, 'symloss-bench', name, 'records.jsonl'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** `92.2 ± 0.1 %` of the records of a noise and a loss, computed here. */
function accuracy(records: readonly RunRecord[], noise: string, loss: string): string {
  const values = records.flatMap((record) =>
    record.status === 'done' && record.config.noise === noise && record.config.loss === loss
      ? [100 * record.last.testAccuracy!]
      : [],
  );
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return `${mean.toFixed(1)} ± ${Math.sqrt(squares / (values.length - 1)).toFixed(1)} %`;
}

describe('symloss bench', () => {
  test.each([
    'bench mnist',
    'bench mnist --out a/b',
    'bench mnist --out there',
    'sweep mnist --parameter q',
    'tune mnist',
  ])('leaves nothing where the data are not there: %s', slow, async (line) => {
    const cwd = folder();
    mkdirSync(join(cwd, 'there'));
    const { code, stderr } = await symloss([...line.split(' '), '--data', 'there'], cwd);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^symloss: mnist: expected its files in there/);
    expect(readdirSync(cwd, { recursive: true })).toEqual(['there']);
  });

  test(
    'makes a grid, prints its table, and makes only what is new when the grid grows',
    slow,
    async () => {
      const cwd = folder();
      writeLines(cwd, 'grid.yaml', small);
      const first = await symloss(['bench', 'grid.yaml'], cwd);
      expect(first.code, first.stderr).toBe(0);
      expect(first.stdout).toMatch(/^8 runs\n/);
      const records = recordsOf(cwd);
      expect(records.map(({ status }) => status)).toEqual(Array(8).fill('done'));
      expect(new Set(records.map(({ id }) => id)).size).toBe(8);
      const rows = first.stdout.split('\n').map((line) => line.split(/ {2,}/));
      expect(rows).toContainEqual([
        'data',
        'model',
        'noise',
        'loss',
        'runs',
        'test accuracy',
        'largest class',
        'memorised',
        'time',
        '− ce, points [95 %]',
      ]);
      for (const noise of ['none', 'symmetric:0.4']) {
        for (const loss of ['ce', 'gce:q=0.7']) {
          const row = rows.find((cells) => cells[2] === noise && cells[3] === loss);
          expect(row?.slice(0, 6)).toEqual([
            'digits',
            'mlp:8',
            noise,
            loss,
            '2',
            accuracy(records, noise, loss),
          ]);
        }
      }
      expect(first.stderr).toContain('[8/8] ');

      writeLines(cwd, 'grid.yaml', [
        ...small.slice(0, 4),
        'losses: [mae, ce, gce:0.7]',
        ...small.slice(5),
      ]);
      const listing = await symloss(['bench', 'grid.yaml', '--dry-run'], cwd);
      expect(listing.stdout.match(/ {2}done {2}/g)).toHaveLength(8);
      expect(listing.stdout.match(/ {2}to do {2}digits {2}mlp:8 .* mae /g)).toHaveLength(4);
      expect(listing.stdout).toContain('12 runs, 8 of them are done');

      const second = await symloss(['bench', 'grid.yaml'], cwd);
      expect(second.stdout).toMatch(/^12 runs, 8 of them recorded already\n/);
      const grown = recordsOf(cwd);
      expect(grown.slice(0, 8)).toEqual(records);
      expect(grown.slice(8).map(({ config }) => config.loss)).toEqual(Array(4).fill('mae'));
      expect(readFileSync(join(cwd, 'symloss-bench/small/grid.yaml'), 'utf8')).toContain('- mae\n');
    },
  );

  test('a dry run writes nothing, filters pick runs', async () => {
    const cwd = folder();
    writeLines(cwd, 'grid.yaml', small);
    const args = [
      'bench',
      'grid.yaml',
      '--dry-run',
      '--losses',
      'gce',
      '--noises',
      'symmetric:0.40',
      '--seeds',
      '2,5',
    ];
    const { code, stdout } = await symloss(args, cwd);
    expect(code).toBe(0);
    const lines = stdout.split('\n').map((line) => line.split(/ {2,}/).slice(1));
    expect(lines.slice(0, 3)).toEqual([
      ['state', 'data', 'model', 'noise', 'loss', 'seed', 'epochs'],
      ['to do', 'digits', 'mlp:8', 'symmetric:0.4', 'gce:q=0.7', '2', '3'],
      ['to do', 'digits', 'mlp:8', 'symmetric:0.4', 'gce:q=0.7', '5', '3'],
    ]);
    expect(existsSync(join(cwd, 'symloss-bench'))).toBe(false);
  });

  test('a run that fails is told and costs the exit code; the others are made', slow, async () => {
    const cwd = folder();
    writeLines(cwd, 'grid.yaml', [
      ...['name: mixed', 'data: [digits]', 'models: [linear]', 'noises: [none, asymmetric:0.3]'],
      ...['losses: [ce]', 'seeds: 1', 'training: { epochs: 1 }'],
    ]);
    const { code, stdout } = await symloss(['bench', 'grid.yaml'], cwd);
    expect(code).toBe(1);
    expect(stdout).toContain(
      'failed: digits, linear, asymmetric:0.3, ce, seed 1: noise asymmetric',
    );
    const statuses = recordsOf(cwd, 'mixed').map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set(['done', 'failed']));
    const again = await symloss(['bench', 'grid.yaml'], cwd);
    expect(again.stdout).toMatch(/^2 runs, 1 of them recorded already\n/); // it is tried again
  });

  test('a divergence is a result, not a failure', slow, async () => {
    const cwd = folder();
    writeLines(cwd, 'grid.yaml', [
      ...['name: high', 'data: [digits]', 'models: [linear]', 'losses: [unhinged]', 'seeds: 1'],
      'training: { epochs: 1, scores: none, learningRate: 1.0e+20, clipNorm: 1.0e+9 }',
    ]);
    const { code, stdout } = await symloss(['bench', 'grid.yaml'], cwd);
    expect(code).toBe(0);
    expect(tableOf(stdout).get('digits')?.slice(2, 5)).toEqual(['unhinged', '0', 'diverged']);
    const again = await symloss(['bench', 'grid.yaml'], cwd);
    expect(again.stdout).toMatch(/^1 run, recorded already\n/);
  });

  test.each([
    [['bench', 'none.yaml'], 'none.yaml: expected a grid file'],
    [
      ['bench', 'grid.yaml', '--losses', 'mae'],
      'option --losses: expected losses of the grid: ce, gce:0.7, received "mae"',
    ],
    [['bench', 'grid.yaml', '--jobs', '0'], 'jobs: expected an integer of at least 1, received 0'],
    [['bench'], "missing required argument 'grid'"],
  ])('%j is wrong usage', async (args, message) => {
    const cwd = folder();
    writeLines(cwd, 'grid.yaml', small);
    const { code, stderr } = await symloss(args, cwd);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});

test(
  'Ctrl-C stops cleanly, and the same command goes on without making a run twice',
  slow,
  async () => {
    const cwd = folder();
    writeLines(cwd, 'grid.yaml', [...small.slice(0, 6), 'training: { epochs: 40 }']);
    const args = [program, 'bench', 'grid.yaml', '--jobs', '2'];
    // in a group of its own, all of which a terminal would interrupt
    const child = spawn(process.execPath, args, {
      cwd,
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    let isInterrupted = false;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      if (isInterrupted || !stderr.includes('[2/8]')) return;
      isInterrupted = true;
      process.kill(-child.pid!, 'SIGINT');
    });
    const [code] = await once(child, 'close');
    expect(code, stderr).toBe(130);
    const before = recordsOf(cwd);
    expect(before.length).toBeGreaterThanOrEqual(2);
    expect(before.length).toBeLessThan(8);
    expect(stderr).toContain(`${before.length} of 8 runs are recorded, the same command goes on`);

    const { code: end, stdout } = await symloss(['bench', 'grid.yaml'], cwd);
    expect(end).toBe(0);
    expect(stdout).toContain(`8 runs, ${before.length} of them recorded already`);
    const after = recordsOf(cwd);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(new Set(after.map(({ id }) => id)).size).toBe(8);
    expect(after).toHaveLength(8);
  },
);

test('a loss of a module is trained in the worker processes', async () => {
  const cwd = folder();
  writeFileSync(
    join(cwd, 'twice.mjs'),
    `export default ({ registerLoss, findLoss, mul }) => registerLoss({
      ...findLoss('mae'), name: 'twice',
      build: () => (scores) => mul(2, findLoss('mae').build({})(scores)),
    });\n`,
  );
  writeLines(cwd, 'grid.yaml', [
    ...['name: own', 'modules: [./twice.mjs]', 'data: [digits]', 'models: [linear]', 'seeds: 1'],
    ...['losses: [twice, 2*mae]', 'training: { epochs: 2 }'],
  ]);
  const { code, stderr } = await symloss(['bench', 'grid.yaml'], cwd);
  expect(code, stderr).toBe(0);
  const measured = recordsOf(cwd, 'own').map((record) =>
    record.epochs.map(({ loss, testAccuracy }) => [loss, testAccuracy]),
  );
  expect(measured[0]).toEqual(measured[1]);
});

test('trains nothing where data of the grid are not there', slow, async () => {
  const cwd = folder();
  const data = 'data: [digits, { source: rows.csv, label: y }]';
  writeLines(cwd, 'grid.yaml', [small[0]!, data, ...small.slice(2)]);
  const missing = await symloss(['bench', 'grid.yaml'], cwd);
  expect(missing.code).toBe(2);
  expect(missing.stderr).toContain('rows.csv: ');
  expect(missing.stderr).toContain('no such file');
  expect(missing.stderr).not.toContain('epoch');
  expect(readdirSync(cwd)).toEqual(['grid.yaml']);
});
