import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { SymlossError } from '../../src/core/index.ts';
import { estimateSeconds } from '../../src/experiments/grid/costs.ts';
import { readGrid } from '../../src/experiments/grid/read.ts';
import type { Grid } from '../../src/experiments/grid/schema.ts';
import { expandGrid } from '../../src/experiments/index.ts';
import { gridCandidates, randomCandidates } from '../../src/experiments/search/tune-space.ts';
import { messageOf } from '../messages.ts';

const folder = mkdtempSync(join(tmpdir(), 'symloss-grid-faults-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function failure(text: string): Promise<string> {
  const file = join(folder, 'grid.yaml');
  writeFileSync(file, text);
  const error = await readGrid(file).then(
    () => new Error('nothing was thrown'),
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(SymlossError);
  return (error as Error).message.replace(file, 'FILE');
}

const head = 'name: t\nmodels: [linear]\nlosses: [ce]\n';
const nine = (item: string) => `[${Array(9).fill(item).join(', ')}]`;
const bomb = [
  `a: &a ${nine('x')}`,
  ...[...'bcdefg'].map((name, i) => `${name}: &${name} ${nine(`*${'abcdef'[i]}`)}`),
].join('\n');

describe('grid files that are no grids', () => {
  test.each([
    [
      'an unknown alias',
      `${head}data: [digits]\nseeds: *s\n`,
      'FILE, line 5, column 8: expected YAML, received text with a fault (no anchor &s before it)',
    ],
    [
      'an alias within itself',
      `${head}data: &d [*d]\nseeds: 1\n`,
      'FILE, line 4, column 11: expected YAML, received text with a fault (*d within itself)',
    ],
    [
      'aliases that explode',
      bomb,
      'FILE: expected YAML, received text with a fault (Excessive alias count',
    ],
    [
      'deep lists',
      '['.repeat(100_000),
      'FILE, line 1, column 51: expected YAML, received text with a fault (nested too deep)',
    ],
    ['deep JSON', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, 'nested too deep'],
    ['deep blocks', '- '.repeat(10_000), 'nested too deep'],
    [
      'a text without end',
      'x'.repeat(1_000_001),
      'FILE: expected at most 1000000 characters, received 1000001',
    ],
    [
      'a key twice',
      `${head}name: u\n`,
      'FILE, line 4, column 1: expected YAML, received text with a fault (Map keys must be unique)',
    ],
    ['two documents', `${head}---\n${head}`, 'several documents'],
    ['a key that is a list', `${head}? [a]\n: 1\n`, 'FILE, line 4, column 3: expected YAML'],
    [
      'a key of every object',
      `${head}data: [digits]\nseeds: 1\nconstructor: 1\n__proto__: {}\n`,
      'received constructor, __proto__',
    ],
    [
      'too many seeds',
      `${head}data: [digits]\nseeds: 1000000000\n`,
      'FILE, line 5, column 8, seeds: expected an integer from 1 to 1000, received 1000000000',
    ],
    [
      'too many epochs',
      `${head}data: [digits]\nseeds: 1\ntraining: { epochs: 1000000000 }\n`,
      'FILE, line 6, column 21, training.epochs: expected an integer from 1 to 100000, received 1000000000',
    ],
    [
      'no number',
      `${head}data: [digits]\nseeds: [.nan]\n`,
      'FILE, line 5, column 9, seeds[0]: expected an integer from 0 to',
    ],
    [
      'a wrong spec',
      `${head}data:\n  - source: digits\n    models:\n      - linear\n      - mlp:1000000000\nseeds: 1\n`,
      'FILE, line 8, column 9, data[0].models[1], model mlp, width: expected an integer from 1 to 65536',
    ],
  ])('%s', async (_, text, message) => {
    expect(await failure(text)).toContain(message);
  });

  test('aliases are fine otherwise', async () => {
    const file = join(folder, 'good.yaml');
    writeFileSync(
      file,
      `${head}data: [{ source: digits, noises: &n [none] }]\nnoises: *n\nseeds: 1\n`,
    );
    expect(expandGrid(await readGrid(file))).toHaveLength(1);
  });
});

describe('grids that are too large', () => {
  const many = (name: string) => Array.from({ length: 100 }, (_, i) => `${name}${(i + 1) / 200}`);
  const grid: Grid = {
    name: 'large',
    data: [{ source: 'digits' }],
    models: ['linear'],
    noises: many('symmetric:'),
    losses: many('gce:q='),
    seeds: 1000,
  };

  test('are refused before they are made', () => {
    expect(messageOf(() => expandGrid(grid))).toBe(
      'grid large: expected at most 100000 runs, received 10000000; split the grid into several',
    );
  });

  test('a tuning is, too', () => {
    expect(messageOf(() => randomCandidates(['ce'], { learningRate: [1] }, 1e9, 1))).toBe(
      'trials: expected an integer from 1 to 10000, received 1000000000',
    );
    const list = Array.from({ length: 300 }, (_, i) => i + 1);
    expect(
      messageOf(() => gridCandidates(['ce'], { learningRate: list, weightDecay: list })),
    ).toContain('tuning space: expected at most 10000 combinations, received more; draw some');
  });

  test('names that every object has are names of files like others', () => {
    const named = (source: string) =>
      estimateSeconds({ ...grid, data: [{ source }], losses: ['ce'], noises: ['none'], seeds: 1 });
    for (const name of ['constructor', '__proto__', 'toString']) {
      expect(named(name)).toBe(named('other.csv'));
    }
  });
});
