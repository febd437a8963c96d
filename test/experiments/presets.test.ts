import { describe, expect, test } from 'vitest';
import { knownRows } from '../../src/experiments/grid/costs.ts';
import type { Grid } from '../../src/experiments/grid/schema.ts';
import { presetNames, presets } from '../../src/experiments/presets/index.ts';
import { parseLoss } from '../../src/losses/index.ts';
import { parseNoise } from '../../src/noise/index.ts';
import { runConfigSchema } from '../../src/run/config.ts';
import { checkSettings } from '../../src/run/index.ts';

const all = Object.entries(presets);

/** What a grid combines, seeds apart. */
function configsOf(grid: Grid) {
  return grid.data.flatMap(({ source, label, test: held, ...data }) =>
    (data.models ?? grid.models ?? []).flatMap((model) =>
      (data.noises ?? grid.noises ?? []).flatMap((noise) =>
        grid.losses.map((loss) => ({
          data: { source, label, test: held },
          model,
          noise: typeof noise === 'string' ? noise : noise.noise,
          loss: typeof loss === 'string' ? loss : loss.loss,
          seed: 1,
          training: {
            ...grid.training,
            ...data.training,
            ...(typeof loss === 'string' ? {} : loss.training),
          },
        })),
      ),
    ),
  );
}

const lossesIn = (grid: Grid) =>
  grid.losses.map((loss) => (typeof loss === 'string' ? loss : loss.loss));

test('there are seven', () => {
  expect(presetNames).toEqual([
    ...['digits', 'mnist', 'fashion-mnist', 'cifar10', 'cifar10n', 'cifar100', 'webvision-mini'],
  ]);
  for (const [name, grid] of all) expect(grid.name).toBe(name);
});

describe.each(all)('%s', (_, grid) => {
  test('has only runs whose specs and settings are right, each once', () => {
    const configs = configsOf(grid).map((config) => runConfigSchema.parse(config));
    for (const { loss, model, training } of configs) {
      checkSettings({ ...(training as { epochs: number }), loss, model });
    }
    // canonical specs, so that a preset and a file of one's own name the same runs
    const noises = configs.map(({ noise }) => noise).filter((noise) => !/^column:/.test(noise));
    expect(noises.map((noise) => parseNoise(noise).spec)).toEqual(noises);
    expect(new Set(configs.map((config) => JSON.stringify(config))).size).toBe(configs.length);
  });

  test('has the baselines and the losses of the paper', () => {
    const names = lossesIn(grid).map((loss) => parseLoss(loss).name);
    expect(names).toEqual([
      ...['ce', 'mae', 'gce', 'sce', 'nce+rce', 'nce+agce', 'anl-ce', 'unhinged', 'unhinged'],
      ...['sgce', 'sgce', 'alpha-mae', 'alpha-mae'],
    ]);
    const scores = grid.losses.flatMap((loss) =>
      typeof loss === 'object' && loss.loss === 'unhinged' ? [loss.training?.scores] : [],
    );
    expect(scores).toEqual(['l2', 'batch']);
    const forms = lossesIn(grid).filter((loss) => loss.startsWith('alpha-mae'));
    expect(forms.map((loss) => parseLoss(loss).params['form'])).toEqual(['mix', 'scale']);
  });

  test('normalises the scores of every loss that is unbounded below', () => {
    const unbounded = grid.losses.flatMap((entry) =>
      typeof entry === 'string' || parseLoss(entry.loss).isBoundedBelow ? [] : [entry],
    );
    expect(unbounded.map(({ training }) => training?.scores)).toEqual(['l2', 'batch', 'l2']);
  });

  test('has data whose size is known', () => {
    for (const { source } of grid.data) expect(knownRows(source)).toBeGreaterThan(1_000);
  });

  test('says where its numbers are from', () => {
    expect(grid.source).toMatch(/20\d\d/);
    const known = ['ce', 'mae'];
    const others = grid.losses.flatMap((entry) =>
      typeof entry === 'string' || known.includes(entry.loss) ? [] : [entry],
    );
    expect(others).toHaveLength(11);
    for (const { source } of others) expect(source).toMatch(/20\d\d|our choice/);
  });
});

test.each([
  ['mnist', 'cnn4', 50, 0.01, 1e-3],
  ['cifar10', 'cnn8', 120, 0.01, 1e-4],
  ['cifar100', 'resnet34', 200, 0.1, 1e-5],
] as const)('%s keeps the published protocol', (name, model, epochs, rate, decay) => {
  const grid = presets[name] as Grid;
  expect(grid.models).toEqual([model]);
  expect(grid.training).toMatchObject({
    epochs,
    learningRate: rate,
    weightDecay: decay,
    batchSize: 128,
    optimizer: 'sgd:momentum=0.9',
    schedule: 'cosine',
    clipNorm: 5,
  });
  expect(grid.seeds).toBe(3);
});

test('noises go from none to 0.8, by class and by sample, and to labels of people', () => {
  expect(presets['mnist']?.noises).toEqual([
    'none',
    ...['symmetric:0.2', 'symmetric:0.4', 'symmetric:0.6', 'symmetric:0.8'],
    ...['0.1', '0.2', '0.3', '0.4'].map((rate) => `asymmetric:${rate},map=mnist`),
    ...['instance:0.2', 'instance:0.4'],
  ]);
  expect(presets['cifar10n']?.noises).toEqual([
    'none',
    'column:aggre_label',
    ...[1, 2, 3].map((i) => `column:random_label${i}`),
    'column:worse_label',
  ]);
});

test('the map of Fashion-MNIST moves the classes that Zhang and Sabuncu move', () => {
  const noise = parseNoise(presets['fashion-mnist']?.noises?.[5] as string);
  const t = noise.transition(10) as Float64Array;
  const moves = [...t.entries()]
    .filter(([cell, p]) => p > 0 && Math.floor(cell / 10) !== cell % 10)
    .map(([cell, p]) => [Math.floor(cell / 10), cell % 10, p]);
  // pullover → shirt, dress → coat, coat → dress, sneaker → sandal, ankle boot → sneaker
  const expected = [
    [2, 6],
    [3, 4],
    [4, 3],
    [7, 5],
    [9, 7],
  ].map((move) => [...move, 0.1]);
  expect(moves).toEqual(expected);
});

test('what was never run says so', () => {
  const unverified = all.filter(([, { description }]) =>
    /NOT VERIFIED HERE/.test(description ?? ''),
  );
  expect(unverified.map(([name]) => name)).toEqual(['cifar100', 'webvision-mini']);
});
