import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { lockFile, lockFolder } from '../../src/io/lock.ts';
import { lifeOf, ownMark } from '../../src/io/processes.ts';
import { folders } from '../cli/run.ts';

const folder = folders('lock');
const started = '2026-01-02T03:04:05.000Z';
const isLinux = process.platform === 'linux';
/** Without the waiting that clocks of other machines ask for. */
const soon = { watchFor: 20 };

function leave(path: string, claim: object, ageSeconds = 0): string {
  const file = join(path, lockFile);
  writeFileSync(file, JSON.stringify(claim));
  const time = Date.now() / 1000 - ageSeconds;
  utimesSync(file, time, time);
  return file;
}

/** A process that has ended. */
const ended = () => spawnSync(process.execPath, ['-e', '']).pid;
const ownerOf = (file: string) => JSON.parse(readFileSync(file, 'utf8')).pid as number;

const module = new URL('../../dist/io/lock.js', import.meta.url).href;
/** A process that locks a folder and says so. */
function locker(path: string, then: string) {
  const code = `const { lockFolder } = await import(${JSON.stringify(module)}); const lock = await lockFolder(process.argv[1], { renewEvery: 50 }); console.log('locked'); ${then}`;
  return [process.execPath, ['--input-type=module', '-e', code, path]] as const;
}
async function startLocker(path: string) {
  const child = spawn(...locker(path, 'setInterval(() => {}, 1000);'), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

describe('a locked folder', () => {
  test('is waited for where it is held for a moment', async () => {
    const path = folder();
    const first = await lockFolder(path);
    const order: string[] = [];
    const second = lockFolder(path, { wait: 30_000 }).then((lock) => {
      order.push('locked again');
      return lock;
    });
    await delay(200);
    order.push('released');
    first.release();
    const lock = await second;
    expect(order).toEqual(['released', 'locked again']);
    await expect(lockFolder(path, { wait: 100 })).rejects.toThrow('no other command at work');
    lock.release();
    expect(existsSync(join(path, lockFile))).toBe(false);
  });

  test('is refused to others until it is released', async () => {
    const path = join(folder(), 'new');
    const lock = await lockFolder(path);
    const file = join(path, lockFile);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ ...ownMark() });
    await expect(lockFolder(path)).rejects.toThrow(
      `${file}: expected no other command at work in this folder, received process ${process.pid} on ${hostname()}, since `,
    );
    lock.check();
    lock.release();
    expect(readdirSync(path)).toEqual([]);
    const again = await lockFolder(path);
    lock.release(); // a second time: the lock is not its own any more
    expect(readdirSync(path)).toEqual([lockFile]);
    again.release();
  });

  test('goes to one of many that ask at once', async () => {
    const path = folder();
    leave(path, { ...ownMark(), pid: ended(), started });
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(path)));
    const won = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(won).toHaveLength(1);
    for (const { value: lock } of won) lock.release();
    expect(readdirSync(path)).toEqual([]);
  });

  test('whose process has ended is taken over at once', async () => {
    const path = folder();
    const file = leave(path, { ...ownMark(), pid: ended(), started });
    const lock = await lockFolder(path, { watchFor: 60_000 });
    expect(ownerOf(file)).toBe(process.pid);
    lock.release();
  });

  test.skipIf(!isLinux).each([
    ['its own number, as after a restart of its container', process.pid],
    ['the number of another process, 1', 1],
  ])(
    'by a process that had %s, but started at another time, is taken over at once',
    async (_, pid) => {
      const path = folder();
      leave(path, { ...ownMark(), pid, start: '12', started });
      (await lockFolder(path, { watchFor: 60_000 })).release();
    },
  );

  test.skipIf(!isLinux)('by process 1 of this machine, which is there, is refused', async () => {
    const path = folder();
    const start = readFileSync('/proc/1/stat', 'utf8').split(') ')[1]?.split(' ')[19];
    leave(path, { ...ownMark(), pid: 1, start, started }, 3600);
    await expect(lockFolder(path, soon)).rejects.toThrow(`process 1 on ${hostname()}`);
  });

  const own = ownMark();
  test.each([
    ['another machine', { pid: 1, host: 'elsewhere.example' }],
    ['the boot before, or a machine of the same name', { ...own, space: 'other pid:[1]' }],
    [
      'another container of the machine',
      { ...own, space: `${own.space?.split(' ')[0]} pid:[1]`, pid: ended() },
    ],
  ])('of %s is taken over after a minute without a sign of life', async (_, mark) => {
    const path = folder();
    leave(path, { ...mark, started }, 50);
    await expect(lockFolder(path, soon)).rejects.toThrow(
      `received process ${mark.pid} on ${mark.host}, since ${started}; wait for it, or choose another folder; if it has ended, delete this file`,
    );
    leave(path, { ...mark, started }, 70);
    (await lockFolder(path, soon)).release();
  });

  test.each([
    ['ahead', 3600],
    ['behind', -3600],
  ])('that is renewed elsewhere stays, though its clock is an hour %s', async (_, seconds) => {
    const path = folder();
    const file = leave(path, { pid: 1, host: 'elsewhere.example', started }, -seconds);
    const timer = setInterval(() => {
      const time = Date.now() / 1000 + seconds;
      utimesSync(file, time, time);
    }, 20);
    try {
      await expect(lockFolder(path, { watchFor: 200 })).rejects.toThrow('elsewhere.example');
    } finally {
      clearInterval(timer);
    }
    (await lockFolder(path, { watchFor: 200 })).release();
  });

  test('left empty by a power cut is taken over after a minute', async () => {
    const path = folder();
    writeFileSync(join(path, lockFile), '');
    await expect(lockFolder(path, soon)).rejects.toThrow('received one that is not known');
    utimesSync(join(path, lockFile), 1, 1);
    (await lockFolder(path, soon)).release();
  });

  test.each(['{"what": "else"}', 'no JSON', '{"pid"'])(
    'is never a foreign file: %s',
    async (text) => {
      const path = folder();
      const file = join(path, lockFile);
      writeFileSync(file, text);
      utimesSync(file, 1, 1);
      await expect(lockFolder(path, soon)).rejects.toMatchObject({
        kind: 'failure',
        message: `${file}: expected a lock of symloss, or no such file, received another file; choose another folder, or take it away`,
      });
      expect(readFileSync(file, 'utf8')).toBe(text);
    },
  );

  test('whose name is taken by a folder is a failure', async () => {
    const path = folder();
    mkdirSync(join(path, lockFile));
    await expect(lockFolder(path, soon)).rejects.toMatchObject({
      name: 'SymlossError',
      kind: 'failure',
    });
  });

  test('is taken over though the one that took it over before was killed in between', async () => {
    const path = folder();
    const dead = { ...ownMark(), pid: ended(), started };
    leave(path, dead);
    writeFileSync(join(path, `${lockFile}.takeover`), JSON.stringify({ ...dead, id: 'other' }));
    (await lockFolder(path, soon)).release();
    expect(readdirSync(path)).toEqual([]);
  });

  test('is free again when the process has ended without releasing it', () => {
    const path = folder();
    const child = spawnSync(...locker(path, ''), { encoding: 'utf8' });
    expect(child.stdout).toBe('locked\n');
    expect(existsSync(join(path, lockFile))).toBe(false);
  });

  test('is free again when the process was killed', async () => {
    const path = folder();
    const child = await startLocker(path);
    await expect(lockFolder(path, soon)).rejects.toThrow(`received process ${child.pid} on `);
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(existsSync(join(path, lockFile))).toBe(true);
    (await lockFolder(path, { watchFor: 60_000 })).release();
  });

  test.skipIf(process.platform === 'win32')(
    'stays that of a process that was stopped for long',
    async () => {
      const path = folder();
      const file = join(path, lockFile);
      const child = await startLocker(path);
      try {
        child.kill('SIGSTOP');
        await delay(100);
        utimesSync(file, 1, 1);
        await expect(lockFolder(path, soon)).rejects.toThrow(`received process ${child.pid} on `);
        child.kill('SIGCONT');
        while (statSync(file).mtimeMs < 10_000) await delay(20); // it renews it again
      } finally {
        child.kill('SIGKILL');
      }
    },
  );

  test('that was taken over all the same is noticed by the one that had it', async () => {
    const path = folder();
    const mark = { pid: 7, host: 'elsewhere.example' };
    const first = await lockFolder(path, { mark });
    const file = join(path, lockFile);
    utimesSync(file, 1, 1);
    const second = await lockFolder(path, soon);
    expect(() => first.check()).toThrow(
      `${file}: expected the lock of this command, received that of process ${process.pid} on ${hostname()}, since `,
    );
    first.release();
    second.check();
    expect(ownerOf(file)).toBe(process.pid);
    second.release();
  });
});

