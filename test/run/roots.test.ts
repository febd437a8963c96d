import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { oneLine } from '../../src/core/index.ts';
import { lossDefinitions } from '../../src/losses/index.ts';
import { modelForms } from '../../src/nn/index.ts';
import { noiseForms } from '../../src/noise/index.ts';
import type { RunConfig } from '../../src/run/config.ts';
import { dataConfigSchema, runConfigSchema } from '../../src/run/config.ts';
import type { Field, FieldName } from '../../src/run/fields.ts';
import { fieldNames, fields } from '../../src/run/fields.ts';
import type { RunRoots } from '../../src/run/roots.ts';
import { checkFiles, localRun, runRoots } from '../../src/run/roots.ts';
import { optimizerForms, scheduleForms } from '../../src/train/index.ts';
import { folders } from '../cli/run.ts';
import { faultOf, messageOf } from '../messages.ts';

const folder = folders('roots');
const secret = 'TOKEN=hunter2';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

let outside: string;
let root: string;
let more: string;
let roots: RunRoots;

beforeAll(() => {
  outside = realpathSync(folder());
  [root, more] = [join(outside, 'data'), join(outside, 'more')];
  for (const path of [root, more, join(root, 'images'), join(more, 'mnist')]) mkdirSync(path);
  writeFileSync(join(outside, 'secret.env'), secret);
  writeFileSync(join(outside, 'data-too.csv'), secret); // its name starts as the root's does
  writeFileSync(join(root, 'table.csv'), 'x,kind\n1,a\n');
  writeFileSync(join(root, 'noise.csv'), '0.9,0.1\n0,1\n');
  writeFileSync(join(root, 'words.csv'), `${secret}\n`);
  writeFileSync(join(more, 'other.csv'), 'x,kind\n1,a\n');
  roots = runRoots([root, more]);
});

/** Windows lets only administrators make links. */
function link(target: string, path: string): boolean {
  try {
    symlinkSync(target, path);
    return true;
  } catch {
    console.info('skipped a link out of a folder: none can be made here');
    return false;
  }
}

function config(change: Partial<RunConfig> = {}, data: object = {}): RunConfig {
  return {
    data: dataConfigSchema.parse({ source: 'table.csv', ...data }),
    model: 'linear',
    noise: 'none',
    loss: 'ce',
    seed: 1,
    training: { epochs: 1, evaluateEvery: 1 },
    ...change,
  };
}

/** What a text of data names where it names no file. */
const notPaths: readonly FieldName[] = [
  ...(['label', 'annotator', 'softLabels', 'trueLabel', 'features', 'imageColumn'] as const),
  ...(['numeric', 'categorical', 'text', 'words', 'date', 'dayFirst', 'ignore', 'id'] as const),
  ...(['weight', 'group'] as const),
  ...(['loss', 'model', 'noise', 'optimizer', 'schedule', 'augment'] as const),
];

