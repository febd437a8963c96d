import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { blobs, folders, program, quick, start, symloss, writeLines } from './run.ts';

/*
 * What surrounds a command: folders that cannot be written to, output that nobody takes, signals.
 */

const folder = folders('surroundings');
const isWindows = process.platform === 'win32';
const isLinux = process.platform === 'linux';
const isRoot = process.getuid?.() === 0;
const train = ['train', ...quick];

/** Runs a line in a shell, `$0` being the program. */
function shell(line: string, cwd: string) {
  const child = spawnSync('sh', ['-c', line, process.execPath, program], {
    ...{ cwd, encoding: 'utf8', timeout: 20_000, killSignal: 'SIGKILL' },
  });
  return { code: child.status, stdout: child.stdout, stderr: child.stderr };
}

describe('a folder that cannot be written to is an error, and ends at once', () => {
  test.skipIf(!isLinux)('below /proc', async () => {
    const { code, stderr } = await symloss([...train, '--out', '/proc/symloss/run'], folder());
    expect(stderr).toBe(
      'symloss: /proc/symloss/run: expected a place to write to, received no such file; choose another place\n',
    );
    expect(code).toBe(1);
  });

  test.skipIf(isWindows || isRoot)(
    'without the right to write (root has it everywhere)',
    async () => {
      const cwd = folder();
      mkdirSync(join(cwd, 'locked'));
      chmodSync(join(cwd, 'locked'), 0o500);
      const { code, stderr } = await symloss([...train, '--out', 'locked'], cwd);
      expect(stderr).toMatch(
        /^symloss: locked[^\n]*: expected a [^\n]+, received no permission[^\n]*\n$/,
      );
      expect(code).toBe(1);
    },
  );

  test.skipIf(isWindows)('a file where the folder of checkpoints goes', async () => {
    const cwd = folder();
    mkdirSync(join(cwd, 'symloss-run'));
    writeFileSync(join(cwd, 'symloss-run', 'checkpoints'), 'mine');
    const { code, stderr } = await symloss(train, cwd);
    expect(stderr).toMatch(
      /^symloss: symloss-run\/checkpoints: expected a place to write to, [^\n]*\n$/,
    );
    expect(code).toBe(1);
    expect(readFileSync(join(cwd, 'symloss-run', 'checkpoints'), 'utf8')).toBe('mine');
  });

  test.skipIf(isWindows)('a working folder that was deleted', () => {
    const cwd = folder();
    const { code, stderr } = shell(
      'mkdir x; cd x; rm -rf ../x; "$0" "$1" train'.replace('"$1"', `'${program}'`),
      cwd,
    );
    expect(stderr).toBe(
      'symloss: working folder: expected a folder, received one that was deleted; change to another folder\n',
    );
    expect(code).toBe(1);
  });
});

describe.skipIf(isWindows)('standard output', () => {
  const line = (rest: string) => `"$0" '${program}' ${rest}`;

  test
    .skipIf(!existsSync('/dev/full'))
    .each(['losses', '--help', 'train --model linear --epochs 2'])(
    'on a full device is an error: %s',
    (args) => {
      const cwd = folder();
      const { code, stderr } = shell(`${line(args)} > /dev/full`, cwd);
      expect(stderr).toBe(
        'symloss: standard output: expected a place to write to, received no space left on device\n',
      );
      expect(code).toBe(1);
      expect(readdirSync(cwd)).toEqual([]);
    },
  );

  test.skipIf(!existsSync('/dev/full'))('and standard error on one: the exit code says so', () => {
    const { code } = shell(`${line('losses')} > /dev/full 2> /dev/full`, folder());
    expect(code).toBe(1);
  });

  test('that is closed early, as by head, is none', () => {
    const { stdout, stderr } = shell(
      `(${line('losses')}; echo "code $?" >&2) | head -n 1`,
      folder(),
    );
    expect([stdout.split('\n').length, stderr]).toEqual([2, 'code 0\n']);
  });
});

describe.skipIf(isWindows)('signals', () => {
  test.each([
    ['SIGTERM', 'SIGINT'],
    ['SIGINT', 'SIGTERM'],
    ['SIGINT', 'SIGINT'],
  ] as const)('%s, then %s at once: the second ends the process', async (first, second) => {
    const cwd = folder();
    const { child, output, result } = start(
      ['train', '--loss', 'sgce:q=0.7', '--epochs', '100000'],
      cwd,
    );
    await output;
    child.kill(first);
    child.kill(second);
    await result;
    // the first may have been quicker
    expect([child.signalCode ?? child.exitCode]).toContainEqual(
      expect.toSatisfy((end: unknown) => end === second || end === first || end === 130),
    );
  });
});

// no file beyond so many blocks of 512 bytes; without the signal that would end the process
describe.skipIf(isWindows)('a disk that is full while results are written', () => {
  const limited = async (blocks: number, args: readonly string[], cwd: string) => {
    const child = spawn(
      'sh',
      [
        '-c',
        `trap '' XFSZ; ulimit -f ${blocks}; exec "$0" "$@"`,
        process.execPath,
        program,
        ...args,
      ],
      { cwd, stdio: ['ignore', 'ignore', 'pipe'], timeout: 20_000, killSignal: 'SIGKILL' },
    );
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    await once(child, 'close');
    return { code: child.exitCode, stderr };
  };

  test.each([0, 1, 3, 10])(
    'train, files of at most %i blocks: an error, nothing that is not whole, and it can go on',
    async (blocks) => {
      const cwd = folder();
      writeLines(cwd, 'data.csv', ['x,y,kind', ...blobs(60)]);
      const args = ['train', 'data.csv', '--label', 'kind', ...quick, '--out', 'run'];
      const { code, stderr } = await limited(blocks, args, cwd);
      expect(stderr.split('\n').at(-2)).toMatch(/^symloss: run[^\n]*, received file too large/);
      expect(code).toBe(1);
      const left = existsSync(join(cwd, 'run')) ? readdirSync(join(cwd, 'run')) : [];
      for (const name of left.filter((n) => n.endsWith('.json'))) {
        JSON.parse(readFileSync(join(cwd, 'run', name), 'utf8'));
      }
      expect(left.filter((name) => name.endsWith('.part'))).toEqual([]);
      const resumed = left.includes('checkpoints') ? ['train', '--resume', 'run'] : args;
      expect((await symloss(resumed, cwd)).code).toBe(0);
    },
  );

  test('predict and corrupt: an error, and no file', async () => {
    const cwd = folder();
    writeLines(cwd, 'data.csv', ['x,y,kind', ...blobs(300)]);
    const args = ['train', 'data.csv', '--label', 'kind', ...quick, '--out', 'run'];
    expect((await symloss(args, cwd)).code).toBe(0);
    const noise = ['--label', 'kind', '--noise', 'symmetric:0.2'];
    for (const command of [
      ['predict', 'run', 'data.csv'],
      ['corrupt', 'data.csv', ...noise],
    ]) {
      const { code, stderr } = await limited(1, [...command, '--out', 'out.csv'], cwd);
      expect(stderr).toBe(
        'symloss: out.csv: expected a place to write to, received file too large; choose another place\n',
      );
      expect(code).toBe(1);
    }
    expect(readdirSync(cwd).sort()).toEqual(['data.csv', 'run']);
  });
});
