import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ExecutorEvents, Grid, RunRecord } from '../../src/experiments/index.ts';
import { blobs, folders, writeLines } from '../cli/run.ts';
import { experiments } from '../train/package.ts';

const {
  DatasetCache,
  executeRun,
  expandGrid,
  inProcessExecutor,
  poolExecutor,
  readGrid,
  shareOut,
} = experiments;
const folder = folders('pool');

const grid: Grid = {
  name: 'pool',
  data: [{ source: 'digits' }],
  models: ['mlp:8'],
  noises: ['none', 'symmetric:0.4'],
  losses: ['ce', 'mae'],
  seeds: 1,
  training: { epochs: 2 },
};

const plan = (change: Partial<Grid> = {}) => expandGrid({ ...grid, ...change });

/** Worker processes of this process, by `ps`. */
function workers(): number[] {
  return execFileSync('ps', ['-e', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [])
    .filter(([, , parent, args]) => Number(parent) === process.pid && args?.includes('pool-worker'))
    .map(([, pid]) => Number(pid));
}

async function collect(
  runs: ReturnType<typeof plan>,
  options: Parameters<typeof poolExecutor>[0],
  events: Partial<ExecutorEvents> = {},
): Promise<RunRecord[]> {
  const records: RunRecord[] = [];
  await poolExecutor(options)(runs, { onRecord: (r) => void records.push(r), ...events });
  return records;
}

/** What does not depend on the time or on the process. */
function lasting(record: RunRecord | undefined) {
  if (record?.status !== 'done') return record;
  const { id, config, settings, data, noise, calibration } = record;
  const epochs = record.epochs.map(({ seconds: _, ...rest }) => rest);
  return { id, config, settings, data, noise, calibration, epochs };
}

test('shareOut: jobs times threads stay within the cores', () => {
  expect(shareOut(100, {}, 8)).toEqual({ jobs: 8, threads: 1 });
  expect(shareOut(3, {}, 8)).toEqual({ jobs: 3, threads: 2 });
  expect(shareOut(100, { jobs: 2 }, 8)).toEqual({ jobs: 2, threads: 4 });
  expect(shareOut(100, { threads: 4 }, 8)).toEqual({ jobs: 2, threads: 4 });
  expect(shareOut(100, { threads: 16 }, 8)).toEqual({ jobs: 1, threads: 16 });
  expect(shareOut(100, { jobs: 8, threads: 2 }, 8)).toEqual({ jobs: 8, threads: 2 });
  expect(() => shareOut(1, { jobs: 0 }, 8)).toThrow(
    'jobs: expected an integer of at least 1, received 0',
  );
});

// each starts processes that load onnxruntime
describe('poolExecutor', { timeout: 120_000 }, () => {
  test('gives every run the record that it has in this process', async () => {
    const runs = plan();
    const epochs: string[] = [];
    const records = await collect(
      runs,
      { jobs: 2, threads: 1 },
      {
        onEpoch: (run, { epoch }) => epochs.push(`${run.id} ${epoch}`),
      },
    );
    const datasets = new DatasetCache();
    const byId = new Map(records.map((record) => [record.id, record]));
    for (const run of runs) {
      expect(lasting(byId.get(run.id))).toEqual(lasting(await executeRun(run, { datasets })));
    }
    expect(records).toHaveLength(4);
    expect(epochs).toHaveLength(8);
    expect(new Set(epochs)).toEqual(new Set(runs.flatMap(({ id }) => [`${id} 1`, `${id} 2`])));
    expect(workers()).toEqual([]);
  });

  test('tells of the models that the consensus of a crowd is asked of, here and in other processes', async () => {
    const cwd = folder();
    const rows = blobs(90, (kind, i) => [kind, i % 5 === 0 ? 'a' : kind].join(','));
    writeLines(cwd, 'data.csv', ['x,y,ann,bob', ...rows]);
    const data = [{ source: join(cwd, 'data.csv'), label: 'ann,bob', consensus: 'crowd' as const }];
    const runs = plan({ data, noises: ['unknown'], losses: ['ce'] });
    const expected = [0, 1, 2, undefined].flatMap((fold) => [1, 2].map((epoch) => [fold, epoch]));
    for (const execute of [
      poolExecutor({ jobs: 1, threads: 1 }),
      inProcessExecutor(new DatasetCache()),
    ]) {
      const told: unknown[] = [];
      const records: RunRecord[] = [];
      await execute(runs, {
        onRecord: (record) => void records.push(record),
        onEpoch: (_, { epoch }, fold) => told.push([fold, epoch]),
      });
      expect(told).toEqual(expected);
      expect(records.map(({ epochs }) => epochs.length)).toEqual([2]);
    }
  });

  test('a worker killed in mid-run: the run is made again, and is none the worse', async () => {
    const runs = plan({ training: { epochs: 30 }, noises: ['none'] });
    const retried: string[] = [];
    let killed = 0;
    const records = await collect(
      runs,
      { jobs: 1, threads: 1 },
      {
        onEpoch: (_, { epoch }) => {
          if (epoch !== 1 || killed > 0) return;
          for (const pid of workers()) {
            process.kill(pid, 'SIGKILL');
            killed++;
          }
        },
        onRetry: (run, reason) => retried.push(`${run.id} ${reason}`),
      },
    );
    expect(killed).toBe(1);
    expect(retried).toEqual([`${runs[0]?.id} its worker was lost (killed by SIGKILL)`]);
    const whole = await executeRun(runs[0]!, { datasets: new DatasetCache() });
    expect(records.map(({ id, status }) => [id, status])).toEqual(
      runs.map(({ id }) => [id, 'done']),
    );
    expect(lasting(records[0])).toEqual(lasting(whole));
  });

  test('a run that takes its worker down twice fails, and the others are made', async () => {
    const module = join(folder(), 'deadly.mjs');
    writeFileSync(
      module,
      `export default ({ registerLoss, findLoss }) => registerLoss({
        ...findLoss('mae'), name: 'deadly',
        build: () => {
          if (process.argv[1].includes('pool-worker')) process.kill(process.pid, 'SIGKILL');
          return findLoss('mae').build({});
        },
      });\n`,
    );
    const deadly = await readGrid('deadly', {
      presets: {
        deadly: { ...grid, noises: ['none'], losses: ['deadly', 'ce'], modules: [module] },
      },
    });
    const records = await collect(expandGrid(deadly), { jobs: 1, threads: 1 });
    expect(records).toMatchObject([
      {
        status: 'failed',
        diverged: false,
        error: 'worker process: expected to end the run, received killed by SIGKILL, twice',
      },
      { status: 'done', config: { loss: 'ce' } },
    ]);
  });

  test('a module finds no variables but those that a run needs', async () => {
    const module = join(folder(), 'spy.mjs');
    writeFileSync(
      module,
      `export default ({ registerLoss, findLoss }) => registerLoss({
        ...findLoss('mae'), name: 'spy',
        build: () => {
          if (process.argv[1].includes('pool-worker')) throw new Error(Object.keys(process.env));
          return findLoss('mae').build({});
        },
      });\n`,
    );
    process.env['SYMLOSS_QUEUE'] = 'redis://:hunter2@host';
    process.env['MY_TOKEN'] = 'hunter2';
    try {
      const presets = { spy: { ...grid, noises: ['none'], losses: ['spy'], modules: [module] } };
      const spied = await readGrid('spy', { presets });
      const [record] = await collect(expandGrid(spied), { jobs: 1, threads: 1 });
      const names = record?.status === 'failed' ? record.error.split(',') : [];
      expect(names).toContain('PATH');
      expect(names).not.toContain('SYMLOSS_QUEUE');
      expect(names).not.toContain('MY_TOKEN');
    } finally {
      delete process.env['SYMLOSS_QUEUE'];
      delete process.env['MY_TOKEN'];
    }
  });

  test('an abort stops the runs and their processes', async () => {
    const stop = new AbortController();
    const records: RunRecord[] = [];
    const running = poolExecutor({ jobs: 2, threads: 1 })(plan({ training: { epochs: 2000 } }), {
      onRecord: (record) => void records.push(record),
      onEpoch: () => stop.abort(new Error('enough')),
      signal: stop.signal,
    });
    await expect(running).rejects.toThrow('enough');
    expect(records).toEqual([]);
    expect(workers()).toEqual([]);
  });

  test('a listener that throws stops the runs', async () => {
    const running = poolExecutor({ jobs: 2, threads: 1 })(plan(), {
      onRecord: () => Promise.reject(new Error('disk full')),
    });
    await expect(running).rejects.toThrow('disk full');
    expect(workers()).toEqual([]);
  });
});
