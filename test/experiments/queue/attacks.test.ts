import { afterEach, describe, expect, test } from 'vitest';
import { queueExecutor, queueStatus } from '../../../src/experiments/executors/queue/index.ts';
import {
  jobIdOf,
  parseRequest,
  requestOf,
} from '../../../src/experiments/executors/queue/request.ts';
import type { PlannedRun } from '../../../src/run/config.ts';
import { runId } from '../../../src/run/run-id.ts';
import { messageOf } from '../../messages.ts';
import { collect, gridOf, locally, tableOf, until, WorkerProcess } from './grid.ts';
import { noRedis, RedisServer } from './redis.ts';

const open: { remove: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.remove();
});

const [good] = gridOf(['ce'], 1);
if (good === undefined) throw new Error('no run');
const request = requestOf(good, undefined);
const idsOf = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id).sort();
const wait = (time: number) => new Promise((resolve) => setTimeout(resolve, time));

/** The request with another configuration, and the id that goes with it. */
function asking(change: object): unknown {
  const config = { ...good?.config, ...change } as PlannedRun['config'];
  return { ...request, run: { ...request.run, id: runId(config), config } };
}

const training = { ...good.config.training };
/** What somebody may write into a job, as JSON. */
const jobs: Readonly<Record<string, string>> = {
  'no JSON': '{"format":"symloss-request"',
  nothing: 'null',
  'a number': '1e999',
  'a list': '[]',
  'an empty object': '{}',
  'a prototype': `{"__proto__":${JSON.stringify(request)}}`,
  'a prototype beside it': JSON.stringify(request).replace('{', '{"__proto__":{"version":1},'),
  'a prototype in the configuration': JSON.stringify(request).replace(
    '"config":{',
    '"config":{"__proto__":{"loss":"mae"},"constructor":{"prototype":{"polluted":1}},',
  ),
  'a huge text': JSON.stringify(asking({ loss: 'x'.repeat(5_000_000) })),
  'a loss 5,000 deep': JSON.stringify(
    asking({ loss: `${'symmetrize('.repeat(5000)}ce${')'.repeat(5000)}` }),
  ),
  'a million columns': JSON.stringify(
    asking({ data: { ...good.config.data, features: Array(1e6).fill('x') } }),
  ),
  'a billion epochs': JSON.stringify(asking({ training: { ...training, epochs: 1e9 } })),
  'epochs without end': JSON.stringify(request).replace('"epochs":2', '"epochs":1e999'),
  'a negative seed': JSON.stringify(asking({ seed: -1 })),
  'lists 100,000 deep': '['.repeat(1e5) + ']'.repeat(1e5),
  'lists 100,000 deep in a setting': JSON.stringify(request).replace(
    '"loss":"ce"',
    `"loss":${'['.repeat(1e5)}${']'.repeat(1e5)}`,
  ),
  'objects 100,000 deep': '{"run":'.repeat(1e5) + '1' + '}'.repeat(1e5),
  'the id of another run': JSON.stringify({
    ...request,
    run: { ...request.run, id: 'f'.repeat(16) },
  }),
  'settings of the machine': JSON.stringify(asking({ threads: 1000, device: 'cpu' })),
};

