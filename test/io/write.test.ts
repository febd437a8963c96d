import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SymlossError } from '../../src/core/index.ts';
import { makeFolder, removeLeftovers, writeTogether, writeWhole } from '../../src/io/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'symloss-io-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const errorOf = (act: Promise<unknown>) => act.catch((error: unknown) => error);

describe('writing in pieces', () => {
  const folder = mkdtempSync(join(tmpdir(), 'symloss-write-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const checkpoint = {
    durable: true,
    expected: 'a place to write a checkpoint to',
    hint: 'the one before it, if any, is as it was; make room there, then resume the run',
  };
  const file = join(folder, 'run.safetensors');
  const pieces = [Uint8Array.of(1, 2, 3), new Uint8Array(), Uint8Array.of(4)];

  test('replaces the file, and leaves nothing beside it', async () => {
    writeFileSync(file, 'before');
    await writeWhole(file, pieces, checkpoint);
    expect(Array.from(readFileSync(file))).toEqual([1, 2, 3, 4]);
    expect(readdirSync(folder)).toEqual(['run.safetensors']);
  });

  test('goes on after a write of a part, and flushes before the file takes its name', async () => {
    const calls: string[] = [];
    await writeWhole(file, pieces, {
      ...checkpoint,
      openFile: async (path) => {
        const handle = await open(path, 'w');
        return {
          write: (async (piece: Uint8Array, from: number) => {
            calls.push(`write ${from}`);
            return handle.write(piece, from, 1);
          }) as typeof handle.write,
          sync: async () => {
            calls.push(`sync, ${readFileSync(file).length} bytes in place`);
            await handle.sync();
          },
          close: () => handle.close(),
        };
      },
    });
    expect(calls).toEqual(['write 0', 'write 1', 'write 2', 'write 0', 'sync, 4 bytes in place']);
    expect(Array.from(readFileSync(file))).toEqual([1, 2, 3, 4]);
  });

  test.each(['write', 'sync'] as const)('on a full disk (%s) keeps the one before', async (at) => {
    const full = async (): Promise<never> => {
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), {
        code: 'ENOSPC',
        syscall: 'write',
      });
    };
    writeFileSync(file, 'before');
    const failing = async (path: string) => {
      const handle = await open(path, 'w');
      const write = handle.write.bind(handle);
      const methods = { write, sync: () => handle.sync(), close: () => handle.close() };
      return { ...methods, [at]: full };
    };
    await expect(
      writeWhole(file, pieces, { ...checkpoint, openFile: failing }),
    ).rejects.toMatchObject({
      kind: 'failure',
      message: `${file}: expected a place to write a checkpoint to, received no space left on device; the one before it, if any, is as it was; make room there, then resume the run`,
    });
    expect(readFileSync(file, 'utf8')).toBe('before');
    expect(readdirSync(folder)).toEqual(['run.safetensors']);
  });
});

test.skipIf(process.platform === 'win32')('a device is no place to write to', async () => {
  const message =
    '/dev/null: expected a place to write to, received a device or pipe; choose another place';
  expect(await errorOf(writeWhole('/dev/null', 'text'))).toMatchObject({
    kind: 'failure',
    message,
  });
});

test.skipIf(process.platform !== 'linux')(
  'a folder below /proc is refused, and at once',
  async () => {
    const error = await errorOf(makeFolder('/proc/symloss/below'));
    expect(error).toMatchObject({ kind: 'failure', where: '/proc/symloss/below' });
  },
);

test('a folder is made with its parents, also by several at once', async () => {
  const path = join(folder, 'parents', 'a', 'b', 'c');
  await Promise.all(Array.from({ length: 5 }, () => makeFolder(path)));
  expect(existsSync(path)).toBe(true);
});

