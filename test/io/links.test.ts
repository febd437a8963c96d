import { spawnSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { openFileStore } from '../../src/data/formats/shared/byte-store.ts';
import { removeLeftovers as removeCacheLeftovers } from '../../src/data/formats/shared/leftovers.ts';
import { temporaryFolder } from '../../src/data/formats/shared/temporary-folder.ts';
import { RecordStore } from '../../src/experiments/results/records.ts';
import {
  besideOf,
  lockFolder,
  placeOfNumbers,
  writeTogether,
  writeWhole,
} from '../../src/io/index.ts';
import { appendDecision } from '../../src/review/index.ts';
import { decision, exclude } from '../review/decided.ts';

/*
 * Who may write to a folder may put a symbolic link at a name that we will write to. Nothing is ever written through it, and
 * what it leads to is never removed. Names of temporary files are random; here they are not, so that a link can wait there.
 */
const next = vi.hoisted(() => ({ name: undefined as string | undefined }));
vi.mock('node:crypto', async (original) => {
  const all = await original<typeof import('node:crypto')>();
  const randomBytes = (size: number) => {
    if (size !== 6 || next.name === undefined) return all.randomBytes(size);
    const bytes = all.createHash('sha256').update(next.name).digest().subarray(0, size);
    next.name = undefined;
    return bytes;
  };
  return { ...all, randomBytes };
});

/** The temporary name beside a file that comes next. */
function nextBeside(path: string): string {
  next.name = path;
  const beside = besideOf(path);
  next.name = path;
  return beside;
}

const root = mkdtempSync(join(tmpdir(), 'symloss-links-'));
afterAll(() => rmSync(root, { recursive: true }));
let place = '';
let target = '';
let others = '';

beforeEach(() => {
  place = mkdtempSync(join(root, 'place-'));
  const outside = mkdtempSync(join(root, 'outside-'));
  target = join(outside, 'theirs.txt');
  others = join(outside, 'folder');
  mkdirSync(others);
  writeFileSync(target, 'theirs');
  writeFileSync(join(others, 'inside.txt'), 'theirs');
});

const isLink = (path: string) => lstatSync(path).isSymbolicLink();
const messageOf = (act: Promise<unknown>) =>
  act.then(
    () => 'no error',
    (error: Error) => `${error.name}: ${error.message}`,
  );

function isUntouched(): boolean {
  return (
    readFileSync(target, 'utf8') === 'theirs' &&
    readdirSync(others).join() === 'inside.txt' &&
    readFileSync(join(others, 'inside.txt'), 'utf8') === 'theirs'
  );
}

const title =
  process.platform === 'win32' ? 'links (skipped: Windows lets few users make them)' : 'links';

describe.skipIf(process.platform === 'win32')(title, () => {
  describe('at a temporary name', () => {
    test('refuse a file, and stay', async () => {
      const file = join(place, 'model.json');
      writeFileSync(file, 'old');
      const link = nextBeside(file);
      symlinkSync(target, link);
      expect(await messageOf(writeWhole(file, 'new'))).toBe(
        `SymlossError: ${file}: expected a place to write to, received something of that name that is already there; choose another place`,
      );
      expect([isUntouched(), isLink(link), readFileSync(file, 'utf8')]).toEqual([
        true,
        true,
        'old',
      ]);
    });

    test('to nowhere make nothing there', async () => {
      const file = join(place, 'model.json');
      const nowhere = join(place, 'nowhere');
      symlinkSync(nowhere, nextBeside(file));
      expect(await messageOf(writeWhole(file, 'new'))).toContain('something of that name');
      expect(readdirSync(place)).toHaveLength(1);
    });

    test('refuse all of several files, whose other parts are removed', async () => {
      const [first, second] = [join(place, 'a'), join(place, 'b')];
      const link = nextBeside(second);
      next.name = undefined;
      symlinkSync(target, link);
      const openFile = (path: string) => {
        next.name = second;
        return open(path, 'wx');
      };
      const files = [[first, 'new'] as const, [second, 'new'] as const];
      expect(await messageOf(writeTogether(files, { openFile }))).toContain(
        'something of that name',
      );
      expect([isUntouched(), readdirSync(place)]).toEqual([true, [link.slice(place.length + 1)]]);
    });

    test('refuse rows of a cache', async () => {
      const file = join(place, 'rows.bytes');
      const link = nextBeside(`${file}.m${placeOfNumbers()}`);
      symlinkSync(target, link);
      expect(await messageOf(openFileStore(file, 4, {}))).toContain('something of that name');
      expect([isUntouched(), isLink(link)]).toEqual([true, true]);
    });

    test('do not reach through a lock', async () => {
      const file = join(place, 'lock.json');
      symlinkSync(target, nextBeside(file));
      (await lockFolder(place)).release();
      expect([next.name, isUntouched()]).toEqual([undefined, true]);
    });
  });

  describe('named like what a killed process left', () => {
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    const part = (path: string) => `${path}.${gone}-0123456789ab.part`;

    test.each(['file', 'folder'] as const)('to a %s are removed, and that is not', async (to) => {
      const file = join(place, 'model.json');
      symlinkSync(to === 'file' ? target : others, part(file));
      await writeWhole(file, 'new');
      expect([isUntouched(), readdirSync(place)]).toEqual([true, ['model.json']]);
    });

    test('and a folder of that name stays', async () => {
      const file = join(place, 'model.json');
      mkdirSync(join(part(file), 'inside'), { recursive: true });
      await writeWhole(file, 'new');
      expect(readFileSync(file, 'utf8')).toBe('new');
      expect(readdirSync(part(file))).toEqual(['inside']);
    });

    test('in a cache', async () => {
      const name = `x-0123456789abcdef0123.bytes.m${placeOfNumbers()}.${gone}-0123456789ab.part`;
      symlinkSync(target, join(place, name));
      await removeCacheLeftovers(place);
      expect([isUntouched(), readdirSync(place)]).toEqual([true, []]);
    });

    test('in the place of temporary folders', async () => {
      const name = `test-m${placeOfNumbers()}.${gone}-abcdef`;
      symlinkSync(others, join(place, name));
      const made = await temporaryFolder(place, 'test');
      expect([isUntouched(), join(place, ...readdirSync(place))]).toEqual([true, made]);
    });
  });

  describe('at the name of the file itself', () => {
    test('are replaced by it, not followed', async () => {
      for (const to of [target, join(place, 'nowhere')]) {
        const file = join(place, 'model.json');
        symlinkSync(to, file);
        await writeWhole(file, 'new');
        expect([isUntouched(), isLink(file), readFileSync(file, 'utf8')]).toEqual([
          true,
          false,
          'new',
        ]);
        expect(readdirSync(place)).toEqual(['model.json']);
        rmSync(file);
      }
    });

    test('to a folder are refused', async () => {
      const file = join(place, 'model.json');
      symlinkSync(others, file);
      expect(await messageOf(writeWhole(file, 'new'))).toContain('received a folder');
      expect([isUntouched(), isLink(file)]).toEqual([true, true]);
    });

    test.each(['an empty file', 'nowhere'])('of records, to %s, are refused', async (to) => {
      const file = join(place, 'records.jsonl');
      const path = join(others, 'records.jsonl');
      if (to !== 'nowhere') writeFileSync(path, '');
      const before = readdirSync(others);
      symlinkSync(path, file);
      expect(await messageOf(RecordStore.open(place))).toBe(
        `SymlossError: ${file}: expected a file to add records to, received a symbolic link; take the link away, or choose another place`,
      );
      expect(readdirSync(others)).toEqual(before);
    });

    test('of records that come when they are open are not followed', async () => {
      const store = await RecordStore.open(place);
      symlinkSync(target, join(place, 'records.jsonl'));
      const record = { id: 'x' } as Parameters<typeof store.append>[0];
      expect(await messageOf(store.append(record))).toContain('symbolic links');
      expect(isUntouched()).toBe(true);
    });

    test('of decisions are refused', async () => {
      const file = join(place, 'review.jsonl');
      symlinkSync(target, file);
      expect(await messageOf(appendDecision(file, decision(1, 1, exclude)))).toBe(
        `SymlossError: ${file}: expected a file to add a decision to, received a symbolic link; take the link away, or choose another place`,
      );
      expect(isUntouched()).toBe(true);
    });

    test('of a lock are refused, and stay', async () => {
      const file = join(place, 'lock.json');
      symlinkSync(target, file);
      expect(await messageOf(lockFolder(place))).toContain('expected a lock of symloss');
      expect([isUntouched(), isLink(file)]).toEqual([true, true]);
    });
  });
});
