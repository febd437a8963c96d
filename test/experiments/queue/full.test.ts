import { afterEach, describe, expect, test, vi } from 'vitest';
import type { QueueExecutorOptions } from '../../../src/experiments/executors/queue/index.ts';
import {
  drainQueue,
  queueExecutor,
  queueStatus,
} from '../../../src/experiments/executors/queue/index.ts';
import { isPassing, patiently } from '../../../src/experiments/executors/queue/patience.ts';
import { faultOf } from '../../messages.ts';
import { collect, gridOf, locally, tableOf, until, WorkerProcess } from './grid.ts';
import { freePort, noRedis, RedisServer } from './redis.ts';

const open: { remove: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.remove();
});

async function redis(...args: string[]): Promise<RedisServer> {
  const server = await RedisServer.start(args);
  open.push(server);
  return server;
}

function worker(url: string, options: Readonly<Record<string, unknown>> = {}): WorkerProcess {
  const started = new WorkerProcess(url, options);
  open.push({ remove: () => started.kill() });
  return started;
}

const executor = (url: string, options: QueueExecutorOptions = {}) =>
  queueExecutor(url, { lookEvery: 0.3, ...options });

const wait = (time: number) => new Promise((resolve) => setTimeout(resolve, time));
/** Less than an empty server takes. */
const full = ['CONFIG', 'SET', 'maxmemory', '500kb'] as const;
const roomy = ['CONFIG', 'SET', 'maxmemory', '0'] as const;

describe('waiting for a server', () => {
  test.each([
    "OOM command not allowed when used memory > 'maxmemory'. script: 1a2b, on @user_script:1.",
    "READONLY You can't write against a read only replica.",
    'LOADING Redis is loading the dataset in memory',
    "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
    'MISCONF Redis is configured to save RDB snapshots, but ...',
    'ERR Error running script: @user_script:5: OOM command not allowed',
  ])('%s passes', (message) => {
    expect(isPassing(new Error(message))).toBe(true);
  });

  test.each(['WRONGPASS invalid password', 'NOPERM no permissions', 'Missing lock for job 1'])(
    '%s does not',
    (message) => {
      expect(isPassing(new Error(message))).toBe(false);
    },
  );

  test('attempts come ever later; then there is one error', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    try {
      const times: number[] = [];
      const start = performance.now();
      const work = async () => {
        times.push(performance.now() - start);
        throw new Error('LOADING Redis is loading the dataset in memory');
      };
      const until = new Promise(() => {});
      const waited = faultOf(
        patiently(work, { where: 'queue x', limit: 20, onTrouble: () => {}, until }),
      );
      await vi.advanceTimersByTimeAsync(30_000);
      expect(await waited).toBe(
        'queue x: expected a Redis that takes runs, received for 20 s: LOADING Redis is loading the dataset in memory; ' +
          'start again when it is a server that can be written to',
      );
      expect(times).toEqual([0, 250, 750, 1750, 3750, 7750, 12_750, 17_750, 20_000]);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe.skipIf(noRedis !== undefined)('a Redis that takes nothing', () => {
  test('when it is full at the start: the grid waits, then stops, and no run has failed', async () => {
    const server = await redis('--maxmemory', '500kb', '--maxmemory-policy', 'noeviction');
    const notices: string[] = [];
    const onNotice = (line: string) => notices.push(line);
    const { records, done } = collect(
      executor(server.url, { patience: 1, onNotice }),
      gridOf(['ce'], 24),
    );
    await expect(done).rejects.toThrow(
      /^queue redis:.*: expected a Redis that takes runs, received for 1 s: OOM command not allowed .*; raise its maxmemory, or forget ended runs \(symloss queue drain --results\)$/,
    );
    expect(records).toEqual([]);
    expect(notices.filter((line) => /OOM .*; trying again$/.test(line))).toHaveLength(1);
  });

  test.each([
    ['is full', full, roomy],
    ['is a copy of another server', ['REPLICAOF', '127.0.0.1', '1'], ['REPLICAOF', 'NO', 'ONE']],
  ] as const)(
    'when it %s for a while: every run has one record, none failed',
    async (_, away, back) => {
      const server = await redis();
      const runs = gridOf(['ce', 'sgce:q=0.4', 'gce:q=0.7'], 8);
      const workers = [1, 2].map(() => worker(server.url, { epochTime: 60 }));
      const { records, done } = collect(executor(server.url), runs);
      await until(() => records.length >= 3, 'three runs have ended');
      await server.ask([...away]);
      await wait(2500);
      const before = records.length;
      expect(before).toBeLessThan(runs.length);
      await server.ask([...back]);
      await done;
      expect(tableOf(records)).toEqual(tableOf(await locally(runs)));
      const started = workers.flatMap((one) => one.started);
      expect(started).toHaveLength(runs.length); // none was made twice
    },
  );

  test('a worker that cannot hand in a result ends, and another makes the run', {
    timeout: 60_000,
  }, async () => {
    const server = await redis();
    const runs = gridOf(['ce'], 4, { epochs: 5 });
    const impatient = worker(server.url, { epochTime: 300, patience: 1, lostAfter: 6 });
    const { records, done } = collect(executor(server.url), runs);
    await until(() => impatient.started.length === 1, 'a run has started');
    await server.ask(['REPLICAOF', '127.0.0.1', '1']);
    expect(await impatient.exit).toBe(1);
    expect(impatient.errors.join('')).toContain(
      'expected a Redis that takes runs, received for 1 s',
    );
    await server.ask(['REPLICAOF', 'NO', 'ONE']);
    worker(server.url, { lostAfter: 1 });
    await done;
    expect(tableOf(records)).toEqual(tableOf(await locally(runs)));
  });

  test('can be emptied all the same, and who waits for its runs is told', async () => {
    const server = await redis();
    const { url } = server;
    const runs = gridOf(['ce'], 3, { epochs: 1 });
    const one = worker(url);
    await collect(executor(url), runs).done;
    await one.stop();
    const jobs = (await server.ask(['KEYS', 'symloss:runs:run-*'])) as string[];
    for (const job of jobs) await server.ask(['HSET', job, 'bulk', 'x'.repeat(2 ** 21)]);
    const { done } = collect(executor(url), gridOf(['mae'], 2));
    await until(() => true, 'it waits');
    await wait(500);
    await server.ask(['CONFIG', 'SET', 'maxmemory', '5mb']);
    await expect(server.ask(['INCR', 'one'])).rejects.toThrow('OOM');
    expect(await drainQueue(url, { results: true })).toEqual({ waiting: 2, results: 3 });
    await expect(done).rejects.toThrow('received an emptied queue');
    expect(await queueStatus(url)).toMatchObject({ waiting: 0, done: 0 });
  });

  test('a server that is away at the start is an error at once', async () => {
    const nowhere = `redis://127.0.0.1:${await freePort()}`;
    await expect(collect(executor(nowhere), gridOf(['ce'], 1)).done).rejects.toThrow(
      'ECONNREFUSED',
    );
  });
});
