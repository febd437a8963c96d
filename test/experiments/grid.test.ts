import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Grid } from '../../src/experiments/index.ts';
import { expandGrid, filterGrid, readGrid, runId } from '../../src/experiments/index.ts';
import { fieldNames } from '../../src/run/fields.ts';
import { folders } from '../cli/run.ts';
import { messageOf } from '../messages.ts';

const folder = folders('grid');

const grid: Grid = {
  name: 'small',
  data: [{ source: 'digits' }],
  models: ['linear', 'mlp:8'],
  noises: ['none', 'symmetric:rate=0.40'],
  losses: ['ce', 'gce:0.7'],
  seeds: 2,
  training: { epochs: 3 },
};

const short = (of: Grid) =>
  expandGrid(of).map(({ config: { data, model, noise, loss, seed } }) =>
    [data.source, model, noise, loss, seed].join(' '),
  );

describe('expandGrid', () => {
  test('the loss auto is one like others, and is asked for by its name', () => {
    const own = {
      ...grid,
      losses: ['auto', 'ce'],
      models: ['linear'],
      noises: ['none'],
      seeds: [1],
    };
    expect(short(own)).toEqual(['auto', 'ce'].map((loss) => `digits linear none ${loss} 1`));
    expect(short(filterGrid(own, { losses: ['auto'] }))).toEqual(['digits linear none auto 1']);
    const quick = expandGrid({ ...own, training: { effort: 'quick' } });
    expect(quick[0]?.id).not.toBe(expandGrid(own)[0]?.id);
  });

  test('is the product in the order data, model, noise, loss, seed, specs in canonical form', () => {
    expect(
      short({
        ...grid,
        data: [{ source: 'digits' }, { source: 'x.csv', label: 'y', model: 'linear' }],
      }),
    ).toEqual([
      ...['linear', 'mlp:8'].flatMap((model) =>
        ['none', 'symmetric:0.4'].flatMap((noise) =>
          ['ce', 'gce:q=0.7'].flatMap((loss) =>
            [1, 2].map((seed) => `digits ${model} ${noise} ${loss} ${seed}`),
          ),
        ),
      ),
      ...['none', 'symmetric:0.4'].flatMap((noise) =>
        ['ce', 'gce:q=0.7'].flatMap((loss) =>
          [1, 2].map((seed) => `x.csv linear ${noise} ${loss} ${seed}`),
        ),
      ),
    ]);
  });

  test('gives a run a name that stays the same', () => {
    const [run] = expandGrid(grid);
    expect(run).toStrictEqual({
      id: '63168e0613e4bbf3',
      grid: 'small',
      config: {
        data: { source: 'digits', testShare: 0.2, validation: 0.1 },
        model: 'linear',
        noise: 'none',
        loss: 'ce',
        seed: 1,
        training: { epochs: 3, evaluateEvery: 1 },
      },
    });
  });

  test('settings of the loss go before those of the noise, the data and the grid', () => {
    const [run] = expandGrid({
      ...grid,
      data: [
        {
          source: 'digits',
          training: { learningRate: 0.2, batchSize: 20, clipNorm: 2, epochs: 20 },
        },
      ],
      noises: [{ noise: 'none', training: { batchSize: 30, clipNorm: 3 } }],
      losses: [{ loss: 'ce', training: { clipNorm: 4 } }],
      training: { epochs: 10, learningRate: 0.1, batchSize: 10, clipNorm: 1, weightDecay: 0.5 },
    });
    expect(run?.config.training).toEqual({
      epochs: 20,
      learningRate: 0.2,
      batchSize: 30,
      clipNorm: 4,
      weightDecay: 0.5,
      evaluateEvery: 1,
    });
  });

  test('takes the same run once, and another setting as another run', () => {
    expect(expandGrid({ ...grid, losses: ['gce:0.7', 'gce:q=0.7', 'gce'] })).toHaveLength(8);
    const slower = { loss: 'gce', training: { learningRate: 0.01 } };
    expect(expandGrid({ ...grid, losses: ['gce', slower] })).toHaveLength(16);
  });

  test('names of a larger grid hold those of the smaller one', () => {
    const ids = (of: Grid) => expandGrid(of).map(({ id }) => id);
    const larger = ids({
      ...grid,
      name: 'larger',
      losses: ['mae', 'ce', 'gce:0.7'],
      seeds: [3, 2, 1],
    });
    expect(new Set(larger).size).toBe(36);
    expect(ids(grid).every((id) => larger.includes(id))).toBe(true);
  });

  test.each<[string, Partial<Grid>, string]>([
    ['loss', { losses: ['ce', 'gec'] }, 'grid small, losses[1], loss: expected one of ce, mae,'],
    [
      'parameter',
      { losses: ['gce:q=2'] },
      'grid small, losses[0], loss gce, q: expected a number in (0, 1], received 2',
    ],
    [
      'model',
      { models: ['mlp:0'] },
      'grid small, models[0], model mlp, width: expected an integer from 1 to 65536, received 0',
    ],
    [
      'noise',
      { noises: ['symmetric:2'] },
      'grid small, noises[0], noise symmetric, rate: expected a number in [0, 1], received 2',
    ],
    [
      'optimizer',
      { training: { epochs: 1, optimizer: 'sdg' } },
      'grid small, losses[0] on data[0], optimizer: expected one of sgd, adamw',
    ],
    ['seeds', { seeds: 0 }, 'grid small, seeds: expected an integer from 1 to 1000, received 0'],
    [
      'column',
      { noises: ['column:y'] },
      'grid small, noises[0], label: expected the column of the true labels, received nothing',
    ],
    [
      'models',
      { models: undefined },
      'grid small, models: expected models of the grid or of all its data, received nothing',
    ],
  ])('names a wrong %s', (_what, change, message) => {
    expect(messageOf(() => expandGrid({ ...grid, ...change }))).toContain(message);
  });
});