test.skipIf(!isLinux)('a process that has ended and was not waited for is not alive', async () => {
  // the shell becomes a program that does not wait for its child, which stays as a zombie
  const shell = spawn('sh', ['-c', 'sleep 0.5 & echo $!; exec sleep 20'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const [pid] = (await once(shell.stdout, 'data')).map((data) => Number(String(data)));
    let fields: string[] = [];
    while (fields[0] !== 'Z') {
      await delay(10);
      fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    }
    expect(lifeOf({ ...ownMark(), pid: pid as number, start: fields[19] })).toBe('ended');
  } finally {
    shell.kill('SIGKILL');
  }
});

test('processes that race for a lock, some of them killed, never have it at the same time', async () => {
  const path = folder();
  const log = join(path, 'log');
  appendFileSync(log, '');
  const code = `
    import { appendFileSync } from 'node:fs';
    import { setTimeout as delay } from 'node:timers/promises';
    const { lockFolder } = await import(${JSON.stringify(module)});
    const [path, log, end] = process.argv.slice(1);
    for (let had = 0; had < 4; ) {
      let lock;
      try { lock = await lockFolder(path, { watchFor: 1 }); } catch (error) {
        if (!/no other command/.test(error.message)) throw error;
        await delay(1);
        continue;
      }
      had++;
      appendFileSync(log, process.pid + ' has\\n');
      await delay(2);
      if (end === 'kill' && had === 3) {
        appendFileSync(log, process.pid + ' left\\n');
        process.kill(process.pid, 'SIGKILL');
      }
      appendFileSync(log, process.pid + ' left\\n');
      lock.release();
    }`;
  const racers = ['stay', 'kill', 'stay', 'kill'].map((end) =>
    spawn(process.execPath, ['--input-type=module', '-e', code, path, log, end], {
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: 20_000,
    }),
  );
  const codes = await Promise.all(
    racers.map(async (racer) => {
      const [status, signal] = await once(racer, 'close');
      return status ?? signal;
    }),
  );
  expect(codes).toEqual([0, 'SIGKILL', 0, 'SIGKILL']);
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
  expect(lines).toHaveLength(2 * (4 + 3 + 4 + 3));
  for (let i = 0; i < lines.length; i += 2) {
    const [pid] = lines[i]!.split(' ');
    expect(lines.slice(i, i + 2)).toEqual([`${pid} has`, `${pid} left`]);
  }
  (await lockFolder(path)).release(); // the last one may have been killed
  expect(readdirSync(path)).toEqual(['log']);
});
