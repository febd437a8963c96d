import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { blobs, folders, quick, symloss, writeLines } from './run.ts';

/*
 * Files of a run that are folders, or hold something else: one sentence that names the file, and nothing is trained.
 */

const folder = folders('garbage');
const template = folder();

beforeAll(async () => {
  writeLines(template, 'data.csv', ['x,y,kind', ...blobs(60)]);
  const args = ['train', 'data.csv', '--label', 'kind', ...quick, '--out', 'run'];
  const { code, stderr } = await symloss([...args, '--keep-checkpoints'], template);
  if (code !== 0) throw new Error(stderr);
});

const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
const contents: Readonly<Record<string, string | undefined>> = {
  'a folder': undefined,
  'nothing in it': '',
  'no JSON': '\0\x01 garbage',
  'JSON of another kind': '{"name": "other"}',
  null: 'null',
  'lists in lists, 100,000 deep': nested,
  'lists in an object, 100,000 deep': `{"epochs": ${nested}}`,
};

function put(path: string, content: string | undefined): void {
  rmSync(path, { recursive: true, force: true });
  if (content === undefined) mkdirSync(path);
  else writeFileSync(path, content);
}

const work = (cwd: string) => join(cwd, 'run', 'checkpoints');
const checkpointOf = (cwd: string) =>
  join(work(cwd), readdirSync(work(cwd)).find((name) => name.endsWith('.safetensors')) as string);

describe.each(Object.entries(contents))('%s', (_, content) => {
  test.each<[string, (cwd: string) => string, string[]]>([
    [
      'config.json of --config',
      (cwd) => join(cwd, 'run', 'config.json'),
      ['--config', 'run/config.json', '--out', 'new'],
    ],
    ['config.json of --resume', (cwd) => join(work(cwd), 'config.json'), ['--resume', 'run']],
    ['records.jsonl', (cwd) => join(work(cwd), 'records.jsonl'), ['--resume', 'run']],
    ['a checkpoint', checkpointOf, ['--resume', 'run']],
  ])('for %s', async (name, place, args) => {
    const cwd = folder();
    cpSync(template, cwd, { recursive: true });
    const file = place(cwd);
    if (name === 'a checkpoint') rmSync(join(work(cwd), 'records.jsonl'));
    put(file, content);
    const { code, stderr, stdout } = await symloss(['train', ...args], cwd);
    // an empty file of records says that no run has ended
    const isFine = name === 'records.jsonl' && content === '';
    const said = isFine
      ? /^\[1\/1\] [^\n]*\n$/
      : /^symloss: [^\n]{1,500}: expected [^\n]{1,900}\n$/;
    expect(stderr).toMatch(said);
    expect(code === 0).toBe(isFine);
    expect(stdout.includes('model of')).toBe(isFine);
  });
});