describe('filterGrid', () => {
  test('picks the noise of a grid that names none', () => {
    const { noises: _, ...plain } = grid;
    const all = expandGrid(plain).map(({ id }) => id);
    const part = expandGrid(filterGrid(plain, { noises: ['unknown'] }));
    expect(part.map(({ id }) => id)).toEqual(all);
    expect(() => filterGrid(plain, { noises: ['none'] })).toThrow('unknown');
  });

  test('picks by name, spec and own name, and keeps the runs', () => {
    const named: Grid = { ...grid, losses: ['ce', 'gce:0.7', { loss: 'gce:q=0.2', name: 'low' }] };
    const all = expandGrid(named).map(({ id }) => id);
    const part = (of: Parameters<typeof filterGrid>[1]) => expandGrid(filterGrid(named, of));
    const losses = (names: string[]) => [
      ...new Set(part({ losses: names }).map(({ config }) => config.loss)),
    ];
    expect(losses(['gce'])).toEqual(['gce:q=0.7', 'gce:q=0.2']);
    expect(losses(['low', 'ce'])).toEqual(['ce', 'gce:q=0.2']);
    expect(losses(['gce:q=0.70'])).toEqual(['gce:q=0.7']);
    expect(() => losses(['lo'])).toThrow(
      'losses: expected losses of the grid: ce, gce:0.7, gce:q=0.2 (low), received "lo"',
    );
    const few = part({ noises: ['symmetric'], losses: ['ce'], seeds: [2] });
    expect(few.map(({ config }) => `${config.model} ${config.noise} ${config.seed}`)).toEqual([
      'linear symmetric:0.4 2',
      'mlp:8 symmetric:0.4 2',
    ]);
    expect(few.every(({ id }) => all.includes(id))).toBe(true);
  });

  test('picks by how specs begin, up to a comma or colon, where nothing is called so', () => {
    const noises = (names: string[]) =>
      filterGrid(
        {
          ...grid,
          noises: [
            ...['none', 'asymmetric:0.4,map=mnist', 'asymmetric:0.45,map=mnist'],
            { noise: 'asymmetric:0.4,map=(0>1)', name: 'one way' },
            'asymmetric:0.1,map=mnist',
          ],
        },
        { noises: names },
      ).noises;
    const oneWay = { noise: 'asymmetric:0.4,map=(0>1)', name: 'one way' };
    expect(noises(['asymmetric:0.4'])).toEqual(['asymmetric:0.4,map=mnist', oneWay]);
    expect(noises(['asymmetric:0.1', 'none'])).toEqual(['none', 'asymmetric:0.1,map=mnist']);
    expect(noises(['asymmetric'])).toHaveLength(4);
    expect(noises(['one way'])).toEqual([oneWay]);
    expect(() => noises(['asymmetric:0'])).toThrow('received "asymmetric:0"');
    expect(() => noises(['asym'])).toThrow('received "asym"');

    const [mix, scale] = ['alpha-mae:alpha=0.1,form=mix', 'alpha-mae:alpha=0.1,form=scale'];
    const forms = [mix, scale, 'alpha-mae:alpha=0.3'];
    const losses = (name: string) =>
      filterGrid({ ...grid, losses: forms }, { losses: [name] }).losses;
    expect(losses('alpha-mae:alpha=0.1')).toEqual([mix]); // the form that it is by default
    expect(losses('alpha-mae')).toEqual(forms);
    const agce = ['nce+agce:alpha=1,beta=4,a=6,q=1.5'];
    expect(filterGrid({ ...grid, losses: agce }, { losses: ['nce+agce:alpha=1'] }).losses).toEqual(
      agce,
    );
  });

  test('takes a loss made of others for none of them', () => {
    const losses = ['gce:q=0.7', 'gce:q=0.4 + ce', 'symmetrize(gce)'];
    const pick = (name: string) => filterGrid({ ...grid, losses }, { losses: [name] }).losses;
    expect(pick('gce')).toEqual(['gce:q=0.7']);
    expect(pick('sum')).toEqual(['gce:q=0.4 + ce']);
    expect(pick('symmetrize')).toEqual(['symmetrize(gce)']);
  });

  test('leaves out data that have none of the noises', () => {
    const two: Grid = {
      ...grid,
      data: [{ source: 'digits' }, { source: 'x.csv', label: 'y', noises: ['column:z'] }],
    };
    const sources = (noise: string) => [
      ...new Set(expandGrid(filterGrid(two, { noises: [noise] })).map((r) => r.config.data.source)),
    ];
    expect(sources('column:z')).toEqual(['x.csv']);
    expect(sources('none')).toEqual(['digits']);
  });

  test('refuses what the grid does not have', () => {
    expect(messageOf(() => filterGrid(grid, { losses: ['mae'] }))).toBe(
      'losses: expected losses of the grid: ce, gce:0.7, received "mae"',
    );
  });
});