describe('every field that names a file stays below the folders', () => {
  const takesTexts = (Object.keys(fields) as FieldName[]).filter((name) => {
    const { schema }: Field = fields[name];
    return ['../secret.env', ['../x'], { a: '../x' }].some(
      (value) => schema.safeParse(value).success,
    );
  });

  test('a field that takes any text says whether it names a file', () => {
    const paths = takesTexts.filter((name) => (fields[name] as Field).path === true);
    const known = [...paths, ...notPaths, 'embed']; // see below
    expect(known.sort()).toEqual([...takesTexts].sort());
    expect(paths).toEqual([
      ...([
        'source',
        'embedding',
        'labelsFile',
        'test',
        'testLabelsFile',
        'testEmbedding',
      ] as const),
      ...(['folder', 'cache'] as const),
    ]);
  });

  test('specs name files in the noise only', () => {
    const forms = { ...noiseForms, ...modelForms, ...optimizerForms, ...scheduleForms };
    const texts = Object.entries(forms).flatMap(([name, { parameters }]) =>
      Object.entries(parameters as Record<string, { kind: string }>)
        .filter(([, { kind }]) => kind === 'text')
        .map(([parameter]) => `${name}:${parameter}`),
    );
    expect(texts).toEqual(['asymmetric:map', 'matrix:file', 'column:name']);
    for (const { parameters } of lossDefinitions.values()) {
      for (const { kind } of Object.values(parameters)) expect(kind).not.toBe('text');
    }
  });

  const dataPaths = fieldNames('data').filter((name) => (fields[name] as Field).path === true);

  test.each(dataPaths)('%s', async (name) => {
    const isRecord = !fields[name].schema.safeParse('x').success;
    const naming = (path: string) => ({ [name]: isRecord ? { a: 'noise.csv', b: path } : path });
    const place = (data: object) => {
      const value = (data as Record<string, unknown>)[name];
      return isRecord ? (value as { b: string }).b : value;
    };
    const places = ['../secret.env', join(outside, 'secret.env'), '../data-too.csv', '/etc/passwd'];
    if (link(join(outside, 'secret.env'), join(root, `link-${name}.csv`))) {
      places.push(`link-${name}.csv`);
    }
    for (const where of [...places, 'no.csv', 'a\0b']) {
      const message = await faultOf(localRun(config({}, naming(where)), roots));
      expect(message).toContain(oneLine(where));
      expect(message).toMatch(/expected (a path|data) below the data folders of this worker/);
      expect(message).not.toContain('hunter2');
    }
    const there = await localRun(config({}, naming('table.csv')), roots);
    expect(place(there.data)).toBe(join(root, 'table.csv'));
    const inOther = await localRun(config({}, naming(join('.', 'other.csv'))), roots);
    expect(place(inOther.data)).toBe(join(more, 'other.csv'));
  });

  test('embed: pretrained models are folders there, and none is downloaded', async () => {
    mkdirSync(join(more, 'tiny'), { recursive: true });
    const embedding = (model: string) => config({}, { embed: { text: model } });
    const { data } = await localRun(embedding('tiny'), roots);
    expect(data.embed).toEqual({ text: join(more, 'tiny') });
    for (const place of ['../data-too.csv', outside, 'Xenova/all-MiniLM-L6-v2', 'a\0b']) {
      expect(await faultOf(localRun(embedding(place), roots))).toBe(
        `model ${oneLine(place)}: expected the folder of the model below the data folders of this worker, received none; copy it there`,
      );
    }
    expect(() => checkFiles(embedding('tiny'), roots)).not.toThrow();
    expect(() => checkFiles(embedding('../tiny'), roots)).toThrow(
      'text ../tiny: expected a path below the data folders of this worker, received one that leads out of them',
    );
  });

  test('what leads out is refused before anything is looked up; what is missing there may come', () => {
    const check = (source: string) => () => checkFiles(config({}, { source }), roots);
    expect(check('../secret.env')).toThrow(
      'source ../secret.env: expected a path below the data folders of this worker, received one that leads out of them; ' +
        'give a path that starts there: symloss worker --data <folder>',
    );
    expect(check('no.csv')).not.toThrow();
  });

  test('a folder with a link that leads out is refused, whatever the link is called', async () => {
    mkdirSync(join(root, 'images', 'cats', '.hidden'), { recursive: true });
    if (!link(join(outside, 'secret.env'), join(root, 'images', 'cats', '.hidden', 'a.png')))
      return;
    const message = await faultOf(localRun(config({}, { source: 'images' }), roots));
    expect(message).toContain('received a folder with a link that leads out of it');
  });

  test('machine settings do not come from a run', async () => {
    const { data } = await localRun(config({}, { source: 'mnist', folder: '/etc' }), roots);
    expect(data.folder).toBe(join(more, 'mnist'));
    const none = await localRun(config({}, { source: 'mnist', folder: '/etc' }), runRoots());
    expect(none.data.folder).toBeUndefined(); // its usual places
    const digits = await localRun(config({}, { source: 'digits' }), roots);
    expect(digits.data.source).toBe('digits');
    for (const name of fieldNames('machine')) {
      expect(runConfigSchema.safeParse({ ...config(), [name]: 1 }).success, name).toBe(false);
      const { schema } = fields[name];
      const value = ['x', 1, 'cpu'].find((one) => schema.safeParse(one).success);
      const inData = dataConfigSchema.safeParse({ source: 'a.csv', [name]: value }).success;
      expect(inData, name).toBe(name === 'folder');
    }
  });
});