describe('what cannot be written leaves nothing behind', () => {
  const file = join(folder, 'a regular file');
  beforeAll(() => writeFileSync(file, 'text'));

  test('a folder below a regular file', async () => {
    const path = join(file, 'model');
    const error = await errorOf(makeFolder(path));
    expect(error).toMatchObject({
      name: 'SymlossError',
      kind: 'failure',
      where: path,
      expected: 'a place to write to',
      hint: 'choose another place',
    });
    expect(readFileSync(file, 'utf8')).toBe('text');
  });

  test('a file below a regular file', async () => {
    const path = join(file, 'model.json');
    const error = await errorOf(writeWhole(path, 'new'));
    expect(error).toMatchObject({ name: 'SymlossError', where: path });
    expect(readFileSync(file, 'utf8')).toBe('text');
  });

  test('a file in a folder that does not exist', async () => {
    const path = join(folder, 'nowhere', 'model.json');
    expect(await errorOf(writeWhole(path, 'new'))).toMatchObject({
      message: `${path}: expected a place to write to, received no such file; choose another place`,
    });
    expect(existsSync(join(folder, 'nowhere'))).toBe(false);
  });

  test('a file whose place is taken by a folder: the part written beside it is removed', async () => {
    const place = join(folder, 'taken');
    mkdirSync(join(place, 'model.json', 'inside'), { recursive: true });
    const error = await errorOf(writeWhole(join(place, 'model.json'), 'new'));
    expect(error).toMatchObject({ name: 'SymlossError', where: join(place, 'model.json') });
    expect(readdirSync(place)).toEqual(['model.json']);
    expect(readdirSync(join(place, 'model.json'))).toEqual(['inside']);
  });

  test('the old file stays when the new one cannot be written', async () => {
    const place = join(folder, 'old');
    mkdirSync(place);
    const path = join(place, 'model.json');
    await writeWhole(path, 'old');
    const openFile = () => Promise.reject(new Error('EROFS: read-only file system'));
    expect(await errorOf(writeWhole(path, 'new', { openFile }))).toBeInstanceOf(SymlossError);
    expect(readFileSync(path, 'utf8')).toBe('old');
    await writeWhole(path, 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(place)).toEqual(['model.json']);
  });
});

describe('a file that may not be replaced', () => {
  const place = mkdtempSync(join(folder, 'new-'));
  const noLinks = () => Promise.reject(new Error('EPERM: operation not permitted, link'));
  const earlier = (path: string) =>
    `${path}: expected no such file yet, received an earlier one; choose another with out, or add overwrite`;

  test.each([undefined, noLinks])(
    'is refused though it came while the new one was written',
    async (linkFile) => {
      const path = join(place, `list-${linkFile === undefined}.csv`);
      const options = { replace: false, ...(linkFile && { linkFile }) };
      async function* pieces() {
        yield 'second';
        await writeWhole(path, 'first', options);
      }
      const error = await errorOf(writeWhole(path, pieces(), options));
      expect(error).toMatchObject({ message: earlier(path), kind: 'usage' });
      expect(readFileSync(path, 'utf8')).toBe('first');
    },
  );

  test('leaves nothing of the files that belong to it', async () => {
    const [first, second] = [join(place, 'a.json'), join(place, 'b.json')] as const;
    writeFileSync(second, 'earlier');
    const both = [
      [first, 'new'],
      [second, 'new'],
    ] as const;
    const error = await errorOf(writeTogether(both, { replace: false }));
    expect(error).toMatchObject({ message: earlier(second) });
    expect(readdirSync(place).sort()).toEqual(['b.json', 'list-false.csv', 'list-true.csv']);
    expect(readFileSync(second, 'utf8')).toBe('earlier');
  });
});

test.each([
  ['ENOSPC', 'make room, or choose another place'],
  ['EDQUOT', 'make room, or choose another place'],
  ['EROFS', 'choose another place'],
])('what to do about %s', async (code, hint) => {
  const openFile = () =>
    Promise.reject(Object.assign(new Error(`${code}: x, open`), { code, syscall: 'open' }));
  expect(await errorOf(writeWhole(join(folder, code), '', { openFile }))).toMatchObject({ hint });
});

describe('the same file written again', () => {
  const part = (path: string, pid: number) => `${path}.${pid}-0123456789ab.part`;
  const left = (path: string) => readdirSync(join(path, '..')).sort();

  test('removes what killed processes left, though its own number was theirs, and no part of a living one', async () => {
    const place = mkdtempSync(join(folder, 'again-'));
    const file = join(place, 'model.onnx');
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    for (const pid of [dead, process.pid, process.ppid]) writeFileSync(part(file, pid), '');
    writeFileSync(part(join(place, 'other'), dead), '');
    await writeWhole(file, 'new');
    expect(left(file)).toEqual(
      ['model.onnx', part('model.onnx', process.ppid), part('other', dead)].sort(),
    );
  });

  test('lets two writers of one process finish', async () => {
    const place = mkdtempSync(join(folder, 'twice-'));
    const file = join(place, 'file');
    await Promise.all(Array.from({ length: 8 }, (_, i) => writeWhole(file, `text ${i}`)));
    expect(readFileSync(file, 'utf8')).toMatch(/^text \d$/);
    expect(left(file)).toEqual(['file']);
  });
});

test('what a killed writer left is removed, and nothing else', async () => {
  const place = mkdtempSync(join(folder, 'left-'));
  const file = join(place, 'run.safetensors');
  const kept = [
    'run.safetensors',
    'run.safetensors.part',
    'other.4-0123456789ab.part',
    'run.safetensors.bak',
  ];
  for (const name of [...kept, 'run.safetensors.4711-0123456789ab.part'])
    writeFileSync(join(place, name), '');
  await removeLeftovers(file);
  expect(readdirSync(place).sort()).toEqual(kept.sort());
});
