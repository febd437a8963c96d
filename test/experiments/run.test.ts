import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Grid, PlannedRun } from '../../src/experiments/index.ts';
import { blobs, folders, writeLines } from '../cli/run.ts';
import { digits, experiments, train } from '../train/package.ts';

const { DatasetCache, executeRun, expandGrid, runRecordSchema } = experiments;
const folder = folders('run');
const datasets = new DatasetCache();

const grid: Grid = {
  name: 'runs',
  data: [{ source: 'digits' }],
  models: ['linear'],
  noises: ['symmetric:0.4'],
  losses: ['ce'],
  seeds: [7],
  training: { epochs: 3, batchSize: 64 },
};

function planned(change: Partial<Grid> = {}): PlannedRun {
  return expandGrid({ ...grid, ...change })[0]!;
}

async function done(run: PlannedRun) {
  const record = await executeRun(run, { datasets });
  if (record.status !== 'done') throw new Error(record.error);
  return record;
}

const timeless = <T extends { seconds: number }>(epochs: readonly T[]) =>
  epochs.map(({ seconds: _, ...rest }) => rest);

describe('executeRun', () => {
  test('is the training that train() makes', async () => {
    const heard: number[] = [];
    const run = planned();
    const record = await executeRun(run, { datasets, onEpoch: ({ epoch }) => heard.push(epoch) });
    const { metrics, settings } = await train({
      data: await digits(),
      model: 'linear',
      noise: 'symmetric:0.4',
      loss: 'ce',
      seed: 7,
      epochs: 3,
      batchSize: 64,
    });
    if (record.status !== 'done') throw new Error(record.error);
    expect(heard).toEqual([1, 2, 3]);
    expect(timeless(record.epochs)).toEqual(timeless(metrics.epochs));
    expect(record.last).toEqual(record.epochs[2]);
    expect(record.settings).toEqual(settings);
    expect(record.noise).toEqual({ realised: metrics.wrongShare });
    expect(record.data.rows).toEqual({ train: 1294, validation: 144, test: 359 });
    expect(record.calibration).toEqual(metrics.calibration);
    const best = Math.max(...record.epochs.map((epoch) => epoch.validationAccuracy!));
    expect(record.chosen).toEqual(record.epochs.find((e) => e.validationAccuracy === best));
    expect([record.id, record.grid, record.config]).toEqual([run.id, 'runs', run.config]);
    expect(record.environment).toMatchObject({ threads: 1, device: 'cpu', node: process.version });
    expect(runRecordSchema.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
  });

  test('rows: trains on so many, tests on the same as with all', async () => {
    const part = await done(planned({ data: [{ source: 'digits', rows: 200 }] }));
    expect(part.data.rows).toEqual({ train: 200, validation: 22, test: 359 });
    const whole = await done(planned());
    expect(part.data.sha256).toBe(whole.data.sha256);
    const all = await done(planned({ data: [{ source: 'digits', rows: 1294 }] }));
    expect(all.data.rows).toEqual(whole.data.rows);
    expect(timeless(all.epochs)).toEqual(timeless(whole.epochs));
  });

  test('auto: its model is what was chosen, not an epoch of one of its networks', async () => {
    const { last, chosen, evaluation, auto } = await done(
      planned({ losses: ['auto'], training: { epochs: 3, effort: 'quick' } }),
    );
    expect(auto?.members).toBe(3);
    expect(chosen).toEqual(last);
    expect(chosen?.testAccuracy).toBe(evaluation?.accuracy);
  });

  test('column noise: the labels of the other column, measured against those of the label column', async () => {
    const cwd = folder();
    const file = join(cwd, 'data.csv');
    // every tenth row is labelled b in the column `given`
    const rows = blobs(90).map((row, i) => `${row},${i % 10 === 0 ? 'b' : row.at(-1)}`);
    writeLines(cwd, 'data.csv', ['x,y,kind,given', ...rows]);
    const record = await done(
      planned({
        data: [{ source: file, label: 'kind', testShare: 0, validation: 0 }],
        noises: ['column:given'],
      }),
    );
    const wrong = rows.filter((row) => row.split(',')[2] !== row.split(',')[3]).length;
    expect(record.noise.realised).toBe(wrong / 90);
    expect(record.settings.noise).toBe('unknown');
    expect(record.chosen).toBeUndefined();
    const plain = await done(
      planned({
        data: [{ source: file, label: 'kind', testShare: 0, validation: 0 }],
        noises: ['none'],
      }),
    );
    expect(plain.data.sha256).not.toBe(record.data.sha256);
  });

  test('a divergence is a result', async () => {
    const diverging = planned({
      losses: [
        { loss: 'unhinged', training: { scores: 'none', learningRate: 1e20, clipNorm: 1e9 } },
      ],
    });
    const record = await executeRun(diverging, { datasets });
    expect(record).toMatchObject({ status: 'failed', diverged: true });
    expect(record.status === 'failed' && record.error).toContain('expected a finite loss');
  });

  test.each<[string, Partial<Grid>, string]>([
    ['data that are not there', { data: [{ source: 'none.csv', label: 'y' }] }, 'none.csv'],
    ['noise that does not fit', { noises: ['asymmetric:0.3'] }, 'noise asymmetric'],
    ['a model that does not fit', { models: ['cnn4'] }, 'expected'],
  ])('%s: a failed run with the message', async (_what, change, message) => {
    const record = await executeRun(planned(change), { datasets });
    expect(record).toMatchObject({ status: 'failed', diverged: false, epochs: [] });
    expect(record.status === 'failed' && record.error).toContain(message);
  });

  test('a module or a noise file that has changed since: a failed run', async () => {
    const cwd = folder();
    const [module, map] = [join(cwd, 'own.mjs'), join(cwd, 'map.json')];
    writeFileSync(module, 'export default () => {};\n');
    writeFileSync(map, '{ "1": "7" }');
    const { config, ...rest } = planned({ noises: [`asymmetric:0.3,map=${map}`] });
    writeFileSync(map, '{ "1": "8" }');
    const errors = await Promise.all(
      [config, { ...planned().config, modules: [{ path: module, sha256: 'abc' }] }].map(
        async (changed) => {
          const record = await executeRun({ ...rest, config: changed }, { datasets });
          return record.status === 'failed' ? record.error : 'done';
        },
      ),
    );
    expect(errors[0]).toContain('expected the file as the grid read it, received another content');
    expect(errors[1]).toContain(`${module}: expected the module as the grid read it`);
    expect(errors.join()).not.toMatch(/[0-9a-f]{64}/);
  });

  test('an abort rejects with its reason', async () => {
    const stop = new AbortController();
    const running = executeRun(planned({ training: { epochs: 500 } }), {
      datasets,
      signal: stop.signal,
      onEpoch: () => stop.abort(new Error('enough')),
    });
    await expect(running).rejects.toThrow('enough');
  });
});

test('data are opened once, and again after a failure', async () => {
  const cwd = folder();
  const cache = new DatasetCache({}, 1);
  const [run] = expandGrid(grid);
  const { config } = run!;
  const withData = (more: object) => ({ ...config, data: { ...config.data, ...more } });
  const first = await cache.open(config);
  expect(await cache.open(withData({ rows: 5, testShare: 0.5 }))).toBe(first);
  const file = withData({ source: join(cwd, 'late.csv'), label: 'kind' });
  await expect(cache.open(file)).rejects.toThrow('late.csv');
  writeLines(cwd, 'late.csv', ['x,y,kind', ...blobs(12)]);
  expect((await cache.open(file)).data.labels).toHaveLength(12);
  expect(await cache.open(config)).not.toBe(first); // one is kept
});
