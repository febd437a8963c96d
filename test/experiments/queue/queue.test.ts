import { afterEach, describe, expect, test } from 'vitest';
import type { QueueExecutorOptions } from '../../../src/experiments/executors/queue/index.ts';
import {
  drainQueue,
  queueExecutor,
  queueStatus,
} from '../../../src/experiments/executors/queue/index.ts';
import { collect, gridOf, locally, tableOf, until, WorkerProcess } from './grid.ts';
import { freePort, noRedis, RedisServer } from './redis.ts';

if (noRedis !== undefined) console.info(`skipped test/experiments/queue: ${noRedis}`);

const open: { remove: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.remove();
});

async function redis(...args: string[]): Promise<RedisServer> {
  const server = await RedisServer.start(args);
  open.push(server);
  return server;
}

const durable = ['--appendonly', 'yes', '--appendfsync', 'always'];

function worker(url: string, options: Readonly<Record<string, unknown>> = {}): WorkerProcess {
  const started = new WorkerProcess(url, options);
  open.push({ remove: () => started.kill() });
  return started;
}

/** An executor that looks often enough for a test. */
function executor(url: string, options: QueueExecutorOptions = {}) {
  return queueExecutor(url, { lookEvery: 0.3, ...options });
}

const sorted = (list: readonly string[]) => [...list].sort((a, b) => (a < b ? -1 : 1));
const idsOf = (list: readonly { readonly id: string }[]) => sorted(list.map(({ id }) => id));

