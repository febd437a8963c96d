import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lockFile, lockFolder } from '../../src/io/lock.ts';
import { folders } from '../cli/run.ts';

const folder = folders('lock');
const started = '2026-01-02T03:04:05.000Z';

function leave(path: string, claim: object, ageSeconds = 0): string {
  const file = join(path, lockFile);
  writeFileSync(file, JSON.stringify(claim));
  const time = Date.now() / 1000 - ageSeconds;
  utimesSync(file, time, time);
  return file;
}

/** A process that has ended. */
const ended = () => spawnSync(process.execPath, ['-e', '']).pid;

describe('a locked folder', () => {
  test('is refused to others until it is released', async () => {
    const path = join(folder(), 'new');
    const release = await lockFolder(path);
    const file = join(path, lockFile);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: process.pid });
    await expect(lockFolder(path)).rejects.toThrow(
      `${file}: expected no other command at work in this folder, received process ${process.pid} on ${hostname()}, since `,
    );
    release();
    expect(readdirSync(path)).toEqual([]);
    const again = await lockFolder(path);
    release(); // a second time: the lock is not its own any more
    expect(readdirSync(path)).toEqual([lockFile]);
    again();
  });

  test('goes to one of many that ask at once', async () => {
    const path = folder();
    leave(path, { pid: ended(), host: hostname(), started });
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(path)));
    const won = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(won).toHaveLength(1);
    for (const { value: release } of won) release();
  });

  test('whose process has ended is taken over at once', async () => {
    const path = folder();
    const file = leave(path, { pid: ended(), host: hostname(), started });
    const release = await lockFolder(path);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: process.pid });
    release();
  });

  test.each([
    [
      'another machine',
      { pid: 1, host: 'elsewhere.example', started },
      'process 1 on elsewhere.example, since 2026-01-02T03:04:05.000Z',
    ],
    [
      'nobody that is known',
      { what: 'else' },
      'process 0 on an unknown machine, since an unknown time',
    ],
  ])('of %s is taken over after a minute without a sign of life', async (_, claim, received) => {
    const path = folder();
    leave(path, claim, 50);
    await expect(lockFolder(path)).rejects.toThrow(received);
    leave(path, claim, 70);
    (await lockFolder(path))();
  });

  test('is free again when the process has ended without releasing it', () => {
    const path = folder();
    const module = new URL('../../dist/io/lock.js', import.meta.url).href;
    const code = `const { lockFolder } = await import(${JSON.stringify(module)}); await lockFolder(process.argv[1]); console.log('claimed')`;
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', code, path], {
      encoding: 'utf8',
    });
    expect(child.stdout).toBe('claimed\n');
    expect(existsSync(join(path, lockFile))).toBe(false);
  });
});
