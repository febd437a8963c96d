import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { runGrid } from '../../src/cli/commands/bench.ts';
import { sweepCommand } from '../../src/cli/commands/sweep.ts';
import { tuneCommand } from '../../src/cli/commands/tune.ts';
import type { Executor } from '../../src/experiments/executors/executor.ts';
import { recordOf } from '../experiments/made-records.ts';
import { folders, readJson } from './run.ts';

const folder = folders('tune');

type Call = Parameters<typeof runGrid>;

async function sweep(args: readonly string[], isWhole = true) {
  const calls: Call[] = [];
  const codes: number[] = [];
  const streams = { out: { write: () => {} }, err: { write: () => {} } };
  const onExitCode = (code: number) => codes.push(code);
  const command = sweepCommand(streams, onExitCode, async (...call) => {
    calls.push(call);
    return isWhole;
  });
  await command.exitOverride().parseAsync(args, { from: 'user' });
  return { call: calls[0] as Call, codes };
}

describe('sweep', () => {
  test('runs the grid that its options say', async () => {
    const { call, codes } = await sweep([
      ...['letters.csv', '--label', 'kind', '--parameter', 'q', '--values', '0.2,0.8'],
      ...['--noises', 'none,pair:0.3', '--model', 'linear', '--epochs', '7', '--seeds', '4,5'],
      ...['--losses', 'sgce', '--weight-decay', '0.01', '--jobs', '2', '--out', 'here'],
    ]);
    expect(call[0]).toEqual({
      name: 'sweep-q',
      description: 'Sensitivity to q (0.2, 0.8) over noise.',
      data: [{ source: 'letters.csv', label: 'kind' }],
      models: ['linear'],
      noises: ['none', 'pair:0.3'],
      losses: ['sgce:q=0.2', 'sgce:q=0.8'],
      seeds: [4, 5],
      training: { epochs: 7, weightDecay: 0.01 },
    });
    expect(call[1]).toMatchObject({ out: 'here', jobs: 2, dryRun: false });
    expect(codes).toEqual([]);
  });

  test('has defaults for the parameter, and code 1 where a run failed', async () => {
    const { call, codes } = await sweep(['--parameter', 'alpha'], false);
    expect([call[0].data, call[0].noises]).toEqual([
      [{ source: 'digits' }],
      ['symmetric:0.2', 'symmetric:0.4', 'symmetric:0.6'],
    ]);
    expect(call[0].losses).toEqual(
      [0.01, 0.03, 0.1, 0.3, 1].map((alpha) => `alpha-mae:alpha=${alpha},form=mix`),
    );
    expect(codes).toEqual([1]);
  });
});

/** Rate 0.1 is the best, and half of the labels are wrong. */
const execute: Executor = async (runs, { onRecord }) => {
  for (const { config } of runs) {
    const validation = config.training.learningRate === 0.1 ? 0.5 : 0.4;
    await onRecord(recordOf(config, { validation }));
  }
};

async function tune(args: readonly string[]) {
  const written: string[] = [];
  const opened: unknown[] = [];
  const write = (text: string) => written.push(text);
  const command = tuneCommand(
    { out: { write }, err: { write } },
    async ({ path }, total, making) => {
      opened.push({ out: path, total, jobs: making.jobs });
      return execute;
    },
  );
  await command.exitOverride().parseAsync(args, { from: 'user' });
  return { text: written.join(''), opened };
}

describe('tune', () => {
  const args = [
    ...['digits', '--losses', 'ce,sgce:q=0.4', '--noises', 'symmetric:0.4', '--model', 'linear'],
    ...[
      '--search',
      'grid',
      '--space',
      'learningRate=0.01/0.1/1,weightDecay=0/0.01',
      '--epochs',
      '5',
    ],
  ];

  test('prints what was chosen, why, and its limits, and writes a grid', async () => {
    const out = join(folder(), 'tuned');
    const { text, opened } = await tune([
      ...args,
      '--test-seeds',
      '2',
      '--jobs',
      '1',
      '--out',
      out,
    ]);
    expect(opened).toEqual([{ out, jobs: 1, total: 24 }]);
    const [start, heading, ...rows] = (text.split('\n\n')[0] ?? '')
      .split('\n')
      .map((line) => line.split(/ {2,}/));
    expect(start).toEqual(['24 runs']);
    expect(heading).toEqual([
      ...['loss', 'learningRate', 'weightDecay', 'validation (noisy)', 'trials', 'diverged'],
    ]);
    // two runs of one validation row: √(0.25/2) is 35.4 %
    expect(rows).toEqual([
      ['ce', '0.1', '0', '50.0 ± 35.4 %', '6', '0'],
      ['sgce:q=0.4', '0.1', '0', '50.0 ± 35.4 %', '6', '0'],
    ]);
    expect(text).toContain(
      'Each loss had 6 trials, a full grid with 2 seeds on symmetric:0.4; chosen by mean accuracy on noisy validation labels after the last epoch. No clean label was looked at.',
    );
    expect(text).toContain('docs/theory.md');
    expect(text).toContain('not told apart: 5 for ce, 5 for sgce:q=0.4.');
    expect(text).toContain(
      'ce: weightDecay at the edge of what was tried; the best may lie beyond.',
    );
    const grid = parse(readFileSync(join(out, 'tuned.yaml'), 'utf8'));
    expect(grid).toMatchObject({
      name: 'tuned',
      data: [{ source: 'digits' }],
      losses: [
        { loss: 'ce', training: { learningRate: 0.1, weightDecay: 0 } },
        { loss: 'sgce:q=0.4', training: { learningRate: 0.1, weightDecay: 0 } },
      ],
      seeds: [1, 2],
      training: { epochs: 5 },
    });
    expect(grid.training).toEqual({ epochs: 5 });
    const trials = readJson<{ losses: { trials: unknown[] }[] }>(out, 'trials.json');
    expect(trials.losses.map((loss) => loss.trials.length)).toEqual([6, 6]);
  });

  test('refuses what is wrong before it makes a run or a folder', async () => {
    const out = join(folder(), 'none');
    const wrong = async (...more: string[]) => {
      const error = await tune([...args, '--out', out, ...more]).catch((cause: Error) => cause);
      return (error as Error).message;
    };
    expect(await wrong('--test-seeds', '101,102')).toBe(
      'seeds: expected others than those of the tuning, received 101',
    );
    expect(await wrong('--space', 'q=1/2')).toContain(
      'tuning space, q: expected a parameter of all',
    );
    expect(await wrong('--noises', 'symetric:0.4')).toContain('noise: expected one of');
    expect(await wrong('--losses', 'cee')).toContain('loss: expected one of');
    expect(await wrong('--seeds', '1.5,')).toBe(
      'seed: expected an integer of at least 0, received 1.5',
    );
    expect(() => readFileSync(join(out, 'tuned.yaml'))).toThrow('ENOENT');
  });
});

test('the documents that the notes name have these sections', () => {
  const theory = readFileSync(new URL('../../docs/theory.md', import.meta.url), 'utf8');
  expect(theory).toContain('## Uniform label noise');
  expect(theory).toContain('## Where it ends');
});