describe('readGrid', () => {
  const text = (lines: string) => {
    const file = join(folder(), 'grid.yaml');
    writeFileSync(file, lines);
    return file;
  };
  const failure = async (lines: string) => {
    const file = text(lines);
    const error: Error = await readGrid(file).then(
      () => new Error('nothing was thrown'),
      (e) => e,
    );
    return error.message.replace(file, 'FILE');
  };
  const head = 'name: t\nmodels: [linear]\nseeds: 1\n';

  test('reads YAML, and data by their name alone', async () => {
    const file = text(`${head}data: digits\nlosses: [ce]\ntraining: { epochs: 2 }\n`);
    expect(short(await readGrid(file))).toEqual(['digits linear unknown ce 1']);
  });

  test('takes a preset by its name', async () => {
    expect(short(await readGrid('small', { presets: { small: grid } }))).toEqual(short(grid));
    await expect(readGrid('smal', { presets: { small: grid } })).rejects.toThrow(
      'smal: expected a grid file or one of small, received no such file; did you mean "small"?',
    );
  });

  test.each([
    ['text: [', 'FILE, line 1, column 8: expected YAML, received text with a fault ('],
    [
      `${head}data: [digits]\nlosses: []\n`,
      'FILE, line 5, column 9, losses: expected a list that is not empty, received []',
    ],
    [
      `${head}data: [digits]\nlosses: [ce]\nlosess: 1\n`,
      'losses, seeds, training, received losess; did you mean losses?',
    ],
    [
      `${head}data: [digits]\nlossess: [ce]\n`,
      'losses, seeds, training, received lossess; did you mean losses?',
    ],
    [
      `${head}data: [digits]\nlosses: [ce, { loss: ce, training: { epoch: 2 } }]\n`,
      'losses[1].training: expected settings that are known, received epoch; did you mean epochs?',
    ],
    [
      `${head}data: [{ source: digits, row: 5 }]\nlosses: [ce]\n`,
      'FILE, line 4, column 8, data[0]: expected settings that are known, received row; did you mean rows?',
    ],
    [
      `${head}data: [digits]\nlosses: [ce, { loss: ce, training: { epochs: 0 } }]\n`,
      'FILE, line 5, column 46, losses[1].training.epochs: expected an integer from 1 to 100000, received 0',
    ],
    [
      `${head}data: [digits]\nlosses: [3]\n`,
      'FILE, line 5, column 10, losses[0]: expected a text or an object with settings, received 3',
    ],
    [
      `${head}data: [digits]\nlosses: [ce, nope]\ntraining: { epochs: 1 }\n`,
      'FILE, line 5, column 14, losses[1], loss: expected one of ce,',
    ],
    [
      `${head}data: [digits]\nlosses: [ce]\nmodules: [./none.mjs]\n`,
      './none.mjs: expected a readable module, received no such file; paths are taken',
    ],
  ])('says what is wrong in %j', async (lines, message) => {
    expect(await failure(lines)).toContain(message);
  });
});

