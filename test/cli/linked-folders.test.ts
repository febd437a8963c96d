import {
  cpSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { blobs, folders, quick, symloss, writeLines } from './run.ts';

/*
 * `checkpoints` and `models` in a folder of results are cleared when runs have ended. Where one of them is a link, what it
 * leads to may be of another command, with files that look as if they were ours.
 */
const folder = folders('linked');
const other = folder();
const train = ['train', 'data.csv', '--label', 'kind', ...quick, '--loss', 'ce'];
const rows = ['x,y,kind', ...blobs(60)];

/** All files below a folder, with their contents. */
function contents(path: string): Record<string, string> {
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).sort();
  const files = names.filter((name) => lstatSync(join(path, name)).isFile());
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(path, name), 'base64')]));
}

beforeAll(async () => {
  writeLines(other, 'data.csv', rows);
  const { code, stderr } = await symloss([...train, '--keep-checkpoints'], other);
  expect([code, stderr.includes('symloss:')]).toEqual([0, false]);
  expect(Object.keys(contents(join(other, 'symloss-run', 'checkpoints'))).length).toBeGreaterThan(
    3,
  );
});

function withLink(name: string, target: string): string {
  const own = folder();
  writeLines(own, 'data.csv', rows);
  mkdirSync(join(own, 'out'));
  symlinkSync(target, join(own, 'out', name));
  return own;
}

const refusal = (path: string) =>
  `symloss: ${path}: expected a folder, received a symbolic link; take the link away, or choose another place\n`;

const title =
  process.platform === 'win32' ? 'a link (skipped: Windows lets few users make them)' : 'a link';

describe.skipIf(process.platform === 'win32')(title, () => {
  const theirs = join(other, 'symloss-run', 'checkpoints');

  test.each([
    [[], 1, /^symloss: out\/checkpoints: expected a folder, received a symbolic link; /],
    [
      ['--overwrite'],
      1,
      /^symloss: out\/checkpoints: expected a folder, received a symbolic link; /,
    ],
  ])(
    'to the checkpoints of another folder: train %j changes nothing there',
    async (more, exit, message) => {
      const before = contents(theirs);
      const own = withLink('checkpoints', theirs);
      const { code, stderr } = await symloss([...train, '--out', 'out', ...more], own);
      expect([code, stderr]).toEqual([exit, expect.stringMatching(message)]);
      expect(contents(theirs)).toEqual(before);
      expect(readdirSync(join(own, 'out'))).toEqual(['checkpoints']);
    },
  );

  test('to an empty folder: train leaves it empty', async () => {
    const empty = folder();
    const own = withLink('checkpoints', empty);
    const { code, stderr } = await symloss([...train, '--out', 'out'], own);
    expect([code, stderr]).toEqual([1, refusal('out/checkpoints')]);
    expect(readdirSync(empty)).toEqual([]);
  });

  test('to the checkpoints of another folder: they are not gone on with', async () => {
    const before = contents(theirs);
    const own = withLink('checkpoints', theirs);
    const { code, stderr } = await symloss(['train', '--resume', 'out'], own);
    expect([code, stderr]).toEqual([1, refusal('out/checkpoints')]);
    expect(contents(theirs)).toEqual(before);
  });

  test('in the checkpoints, to the models of another folder: train removes none of them', async () => {
    const own = folder();
    writeLines(own, 'data.csv', rows);
    const out = join(own, 'out');
    cpSync(join(other, 'symloss-run'), out, { recursive: true });
    const models = folder();
    renameSync(join(out, 'checkpoints', 'models'), join(models, 'models'));
    symlinkSync(join(models, 'models'), join(out, 'checkpoints', 'models'));
    const before = contents(models);
    expect(Object.keys(before).length).toBeGreaterThan(0);
    const { code, stderr } = await symloss([...train, '--out', 'out', '--overwrite'], own);
    expect([code, stderr]).toEqual([1, refusal('out/checkpoints/models')]);
    expect(contents(models)).toEqual(before);
  });

  test.each(['checkpoints', 'models'])('named %s: bench changes nothing there', async (name) => {
    const before = contents(theirs);
    const own = withLink(name, theirs);
    writeLines(own, 'grid.yaml', [
      'name: small',
      'data: [{ source: data.csv, label: kind }]',
      'models: [linear]',
      'noises: [none]',
      'losses: [ce]',
      'seeds: 1',
      'training: { epochs: 1 }',
    ]);
    const args = ['bench', 'grid.yaml', '--out', 'out', '--jobs', '1'];
    const { code, stderr } = await symloss(args, own);
    expect([code, stderr]).toEqual([1, refusal(`out/${name}`)]);
    expect(contents(theirs)).toEqual(before);
    expect(readdirSync(join(own, 'out'))).toEqual([name]);
  });

  test('instead of the folder itself is followed: it was named', async () => {
    const own = folder();
    writeLines(own, 'data.csv', rows);
    mkdirSync(join(own, 'large disk'));
    symlinkSync('large disk', join(own, 'out'));
    const { code } = await symloss([...train, '--out', 'out'], own);
    expect([code, readdirSync(join(own, 'large disk'))]).toEqual([
      0,
      expect.arrayContaining(['model.onnx', 'records.jsonl']),
    ]);
  });
});
