import { describe, expect, test } from 'vitest';
import type { Budget } from '../../src/experiments/grid/budget.ts';
import { applyBudget } from '../../src/experiments/grid/budget.ts';
import { estimateSeconds } from '../../src/experiments/grid/costs.ts';
import type { Grid } from '../../src/experiments/grid/schema.ts';
import { presets } from '../../src/experiments/presets/index.ts';
import { messageOf } from '../messages.ts';
import { isClose, tolerances } from '../tolerances.ts';

const preset = (name: string) => presets[name] as Grid;
const lossesIn = (grid: Grid) =>
  grid.losses.map((loss) => (typeof loss === 'string' ? loss : loss.loss));

describe('the estimate', () => {
  const grid: Grid = {
    name: 'made',
    data: [{ source: 'mnist', rows: 12_800 }],
    models: ['cnn4'],
    noises: ['none', 'symmetric:0.4'],
    losses: ['ce', { loss: 'mae', training: { epochs: 20 } }],
    seeds: [1, 2, 3],
    training: { epochs: 10, batchSize: 128, evaluateEvery: 5 },
  };

  test('adds steps and measurements of every run', () => {
    // an epoch: 100 steps of 50 ms; measured: 10,000 + 1,280 + 10,000 rows at a third of that
    const epoch = 5 + ((50 / 3) * (21_280 / 128)) / 1000 / 5;
    const expected = 2 * 3 * (0.5 + 10 * epoch + 0.5 + 20 * epoch);
    expect(isClose(estimateSeconds(grid), expected, tolerances.float64)).toBe(true);
  });

  test('grows with the images', () => {
    const wide = { ...grid, data: [{ source: 'cifar10', rows: 12_800 }] };
    const overhead = 2 * 3 * 2 * 0.5;
    const ratio = (estimateSeconds(wide) - overhead) / (estimateSeconds(grid) - overhead);
    expect(isClose(ratio, (32 / 28) ** 2, tolerances.float64)).toBe(true);
  });

  test('takes a preset for what it is', () => {
    // 120 epochs of 352 steps of 0.62 s are 7.3 hours a run, of which there are 429
    const hours = estimateSeconds(preset('cifar10')) / 3600 / (13 * 11 * 3);
    expect(hours).toBeGreaterThan(7.3);
    expect(hours).toBeLessThan(10);
  });
});

test.each(Object.keys(presets))('%s is quick in minutes and standard over night', (name) => {
  const quick = applyBudget(preset(name), 'quick');
  const standard = applyBudget(preset(name), 'standard');
  expect(estimateSeconds(quick)).toBeLessThanOrEqual(400);
  expect(estimateSeconds(standard)).toBeLessThanOrEqual(8 * 3600);
  expect(lossesIn(quick)).toEqual(expect.arrayContaining(['ce', 'sgce:q=0.7']));
  expect(applyBudget(preset(name), 'paper')).toBe(preset(name));
});

test('quick cuts what it says, and nothing else', () => {
  const grid = applyBudget(preset('mnist'), 'quick');
  expect(grid.name).toBe('mnist-quick');
  expect(grid.description).toMatch(
    /^Cut to the budget quick: at most 4 noises, the main losses, at most 10,000 training rows, half the epochs, mlp:256 on small grey images\. MNIST/,
  );
  expect(grid.models).toEqual(['mlp:256']);
  expect(grid.data).toEqual([{ source: 'mnist', rows: 10_000 }]);
  expect(grid.noises).toEqual([
    'none',
    'symmetric:0.4',
    'symmetric:0.8',
    'asymmetric:0.4,map=mnist',
  ]);
  expect(lossesIn(grid)).toEqual([
    ...['ce', 'mae', 'gce:q=0.7', 'unhinged', 'sgce:q=0.7', 'alpha-mae:alpha=0.1,form=mix'],
  ]);
  expect(grid.training).toEqual({ ...preset('mnist').training, epochs: 25, evaluateEvery: 6 });
  expect(grid.seeds).toBe(3);
});

test('human labels stay where there are some', () => {
  const quick = applyBudget(preset('cifar10n'), 'quick');
  expect(quick.noises).toEqual(['column:worse_label']);
  expect(quick.models).toEqual(['cnn4']);
});

test('a grid that fits stays as it is', () => {
  const grid: Grid = {
    name: 'small',
    data: [{ source: 'digits' }],
    models: ['linear'],
    losses: ['ce'],
    seeds: 2,
    training: { epochs: 5 },
  };
  for (const budget of ['quick', 'standard', 'paper'] as const) {
    expect(applyBudget(grid, budget)).toBe(grid);
  }
});

test('settings of entries are cut as well, and rows of unknown data are not', () => {
  const grid: Grid = {
    name: 'own',
    data: [
      {
        source: 'letters.csv',
        label: 'kind',
        model: 'cnn8',
        noises: [{ noise: 'pair:0.3', training: { epochs: 300 } }, 'pair:0.4'],
        training: { epochs: 200 },
      },
    ],
    losses: ['ce', { loss: 'mae', training: { epochs: 400 } }],
    seeds: [5, 6, 7, 8],
    training: { epochs: 100 },
  };
  const quick = applyBudget(grid, 'quick');
  const [data] = quick.data;
  expect([data?.models, data?.model, data?.rows]).toEqual([['mlp:256'], undefined, undefined]);
  expect(data?.noises).toEqual([{ noise: 'pair:0.3', training: { epochs: 38, evaluateEvery: 9 } }]);
  expect(data?.training?.epochs).toBe(25);
  expect(quick.losses[1]).toEqual({ loss: 'mae', training: { epochs: 50, evaluateEvery: 12 } });
  expect(quick.seeds).toEqual([5, 6]);
});

test('there is no other budget', () => {
  expect(messageOf(() => applyBudget(preset('digits'), 'fast' as Budget))).toBe(
    'budget: expected one of quick, standard, paper, received "fast"',
  );
});