describe('a loss of a module', () => {
  const source = (name: string, value: number) =>
    `export default ({ registerLoss, mul, findLoss }) => registerLoss({
      ...findLoss('mae'), name: '${name}',
      build: () => (scores) => mul(${value}, findLoss('mae').build({})(scores)),
    });\n`;

  test('is part of the run by its content, for runs of that loss only', async () => {
    const place = folder();
    const module = join(place, 'own.mjs');
    writeFileSync(module, source('grid-own', 1));
    const own = {
      ...grid,
      models: ['linear'],
      seeds: 1,
      losses: ['ce', 'grid-own'],
      modules: [module],
    };
    const ids = async (of: Grid) =>
      expandGrid(await readGrid('own', { presets: { own: of } })).map(({ id }) => id);
    const before = await ids(own);
    const [plain] = expandGrid({ ...own, losses: ['ce'], modules: undefined });
    expect(before).toHaveLength(4);
    expect(before[0]).toBe(plain?.id);

    writeFileSync(module, source('grid-own', 2));
    const after = await ids(own);
    expect(after.map((id, i) => id === before[i])).toEqual([true, false, true, false]);
  });

  test('has the same name wherever the module lies', () => {
    const [run] = expandGrid(grid);
    const at = (path: string) => runId({ ...run!.config, modules: [{ path, sha256: 'abc' }] });
    expect(at('a.mjs')).toBe(at('b/c.mjs'));
    expect(at('a.mjs')).not.toBe(run?.id);
  });

  test.each([
    [
      'export const x = 1;',
      'expected a module that registers a loss, received one that registers none',
    ],
    ["throw new Error('broken');", 'expected a module that registers losses, received "broken"'],
    [source('mae', 1), 'loss name: expected a new name, received "mae"'],
  ])('that is wrong is refused: %s', async (content, message) => {
    const module = join(folder(), 'wrong.mjs');
    writeFileSync(module, content);
    const wrong = { wrong: { ...grid, modules: [module] } };
    await expect(readGrid('wrong', { presets: wrong })).rejects.toThrow(message);
    expect(readFileSync(module, 'utf8')).toBe(content);
  });
});

test('the file of a noise is part of the run by its content', async () => {
  const file = join(folder(), 'map.json');
  const ids = () =>
    expandGrid({ ...grid, noises: [`asymmetric:0.3,map=${file}`] }).map(({ id }) => id);
  writeFileSync(file, '{ "1": "7" }');
  const before = ids();
  expect(ids()).toEqual(before);
  writeFileSync(file, '{ "1": "8" }');
  expect(ids().some((id) => before.includes(id))).toBe(false);
});

test.each(['data', 'training'] as const)('the guide names every key of %s', (part) => {
  const guide = readFileSync('docs/experiments.md', 'utf8');
  const section = guide.slice(guide.indexOf('## The grid file'), guide.indexOf('## What a run is'));
  expect(fieldNames(part).filter((name) => !section.includes(`\`${name}\``))).toEqual([]);
});