describe('files of the noise', () => {
  const text = '0.9,0.1\n0,1\n';
  const noisy = (noise: string, noiseSha256: string | undefined = sha256(text)) =>
    config({ noise, ...(noiseSha256 !== undefined && { noiseSha256 }) });
  const one = (noise: string) =>
    `noise ${noise}: expected the grid's file, by its SHA-256, below the data folders of this worker, ` +
    'received none; copy it there';

  test('is found by its path and its hash', () => {
    expect(() => checkFiles(noisy('matrix:noise.csv'), roots)).not.toThrow();
  });

  test('there is one answer for whatever else is there', () => {
    const places = ['matrix:no.csv', 'matrix:../secret.env', 'matrix:words.csv', 'matrix:images'];
    if (link(join(outside, 'secret.env'), join(root, 'noise-link.csv'))) {
      places.push('matrix:noise-link.csv');
    }
    places.push(`matrix:${join(outside, 'secret.env')}`, 'asymmetric:0.3,map=../secret.json');
    const refused = (asked: RunConfig) => messageOf(() => checkFiles(asked, roots));
    for (const noise of places) {
      expect(refused(noisy(noise)), noise).toBe(one(noise));
      expect(refused(noisy(noise, '0'.repeat(64))), noise).toBe(one(noise));
    }
    expect(refused(config({ noise: 'matrix:noise.csv' }))).toBe(one('matrix:noise.csv')); // it says not which
    // a file out of reach, even with the right hash
    const known = noisy('matrix:../secret.env', sha256(secret));
    expect(messageOf(() => checkFiles(known, roots))).toBe(one('matrix:../secret.env'));
  });
});

describe('modules', () => {
  const code = 'export default () => {};';
  const asking = (path: string, hash = sha256(code)) =>
    config({ modules: [{ path, sha256: hash }] });
  const one = (path: string) =>
    `module ${oneLine(path)}: expected the grid's module, by its SHA-256, below the module folders of this worker, ` +
    'received none; copy it there, and name the folder: symloss worker --modules <folder>';

  test('are taken from the folders for them, by their path or name and their hash', async () => {
    const losses = realpathSync(folder());
    mkdirSync(join(losses, 'mine'));
    writeFileSync(join(losses, 'mine', 'brier.mjs'), code);
    writeFileSync(join(losses, 'flat.mjs'), code);
    const open = runRoots([root], [losses]);
    const pathOf = async (path: string) =>
      (await localRun(asking(path), open)).modules?.map((module) => module.path);
    expect(await pathOf('mine/brier.mjs')).toEqual([join(losses, 'mine', 'brier.mjs')]);
    for (const path of ['/home/me/flat.mjs', '../flat.mjs', 'C:\\me\\flat.mjs']) {
      expect(await pathOf(path), path).toEqual([join(losses, 'flat.mjs')]);
    }
  });

  test('there is one answer for whatever else is there', () => {
    const losses = realpathSync(folder());
    const elsewhere = join(outside, 'evil.mjs');
    writeFileSync(elsewhere, code);
    writeFileSync(join(losses, 'other.mjs'), 'export default () => 1;');
    mkdirSync(join(losses, 'folder.mjs'));
    const places = [elsewhere, 'no.mjs', 'other.mjs', 'folder.mjs', '../evil.mjs', 'a\0b'];
    if (link(elsewhere, join(losses, 'link.mjs'))) places.push('link.mjs');
    for (const open of [runRoots([root], [losses]), roots]) {
      for (const path of places) {
        expect(messageOf(() => checkFiles(asking(path), open))).toBe(one(path));
      }
    }
    const fromData = asking(basename(root)); // data folders are none for modules
    expect(messageOf(() => checkFiles(fromData, roots))).toBe(one(basename(root)));
  });
});

test('folders that are none are refused at the start', () => {
  expect(messageOf(() => runRoots([join(outside, 'no')]))).toMatch(
    /^data: expected a folder, received ".*no", no such file/,
  );
  expect(messageOf(() => runRoots([], [join(outside, 'secret.env')]))).toMatch(
    /^modules: expected a folder, received ".*secret\.env", a file/,
  );
});