describe.skipIf(noRedis !== undefined)('a queue of runs', () => {
  test('two workers make the records that one process makes, each once', async () => {
    const { url } = await redis();
    const runs = gridOf(['ce', 'gce:q=0.7', 'unhinged', 'mae'], 5);
    const workers = [
      worker(url, { concurrency: 2, epochTime: 20 }),
      worker(url, { epochTime: 20 }),
    ];
    const isWaiting = (line: string) => line.startsWith('waiting for runs');
    await until(() => workers.every(({ lines }) => lines.some(isWaiting)), 'both wait for runs');
    const { records, epochs, done } = collect(executor(url), runs);
    await done;
    expect(tableOf(records)).toEqual(tableOf(await locally(runs)));
    expect(sorted(workers.flatMap(({ started }) => started))).toEqual(idsOf(runs));
    expect(new Set(records.map(({ environment }) => environment.host)).size).toBe(2);
    expect(new Set(epochs).size).toBeGreaterThan(0);
    expect(await workers[0]?.stop()).toBe(0);
    expect(workers[0]?.lines.at(-1)).toMatch(/^\{"ended":\d+,"returned":0\}$/);
  });

  test('runs of a worker that is killed go to another', async () => {
    const { url } = await redis();
    const runs = gridOf(['ce', 'sgce:q=0.4'], 4, { epochs: 5 });
    const [victim, survivor] = [
      worker(url, { epochTime: 60, lostAfter: 1 }),
      worker(url, { epochTime: 60, lostAfter: 1 }),
    ];
    const { records, retries, done } = collect(executor(url), runs);
    await until(() => victim.started.length > 1, 'the victim has its second run');
    await victim.kill();
    const lost = victim.started.at(-1);
    await done;
    expect(tableOf(records)).toEqual(tableOf(await locally(runs)));
    expect(retries).toEqual([{ id: lost, reason: 'its worker was lost' }]);
    expect(survivor.started).toContain(lost);
  });

  test('a worker that was asleep does not make a second record', async () => {
    const { url } = await redis();
    const runs = gridOf(['ce'], 1, { epochs: 20 });
    const sleeper = worker(url, { epochTime: 100, lostAfter: 1 });
    const { records, retries, done } = collect(executor(url), runs);
    await until(() => sleeper.started.length === 1, 'the run has started');
    sleeper.child.kill('SIGSTOP');
    const other = worker(url, { epochTime: 100, lostAfter: 1 });
    await until(() => retries.length === 1, 'the run is taken over');
    sleeper.child.kill('SIGCONT');
    await done;
    const [id] = sleeper.started;
    expect(retries).toEqual([{ id, reason: 'its worker was lost' }]);
    expect(tableOf(records)).toEqual(tableOf(await locally(runs)));
    expect(other.started).toContain(id);
    const last = `${id} ce, symmetric:0.4, linear, digits, seed`;
    const said = sleeper.lines.filter((line) => line.startsWith(last)).at(-1);
    expect(said).toMatch(/: taken over by another worker, since the queue heard nothing from this/);
    expect(await sleeper.stop()).toBe(0);
  });

  test('a run that kills its workers is given up after four', async () => {
    const { url } = await redis();
    const [killer] = gridOf(['focal'], 1);
    const runs = [...gridOf(['focal'], 1), ...gridOf(['ce'], 2)];
    for (let i = 0; i < 5; i++) worker(url, { crashOn: 'focal', lostAfter: 1 });
    const { records, retries, done } = collect(executor(url), runs);
    await done;
    const lost = records.find(({ id }) => id === killer?.id);
    expect(lost).toMatchObject({
      status: 'failed',
      diverged: false,
      error: 'its workers were lost one after the other',
      config: { loss: 'focal' },
    });
    expect(lost?.environment.host).toMatch(/^process-\d+$/);
    // after the fourth it is not started again
    expect(retries).toEqual(Array(3).fill({ id: killer?.id, reason: 'its worker was lost' }));
    expect(idsOf(records)).toEqual(idsOf(runs));
  });

  test('Redis comes back after a crash, and nothing is lost', async () => {
    const server = await redis(...durable);
    const runs = gridOf(['ce', 'sgce:q=0.4'], 6, { epochs: 3 });
    // a run whose worker never heard that it was given it comes back after `lostAfter`; a shorter one
    // would take runs from workers that wait for Redis
    const workers = [1, 2].map(() => worker(server.url, { epochTime: 50, lostAfter: 6 }));
    const notices: string[] = [];
    const onNotice = (line: string) => notices.push(line);
    const { records, done } = collect(executor(server.url, { onNotice }), runs);
    await until(() => records.length >= 3, 'three runs have ended');
    await server.kill();
    await new Promise((resolve) => setTimeout(resolve, 500));
    await server.start();
    await done;
    expect(tableOf(records)).toEqual(tableOf(await locally(runs)));
    expect(sorted(workers.flatMap(({ started }) => started))).toEqual(idsOf(runs));
    expect(notices.filter((line) => line.endsWith('; trying again'))).toHaveLength(1);
  }, 60_000);

  test('a Redis that forgets everything is told again', async () => {
    const server = await redis();
    const runs = gridOf(['ce'], 8, { epochs: 3 });
    worker(server.url, { epochTime: 50 });
    const notices: string[] = [];
    const onNotice = (line: string) => notices.push(line);
    const { records, retries, done } = collect(executor(server.url, { onNotice }), runs);
    await until(() => records.length >= 2, 'two runs have ended');
    await server.kill();
    await server.start();
    await done;
    expect(tableOf(records)).toEqual(tableOf(await locally(runs)));
    expect(retries.length).toBeGreaterThan(0);
    expect(new Set(retries.map(({ reason }) => reason))).toEqual(
      new Set(['the queue no longer had it']),
    );
    expect(notices[0]).toContain('Redis keeps no append-only file');
  });

  test('a grid that is started twice is made once', async () => {
    const { url } = await redis();
    const runs = gridOf(['ce', 'unhinged'], 6);
    const both = [collect(executor(url), runs), collect(executor(url), [...runs].reverse())];
    const workers = [1, 2].map(() => worker(url, { epochTime: 20 }));
    await Promise.all(both.map(({ done }) => done));
    const expected = tableOf(await locally(runs));
    for (const { records } of both) expect(tableOf(records)).toEqual(expected);
    expect(sorted(workers.flatMap(({ started }) => started))).toEqual(idsOf(runs));

    await Promise.all(workers.map((one) => one.stop()));
    const later = collect(executor(url), runs); // and no worker is left
    await later.done;
    expect(tableOf(later.records)).toEqual(expected);
  });

  test('a run that failed is made again when it is asked for again; divergence is a result', async () => {
    const { url } = await redis();
    const runs = gridOf(['mae', 'unhinged', 'ce'], 1);
    const [failing] = runs;
    const one = worker(url);
    await collect(executor(url), runs).done;
    const again = collect(executor(url), runs);
    await again.done;
    expect(tableOf(again.records)).toEqual(tableOf(await locally(runs)));
    expect(sorted(one.started)).toEqual(sorted([...idsOf(runs), failing?.id ?? '']));
  });

  test('a stopped worker gives its run back', async () => {
    const { url } = await redis();
    const runs = gridOf(['ce'], 1, { epochs: 3 });
    const slow = worker(url, { epochTime: 5000, grace: 0.1 });
    const { records, retries, done } = collect(executor(url), runs);
    await until(() => slow.started.length === 1, 'the run has started');
    expect(await slow.stop()).toBe(0);
    expect(slow.lines.at(-1)).toBe('{"ended":0,"returned":1}');
    const quick = worker(url);
    await done;
    expect(quick.started).toEqual(idsOf(runs));
    expect(tableOf(records)).toEqual(tableOf(await locally(runs)));
    expect(retries).toEqual([
      { id: runs[0]?.id, reason: 'its worker gave it back (it was stopped)' },
    ]);
  });

  test('a stopped worker finishes its run where that is soon, and takes no other', async () => {
    const { url } = await redis();
    const runs = gridOf(['ce'], 2, { epochs: 4 });
    const one = worker(url, { epochTime: 100, grace: 30 });
    const { records, retries } = collect(executor(url), runs);
    await until(() => one.started.length === 1, 'the run has started');
    expect(await one.stop()).toBe(0);
    expect(one.lines.at(-1)).toBe('{"ended":1,"returned":0}');
    await until(() => records.length === 1, 'its record is there');
    expect(retries).toEqual([]);
    expect((await queueStatus(url)).waiting).toBe(1);
  });

  test('a worker with other data gives runs back and ends', async () => {
    const { url } = await redis();
    const runs = gridOf(['ce'], 4, { source: 'table.csv' });
    const hash = async () => 'a'.repeat(64);
    const wrong = worker(url, { sha256: `b${'a'.repeat(63)}` });
    const { records, retries, done } = collect(executor(url, { hash }), runs);
    expect(await wrong.exit).toBe(1);
    expect(wrong.errors.join('')).toBe(
      "data table.csv: expected SHA-256 aaaaaaaaaaaaaaaa… as on the grid's machine, received " +
        'others; start it with the folder of the same data: symloss worker --data <folder>\n',
    );
    expect(records).toEqual([]);
    const right = worker(url, { sha256: 'a'.repeat(64) });
    await done;
    expect(sorted(right.started)).toEqual(idsOf(runs));
    expect(tableOf(records)).toEqual(tableOf(await locally(runs)));
    expect(retries).toHaveLength(1);
  });

  test('status tells what waits and what runs where; drain takes off what waits', async () => {
    const { url } = await redis();
    const runs = gridOf(['ce'], 3, { epochs: 9 });
    const one = worker(url, { epochTime: 300, name: 'mine' });
    const { records, done } = collect(executor(url, { name: 'mine' }), runs);
    await until(() => one.started.length === 1, 'the run has started');
    await new Promise((resolve) => setTimeout(resolve, 700));
    const [id] = one.started;
    const status = await queueStatus(url, 'mine');
    expect(status).toMatchObject({
      queue: url,
      name: 'mine',
      waiting: 2,
      active: [
        {
          id,
          run: expect.stringMatching(/^ce, symmetric:0\.4, linear, digits, seed \d$/),
          epochs: 9,
        },
      ],
      done: 0,
      failed: 0,
    });
    expect(status.workers).toEqual([expect.stringMatching(new RegExp(`-${one.child.pid}$`))]);
    expect(status.active[0]?.worker).toBe(status.workers[0]);
    expect(status.active[0]?.epoch).toBeGreaterThan(0);
    expect(await queueStatus(url)).toMatchObject({ name: 'runs', waiting: 0, active: [] });

    expect(await drainQueue(url, { name: 'mine' })).toEqual({ waiting: 2, results: 0 });
    await expect(done).rejects.toThrow(
      'expected the 2 runs that were waiting, received an emptied queue; ask for the runs again to go on',
    );
    await until(
      () => one.lines.some((line) => line.includes(': done')),
      'the current run has ended',
    );
    expect(await drainQueue(url, { name: 'mine', results: true })).toEqual({
      waiting: 0,
      results: 1,
    });
    expect(records).toEqual([]);
  });

  test('an abort leaves the runs to the workers', async () => {
    const { url } = await redis();
    const runs = gridOf(['ce'], 2, { epochs: 5 });
    const one = worker(url, { epochTime: 50 });
    const stop = new AbortController();
    const first = collect(executor(url), runs, { signal: stop.signal });
    await until(() => one.started.length === 1, 'the run has started');
    const reason = new Error('enough');
    stop.abort(reason);
    await expect(first.done).rejects.toBe(reason);
    const second = collect(executor(url), runs);
    await second.done;
    expect(tableOf(second.records)).toEqual(tableOf(await locally(runs)));
    expect(sorted(one.started)).toEqual(idsOf(runs));
  });

  test('an abort ends the wait for a Redis that is away', async () => {
    const server = await redis();
    const stop = new AbortController();
    const { done } = collect(executor(server.url), gridOf(['ce'], 2), { signal: stop.signal });
    await until(() => true, 'it waits');
    await new Promise((resolve) => setTimeout(resolve, 500));
    await server.kill();
    await new Promise((resolve) => setTimeout(resolve, 300));
    stop.abort(new Error('enough'));
    await expect(done).rejects.toThrow('enough');
  });

  test('a record that cannot be stored ends the grid', async () => {
    const { url } = await redis();
    worker(url);
    const { done } = collect(executor(url), gridOf(['ce'], 3), {
      onRecord: () => Promise.reject(new Error('the disk is full')),
    });
    await expect(done).rejects.toThrow('the disk is full');
  });

  test('it says once that no worker is there, and that no server is', async () => {
    const { url } = await redis(...durable);
    const notices: string[] = [];
    const stop = new AbortController();
    const onNotice = (line: string) => notices.push(line);
    const { done } = collect(executor(url, { onNotice }), gridOf(['ce'], 1), {
      signal: stop.signal,
    });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    stop.abort(new Error('enough'));
    await expect(done).rejects.toThrow('enough');
    expect(notices).toEqual([
      `queue ${url}: 1 run waits, and no worker is connected: start symloss worker`,
    ]);
    const nowhere = `redis://127.0.0.1:${await freePort()}`;
    await expect(collect(executor(nowhere), gridOf(['ce'], 1)).done).rejects.toThrow(
      `queue ${nowhere}: expected a Redis server, received connect ECONNREFUSED`,
    );
  });
});