describe('a job that is none', () => {
  test.each(Object.entries(jobs).filter(([name]) => name !== 'no JSON'))('%s', (_, text) => {
    const start = performance.now();
    const message = messageOf(() => parseRequest(JSON.parse(text)));
    expect(message).toMatch(
      /^job of the queue: expected a run as this version of symloss asks for it/,
    );
    expect(message.length).toBeLessThan(2000);
    expect(performance.now() - start).toBeLessThan(3000);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test('the largest that is asked for is read', () => {
    const features = Array.from({ length: 30_000 }, (_, i) => `column ${i}`);
    const large = asking({ data: { ...good.config.data, features } });
    expect(parseRequest(large)).toEqual(large);
  });
});

describe.skipIf(noRedis !== undefined)('somebody who writes to Redis', () => {
  async function start(options: Readonly<Record<string, unknown>> = {}) {
    const server = await RedisServer.start();
    open.push(server);
    const worker = new WorkerProcess(server.url, options);
    open.push({ remove: () => worker.kill() });
    return { server, url: server.url, worker };
  }
  const grid = (url: string) => queueExecutor(url, { lookEvery: 0.3 });

  /** Puts a job there as BullMQ would, whatever is in it. */
  async function put(server: RedisServer, id: string, data: string, opts = '{"attempts":1000}') {
    const fields = ['name', 'run', 'data', data, 'opts', opts, 'timestamp', Date.now()] as const;
    await server.ask(
      ['HSET', `symloss:runs:${id}`, ...fields, 'delay', 0, 'priority', 0],
      ['LPUSH', 'symloss:runs:wait', id],
      ['ZADD', 'symloss:runs:marker', 0, '0'],
    );
  }

  test('does not stop a worker: it refuses what is no run, and makes the others', {
    timeout: 60_000,
  }, async () => {
    const { server, url, worker } = await start({ lostAfter: 1 });
    for (const [name, text] of Object.entries(jobs)) await put(server, name, text);
    await put(server, 'options that are none', JSON.stringify(request), '{');
    await put(server, 'line\n2026-01-01T00:00:00Z \u001b[2Jforged', '{}');
    const hostile = gridOf(['ce\nforged: done\u001b[2J'], 1);
    const runs = [...gridOf(['ce', 'mae'], 3), ...hostile];
    const { records, done } = collect(grid(url), runs);
    await done;
    expect(tableOf(records)).toEqual(tableOf(await locally(runs)));
    const refusals = Object.keys(jobs).length; // all but the text, and one with a line
    await until(
      () => worker.lines.filter((line) => line.includes(': refused: ')).length >= refusals,
      'all others are refused',
    );
    expect(worker.lines.some((line) => /^2026-01-01|^forged/.test(line))).toBe(false);
    expect(worker.lines.join()).not.toContain('\u001b');
    expect(worker.lines.join('\n')).toContain('ce\\nforged: done\\u001b[2J, symmetric:0.4');
    const status = await queueStatus(url);
    expect(status.done).toBe(runs.length);
    expect(await worker.stop()).toBe(0);
    expect(worker.errors).toEqual([]);
  });

  test('cannot stop queue status', async () => {
    const { server, url, worker } = await start();
    await worker.stop();
    const fields = ['name', 'run', 'opts', '{}', 'timestamp', 1, 'pb', 'me\nforged'] as const;
    await server.ask(
      ['HSET', 'symloss:runs:bad', ...fields, 'data', '{"a":1}'],
      ['LPUSH', 'symloss:runs:active', 'bad'],
    );
    expect(await queueStatus(url)).toMatchObject({
      active: [{ id: 'bad', run: 'no run of this version', worker: 'me\nforged' }],
    });
    await server.ask(['HSET', 'symloss:runs:bad', 'data', '{']);
    expect(await queueStatus(url)).toMatchObject({ active: [], done: 0 });
  });

  test('gets no second record, and no foreign one, into the results', async () => {
    const { server, url, worker } = await start({ epochTime: 100 });
    await worker.stop(); // the runs wait
    const runs = gridOf(['ce'], 6);
    const { records, done } = collect(grid(url), runs);
    await wait(1000);
    const [garbled, deep, foreign, twice, broken, gone] = runs.map((run) =>
      jobIdOf(requestOf(run, undefined)),
    );
    const [, , third] = await locally(runs);
    const end = (id: string | undefined, result: string) =>
      server.ask(['HSET', `symloss:runs:${id}`, 'finishedOn', Date.now(), 'returnvalue', result]);
    await end(garbled, '{"status":');
    await end(deep, '['.repeat(1e5) + ']'.repeat(1e5));
    await end(
      foreign,
      JSON.stringify({ ...third, grid: 'x', config: { ...third?.config, loss: 'forged' } }),
    );
    await server.ask(
      ['HSET', `symloss:runs:${broken}`, 'data', '{'],
      ['DEL', `symloss:runs:${gone}`],
    );
    // events that are none end the listening, and the grid goes on by looking
    await server.ask(
      [
        'XADD',
        'symloss:runs:events',
        '*',
        'event',
        'completed',
        'jobId',
        `${twice}`,
        'returnvalue',
        '{',
      ],
      ['XADD', 'symloss:runs:events', '*', 'event', 'progress', 'jobId', `${twice}`, 'data', '{'],
    );
    await until(() => records.length === 3, 'those that ended are taken');
    const again = new WorkerProcess(url, { epochTime: 100 });
    open.push({ remove: () => again.kill() });
    await until(() => again.started.length > 0, 'it works');
    for (const _ of [1, 2]) await server.ask(['LPUSH', 'symloss:runs:wait', `${twice}`]); // delivered thrice
    await done;
    expect(records).toHaveLength(runs.length);
    expect(new Set(records.map(({ id }) => id)).size).toBe(runs.length);
    const failed = records.filter(({ status }) => status === 'failed');
    expect(idsOf(failed)).toEqual(idsOf(runs.slice(0, 2)));
    expect(new Set(failed.map((record) => record.status === 'failed' && record.error))).toEqual(
      new Set(['the worker gave back no record of a run: is it of another version?']),
    );
    const whole = records.filter(({ status }) => status === 'done');
    expect(tableOf(whole)).toEqual(tableOf(await locally(runs.slice(2))));
    expect(await again.stop()).toBe(0);
  });

  test.each([
    ['cuts all connections', ['CLIENT', 'KILL', 'TYPE', 'normal']],
    ['removes everything', ['FLUSHALL']],
  ] as const)('%s: every run has one record', async (_, command) => {
    const { server, url } = await start({ epochTime: 60, lostAfter: 1 });
    const runs = gridOf(['ce', 'sgce:q=0.4'], 6);
    const { records, done } = collect(grid(url), runs);
    await until(() => records.length >= 3, 'three runs have ended');
    await server.ask([...command]).catch(() => {}); // its own connection may be among them
    await done;
    expect(tableOf(records)).toEqual(tableOf(await locally(runs)));
  });
});
