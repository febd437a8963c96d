import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { QueueExecutorOptions } from '../../../src/experiments/executors/queue/index.ts';
import {
  checkQueueKey,
  queueExecutor,
  readQueueKey,
} from '../../../src/experiments/executors/queue/index.ts';
import {
  signatureOf,
  signatureState,
  signed,
} from '../../../src/experiments/executors/queue/key.ts';
import { jobIdOf, requestOf } from '../../../src/experiments/executors/queue/request.ts';
import type { PlannedRun } from '../../../src/run/config.ts';
import { folders, symloss } from '../../cli/run.ts';
import { faultOf, messageOf } from '../../messages.ts';
import { collect, gridOf, locally, tableOf, WorkerProcess } from './grid.ts';
import { noRedis, RedisServer } from './redis.ts';

const folder = folders('queue-key');
const [one, other] = ['0123456789abcdef'.repeat(4), 'fedcba9876543210'.repeat(4)];
const keyOf = (text: string) => Buffer.from(text);

describe('the key of a queue', () => {
  test.each<[string, string | Buffer, string]>([
    ['text', `${one}\n`, one],
    ['a line of Windows', `${one}\r\n`, one],
    ['bytes', Buffer.alloc(32, 7), '\u0007'.repeat(32)],
    ['the longest', 'x'.repeat(4096), 'x'.repeat(4096)],
  ])('is read from a file: %s', async (_, content, key) => {
    const file = join(folder(), 'queue.key');
    writeFileSync(file, content);
    expect(Buffer.from(await readQueueKey(file)).toString()).toBe(key);
  });

  test.each([
    ['short', 'geheim', '6'],
    ['empty', '', '0'],
    ['long', 'x'.repeat(1e6), '4099'],
  ])('is refused when it is %s, and not shown', async (_, content, received) => {
    const file = join(folder(), 'queue.key');
    writeFileSync(file, content);
    const message = await faultOf(readQueueKey(file));
    expect(message).toBe(
      `${file}: expected a key of 32 to 4096 bytes, received ${received}; make one with: openssl rand -hex 32 > queue.key`,
    );
    const options = { key: keyOf(content) };
    expect(messageOf(() => checkQueueKey(options.key))).toMatch(
      /^key of the queue: expected a key/,
    );
    expect(() => queueExecutor('redis://host', options)).toThrow('expected a key of 32 to 4096');
  });

  test('is a regular file', async () => {
    expect(await faultOf(readQueueKey(folder()))).toMatch(/received a folder or device/);
    expect(await faultOf(readQueueKey(join(folder(), 'no.key')))).toMatch(/received no such file/);
    if (process.platform === 'win32') {
      console.info('skipped a named pipe as a key: Windows has none in folders');
      return;
    }
    const pipe = join(folder(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    expect(await faultOf(readQueueKey(pipe))).toMatch(/received a folder or device/);
  });

  test('that is wrong ends a command with one line', async () => {
    const file = join(folder(), 'queue.key');
    writeFileSync(file, 'geheim');
    const queue = ['--queue', 'redis://127.0.0.1:1', '--queue-key', file];
    for (const args of [['worker'], ['bench', 'digits']]) {
      const found = await symloss([...args, ...queue], folder());
      expect(found.stderr).toMatch(
        /^symloss: .*queue\.key: expected a key of 32 to 4096 bytes, received 6; [^\n]*\n$/,
      );
      expect(found.stderr).not.toContain('geheim');
      expect(found.code).toBe(2);
    }
  });
});

describe('a signature', () => {
  const [run] = gridOf(['ce'], 1);
  if (run === undefined) throw new Error('no run');
  const request = requestOf(
    {
      ...run,
      config: { ...run.config, modules: [{ path: 'a.mjs', sha256: 'aa' }], noiseSha256: 'bb' },
    },
    'ab'.repeat(32),
  );
  const of = { what: 'job', queue: 'runs', id: jobIdOf(request) } as const;
  const job = signed(keyOf(one), of, request);

  test('is the HMAC-SHA256 of a text that other programs can write, too', () => {
    const content = { b: [1, 'é'], a: { d: null, c: true } };
    expect(signatureOf(keyOf(one), { what: 'job', queue: 'runs', id: 'run-1' }, content)).toBe(
      createHmac('sha256', one)
        .update(
          '{"content":{"a":{"c":true,"d":null},"b":[1,"é"]},"id":"run-1","queue":"runs","symloss":1,"what":"job"}',
        )
        .digest('hex'),
    );
  });

  test('is right after JSON, in any order', () => {
    const { signature, run: asked, ...rest } = JSON.parse(JSON.stringify(job)) as typeof job;
    expect(signatureState(keyOf(one), of, { signature, ...rest, run: asked })).toBe('right');
  });

  test('is of that queue, job and key only', () => {
    expect(signatureState(keyOf(other), of, job)).toBe('wrong');
    expect(signatureState(keyOf(one), { ...of, queue: 'others' }, job)).toBe('wrong');
    expect(signatureState(keyOf(one), { ...of, id: 'run-1' }, job)).toBe('wrong');
    expect(signatureState(keyOf(one), { ...of, what: 'result' }, job)).toBe('wrong');
  });

  test('covers every value of the job', () => {
    const changed: string[] = [];
    const visit = (value: unknown, path: readonly string[]): void => {
      if (typeof value === 'object' && value !== null) {
        for (const [key, part] of Object.entries(value)) visit(part, [...path, key]);
        return;
      }
      const copy = structuredClone(job) as unknown as Record<string, unknown>;
      const parent = path.slice(0, -1).reduce((at, key) => at[key] as typeof copy, copy);
      parent[path.at(-1) as string] = typeof value === 'number' ? value + 1 : `${value}x`;
      expect(signatureState(keyOf(one), of, copy), path.join('.')).toBe('wrong');
      changed.push(path.join('.'));
    };
    visit(job, []);
    for (const name of [
      'loss',
      'data.source',
      'modules.0.path',
      'modules.0.sha256',
      'noiseSha256',
    ]) {
      expect(changed).toContain(`run.config.${name}`);
    }
    expect(changed).toContain('dataSha256');
    expect(changed).toContain('signature');
    expect(signatureState(keyOf(one), of, { ...job, more: 1 })).toBe('wrong');
  });

  test.each([
    ['nothing', undefined],
    ['a text', 'text'],
    ['null', null],
    ['a number for it', { ...job, signature: 1 }],
    ['the job without it', { ...job, signature: undefined }],
  ])('%s has none', (_, content) => {
    expect(signatureState(keyOf(one), of, content)).toBe('none');
  });

  test.each([
    ['an empty one', { ...job, signature: '' }],
    ['of letters that take two bytes', { ...job, signature: 'é'.repeat(64) }],
    [
      'of something endlessly nested',
      { signature: 'x', deep: JSON.parse(`${'['.repeat(1e5)}${']'.repeat(1e5)}`) },
    ],
  ])('%s is wrong', (_, content) => {
    expect(signatureState(keyOf(one), of, content)).toBe('wrong');
  });
});

const open: { remove: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.remove();
});

async function waitForJobs(server: RedisServer, count: number): Promise<void> {
  await expect
    .poll(() => server.ask(['LLEN', 'symloss:runs:wait']), { timeout: 10_000 })
    .toBe(count);
}

describe.skipIf(noRedis !== undefined)('a queue with a key', () => {
  async function start(key?: string): Promise<{ url: string; worker: WorkerProcess }> {
    const server = await RedisServer.start();
    open.push(server);
    const worker = new WorkerProcess(server.url, { key });
    open.push({ remove: () => worker.kill() });
    return { url: server.url, worker };
  }
  const grid = (url: string, key?: string, more: QueueExecutorOptions = {}) =>
    queueExecutor(url, { lookEvery: 0.3, ...(key !== undefined && { key: keyOf(key) }), ...more });

  test('workers and grid with the same one: as without, and again from what is kept', async () => {
    const { url, worker } = await start(one);
    const runs = gridOf(['ce', 'unhinged'], 3);
    for (const _ of [1, 2]) {
      const { records, done } = collect(grid(url, one), runs);
      await done;
      expect(tableOf(records)).toEqual(tableOf(await locally(runs)));
    }
    expect(worker.started).toHaveLength(runs.length); // the second time they were only collected
    expect(worker.lines[1]).toMatch(/^waiting for runs at .*, queue runs, signed ones only$/);
  });

  test.each([
    ['no key', undefined, 'one without a signature'],
    ['another key', other, 'one of another key, or that was changed'],
  ])('a worker refuses runs of a grid with %s, and lives on', async (_, key, received) => {
    const { url, worker } = await start(one);
    const runs = gridOf(['ce'], 3);
    const { records, done } = collect(grid(url, key), runs);
    await expect(done).rejects.toThrow(
      'expected a worker that makes it, received a refusal: job of the queue: expected one that is signed with the key of this ' +
        `worker, received ${received}; start the grid with the same key (--queue-key)`,
    );
    expect(records).toEqual([]);
    const again = collect(grid(url, one), runs); // those that were refused are asked for again
    await again.done;
    expect(tableOf(again.records)).toEqual(tableOf(await locally(runs)));
    expect(worker.lines.join()).not.toContain(one);
    expect(await worker.stop()).toBe(0);
  });

  test.each([
    ['no key', undefined],
    ['another key', other],
  ])('jobs that still wait with %s are replaced', async (_, key) => {
    const server = await RedisServer.start();
    open.push(server);
    const { url } = server;
    const runs = gridOf(['ce'], 3);
    const stop = new AbortController();
    const left = collect(grid(url, key), runs, { signal: stop.signal });
    await waitForJobs(server, runs.length);
    stop.abort(new Error('stopped'));
    await expect(left.done).rejects.toThrow('stopped');

    const again = collect(grid(url, one), runs);
    const worker = new WorkerProcess(url, { key: one });
    open.push({ remove: () => worker.kill() });
    await again.done;
    expect(tableOf(again.records)).toEqual(tableOf(await locally(runs)));
  });

  test('a job that a worker refuses for the key of another grid is added again', async () => {
    const server = await RedisServer.start();
    open.push(server);
    const { url } = server;
    const runs = gridOf(['ce'], 1);
    const id = `symloss:runs:run-${runs[0]?.id}`;
    const { done, records } = collect(grid(url, one), runs);
    await waitForJobs(server, 1);
    const request = requestOf(runs[0] as PlannedRun, undefined);
    const signedByOther = signed(
      keyOf(other),
      { what: 'job', queue: 'runs', id: jobIdOf(request) },
      request,
    );
    await server.ask(['HSET', id, 'data', JSON.stringify(signedByOther)]);
    const worker = new WorkerProcess(url, { key: one });
    open.push({ remove: () => worker.kill() });
    await done;
    expect(tableOf(records)).toEqual(tableOf(await locally(runs)));
  });

  test('a grid takes no result that is not signed, or signed with another key', async () => {
    const { url, worker } = await start();
    const server = open[0] as RedisServer;
    const runs = gridOf(['ce'], 1);
    const id = `run-${runs[0]?.id}`;
    const refused = (received: string) =>
      `expected a result that is signed with the key of the grid, received ${received}; ` +
      'start every worker with the same key (--queue-key)';
    const unsigned = collect(grid(url, one), runs);
    await expect(unsigned.done).rejects.toThrow(refused('one without a signature'));
    await worker.stop();

    // somebody ends the job while it waits
    const forged = collect(grid(url, one), runs);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const [record] = await locally(runs);
    const result = signed(keyOf(other), { what: 'result', queue: 'runs', id }, record as object);
    const fields = ['finishedOn', Date.now(), 'returnvalue', JSON.stringify(result)] as const;
    await server.ask(['HSET', `symloss:runs:${id}`, ...fields]);
    await expect(forged.done).rejects.toThrow(refused('one of another key, or that was changed'));
    expect([...unsigned.records, ...forged.records]).toEqual([]);

    const right = new WorkerProcess(url, { key: one });
    open.push({ remove: () => right.kill() });
    const again = collect(grid(url, one), runs); // neither is taken for a result of before
    await again.done;
    expect(tableOf(again.records)).toEqual(tableOf(await locally(runs)));
  });
});
