import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fromArrays } from '../../src/data/index.ts';
import type { Grid } from '../../src/experiments/index.ts';
import { expandGrid, filterGrid, readGrid } from '../../src/experiments/index.ts';
import { compareWith } from '../../src/run/compare-with.ts';
import { auditDataset, checkSettings, compare, train } from '../../src/run/index.ts';
import { planRun } from '../../src/run/plan.ts';
import type { TrainingOptions } from '../../src/run/training-options.ts';
import { Divergence } from '../../src/train/endings.ts';
import { folders } from '../cli/run.ts';

const folder = folders('effort');
const data = fromArrays({
  features: Array.from({ length: 20 }, (_, i) => [i]),
  labels: Array.from({ length: 20 }, (_, i) => i % 2),
});
const request = {
  data: { source: 'digits' },
  model: 'linear',
  noise: 'none',
  loss: 'ce',
  seed: 1,
  training: { epochs: 1 },
};
const message = (loss: string) =>
  `effort: expected the loss auto, which it is for, received ${loss}; leave it out, or set loss: auto`;

describe('an effort beside losses that are named', () => {
  test.each([
    ['train', () => train({ data, loss: 'ce', effort: 'quick' }), 'ce'],
    [
      'train, with a function',
      () => train({ data, loss: (scores) => scores, effort: 'quick' }),
      'a loss of your own',
    ],
    ['compare', () => compare({ data, losses: ['mae', 'ce'], seeds: [1], effort: 'quick' }), 'mae'],
    ['auditDataset', () => auditDataset({ data, effort: 'quick' }), 'sgce:q=0.7'],
    ['checkSettings', async () => checkSettings({ loss: 'ce', effort: 'quick' }), 'ce'],
  ] as const)('is refused: %s', async (_, act, loss) => {
    await expect(act()).rejects.toThrow(message(loss));
  });

  test('of a grid, in its file', async () => {
    const file = join(folder(), 'grid.json');
    const own: Grid = { ...grid, losses: ['ce', 'mae'] };
    for (const [wrong, place] of [
      [{ ...own, training: { effort: 'quick' } }, ''],
      [{ ...own, data: [{ source: 'digits', training: { effort: 'quick' } }] }, ''],
      [{ ...own, noises: [{ noise: 'none', training: { effort: 'quick' } }] }, ''],
      [{ ...own, losses: ['auto', { loss: 'ce', training: { effort: 'quick' } }] }, ', losses[1]'],
    ] as const) {
      writeFileSync(file, JSON.stringify(wrong));
      await expect(readGrid(file)).rejects.toThrow(message('ce'));
      await expect(readGrid(file)).rejects.toThrow(`${place}, effort: expected`);
    }
  });
});

const grid: Grid = {
  name: 'small',
  data: ['digits'].map((source) => ({ source })),
  models: ['linear'],
  losses: ['auto', 'ce'],
  seeds: 1,
  training: { epochs: 1, effort: 'quick' },
};

test('beside auto it is for auto only, and the runs of other losses are the same without it', async () => {
  const file = join(folder(), 'grid.json');
  writeFileSync(file, JSON.stringify(grid));
  const runs = expandGrid(await readGrid(file));
  expect(runs.map(({ config: { training } }) => training.effort)).toEqual(['quick', undefined]);
  const { training: _, ...plain } = grid;
  const without = expandGrid({ ...plain, training: { epochs: 1 } });
  expect(runs.map(({ id }, i) => id === without[i]?.id)).toEqual([false, true]);
  expect(expandGrid(filterGrid(grid, { losses: ['ce'] })).map(({ id }) => id)).toEqual([
    without[1]?.id,
  ]);
  const planned = planRun('x', { ...request, training: { epochs: 1, effort: 'quick' } });
  expect(planned.id).toBe(planRun('x', request).id);
});

test('compare gives it to auto only', async () => {
  const efforts: unknown[] = [];
  const stop = async (_: unknown, { loss, effort }: TrainingOptions) => {
    efforts.push([loss, effort]);
    throw new Divergence('training', 'a finite objective', 'NaN');
  };
  await compareWith(stop, { data, losses: ['auto', 'ce'], seeds: [1], effort: 'quick' });
  expect(efforts).toEqual([
    ['auto', 'quick'],
    ['ce', undefined],
  ]);
});

describe('a share to test on beside data to test on', () => {
  const withData = (own: object) => ({ ...request, data: { source: 'a.csv', ...own } });

  test('is refused', () => {
    const message =
      'testShare: expected nothing beside test, received 0.3; the rows to test on are those data';
    const own = { test: 'b.csv', testShare: 0.3 };
    expect(() => planRun('x', withData(own))).toThrow(message);
    expect(() => expandGrid({ ...grid, data: [{ source: 'a.csv', ...own }] })).toThrow(
      `grid small, data[0], ${message}`,
    );
  });

  test('the default and 0 change nothing, and are taken', () => {
    const { id } = planRun('x', withData({ test: 'b.csv' }));
    expect(planRun('x', withData({ test: 'b.csv', testShare: 0.2 })).id).toBe(id);
    expect(planRun('x', withData({ test: 'b.csv', testShare: 0 })).config.data.testShare).toBe(0);
  });
});
