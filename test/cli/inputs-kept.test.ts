import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { idx, npy, ramp } from '../data/files.ts';
import { writeTextModel } from '../embeddings/tiny-model.ts';
import { blobs, folders, program, quick, symloss, writeLines } from './run.ts';

/* No command writes over what it reads, whichever way its inputs are named. */

const folder = folders('inputs-kept');
const cwd = folder();
const heading = 'x,y,kind';
const objects = (n: number) =>
  blobs(n).map((row) => {
    const [x, y, kind] = row.split(',');
    return JSON.stringify({ x: Number(x), y: Number(y), kind });
  });
const contents = (...names: string[]) => names.map((name) => readFileSync(join(cwd, name), 'utf8'));
const kept = /^symloss: option --out: expected another file than "[^"]+", which is read, /;
const isWindows = process.platform === 'win32';

beforeAll(async () => {
  for (const name of ['parts', 'lines', 'set/mnist', 'columns']) {
    mkdirSync(join(cwd, name), { recursive: true });
  }
  for (const name of ['a', 'b']) {
    writeLines(cwd, `parts/${name}.csv`, [heading, ...blobs(60)]);
  }
  writeLines(cwd, 'lines/a.jsonl', objects(30));
  writeLines(cwd, 'lines/records.jsonl', objects(30));
  const args = ['train', 'parts', '--label', 'kind', ...quick, '--out', 'model'];
  const { code, stderr } = await symloss(args, cwd);
  if (code !== 0) throw new Error(stderr);
});

describe('predict', () => {
  const overwrite = (data: string, out: string, ...more: string[]) =>
    symloss(['predict', 'model', data, '--out', out, '--overwrite', ...more], cwd);

  test.each([
    ['a pattern', 'parts/*.csv'],
    ['a pattern of folders', '{parts,lines}/[ab].csv'],
    ['a folder', 'parts'],
  ])('%s', async (_, data) => {
    const before = contents('parts/a.csv', 'parts/b.csv');
    const { code, stderr } = await overwrite(data, 'parts/b.csv');
    expect(stderr).toMatch(/^symloss: option --out: expected [^\n]+ (is|are) read, received/);
    expect(code).toBe(2);
    expect(contents('parts/a.csv', 'parts/b.csv')).toEqual(before);
  });

  test.skipIf(isWindows)('standard input that is a file', async () => {
    const before = contents('parts/a.csv');
    const input = openSync(join(cwd, 'parts/a.csv'), 'r');
    const args = ['predict', 'model', '-', '--out', 'parts/a.csv', '--overwrite'];
    const child = spawn(process.execPath, [program, ...args], {
      cwd,
      stdio: [input, 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr?.on('data', (bytes: Buffer) => {
      stderr += bytes;
    });
    await once(child, 'close');
    closeSync(input);
    expect([child.exitCode, kept.test(stderr)]).toEqual([2, true]);
    expect(contents('parts/a.csv')).toEqual(before);
  });

  test('a data set by name', async () => {
    const images = join(cwd, 'set/mnist/train-images-idx3-ubyte');
    writeFileSync(images, idx([4, 1, 2], ramp(8)));
    writeFileSync(join(cwd, 'set/mnist/train-labels-idx1-ubyte'), idx([4], [0, 1, 0, 1]));
    for (const place of ['set', 'set/mnist']) {
      const { code, stderr } = await overwrite('mnist', images, '--data', place);
      expect([code, kept.test(stderr)]).toEqual([2, true]);
    }
    expect(readFileSync(images)).toEqual(idx([4, 1, 2], ramp(8)));
  });
});

describe('predict, what it makes vectors of and takes them from', () => {
  const overwrite = (out: string, ...more: string[]) =>
    symloss(['predict', 'model', 'parts/a.csv', '--out', out, '--overwrite', ...more], cwd);

  test('a .npy file', async () => {
    const vectors = npy('<f4', [60, 1], new Uint8Array(4 * 60));
    writeFileSync(join(cwd, 'vectors.npy'), vectors);
    const { code, stderr } = await overwrite('vectors.npy', '--embedding', 'emb=vectors.npy');
    expect([code, kept.test(stderr)], stderr).toEqual([2, true]);
    expect(readFileSync(join(cwd, 'vectors.npy'))).toEqual(vectors);
  });

  test('a pretrained model', async () => {
    writeTextModel(join(cwd, 'pretrained'));
    const file = join('pretrained', 'onnx', 'model.onnx');
    const before = readFileSync(join(cwd, file));
    const { code, stderr } = await overwrite(file, '--embed', 'text=pretrained');
    expect([code, kept.test(stderr)], stderr).toEqual([2, true]);
    expect(readFileSync(join(cwd, file))).toEqual(before);
  });
});

describe('train', () => {
  const train = (...args: string[]) => symloss(['train', ...args, ...quick, '--overwrite'], cwd);

  test.each(['lines/*.jsonl', 'lines'])('data as %s', async (data) => {
    const before = contents('lines/records.jsonl');
    const { code, stderr } = await train(data, '--label', 'kind', '--out', 'lines');
    expect([code, kept.test(stderr)]).toEqual([2, true]);
    expect(contents('lines/records.jsonl')).toEqual(before);
    expect(readdirSync(join(cwd, 'lines')).sort()).toEqual(['a.jsonl', 'records.jsonl']);
  });

  test('what says how columns are read', async () => {
    writeFileSync(join(cwd, 'columns/config.json'), '{ "x": "numeric" }');
    const columns = ['--columns', 'columns/config.json', '--out', 'columns'];
    const { code, stderr } = await train('parts/a.csv', '--label', 'kind', ...columns);
    expect([code, kept.test(stderr)]).toEqual([2, true]);
    expect(contents('columns/config.json')).toEqual(['{ "x": "numeric" }']);
  });

  test.each([
    ['the folder of a pretrained model', 'config.json', ''],
    ['the folder of its network', 'onnx/model.onnx', '/onnx'],
  ])('%s', async (_, file, place) => {
    const folder = `pretrained${place.replace('/', '-')}`;
    writeTextModel(join(cwd, folder));
    const before = readFileSync(join(cwd, folder, file));
    writeLines(cwd, 'texts.csv', ['text,kind', 'good day,a', 'bad day,b', 'good,a', 'bad,b']);
    const embed = ['--text', 'text', '--embed', `text=${folder}`, '--out', `${folder}${place}`];
    const { code, stderr } = await train('texts.csv', '--label', 'kind', ...embed);
    expect([code, kept.test(stderr)], stderr).toEqual([2, true]);
    expect(readFileSync(join(cwd, folder, file))).toEqual(before);
  });

  test.each(['--embedding', '--test-embedding'])('vectors of %s', async (option) => {
    const vectors = npy('<f4', [60, 1], new Uint8Array(4 * 60));
    const place = `vectors${option}`;
    mkdirSync(join(cwd, place));
    for (const name of ['others.npy', 'metrics.json']) {
      writeFileSync(join(cwd, place, name), vectors);
    }
    const files = ['--embedding', '--test-embedding'].flatMap((own) => [
      own,
      `emb=${place}/${own === option ? 'metrics.json' : 'others.npy'}`,
    ]);
    const data = ['parts/a.csv', '--test', 'parts/b.csv', '--label', 'kind', '--out', place];
    const { code, stderr } = await train(...data, ...files);
    expect([code, kept.test(stderr)], stderr).toEqual([2, true]);
    expect(readFileSync(join(cwd, place, 'metrics.json'))).toEqual(vectors);
  });

  test('labels in a file of their own', async () => {
    mkdirSync(join(cwd, 'arrays'));
    writeFileSync(join(cwd, 'arrays/x.npy'), npy('|u1', [4, 2], Uint8Array.from(ramp(8))));
    const labels = npy('|u1', [4], Uint8Array.from([0, 1, 0, 1]));
    writeFileSync(join(cwd, 'arrays/metrics.json'), labels);
    const own = ['--labels-file', 'arrays/metrics.json', '--out', 'arrays'];
    const { code, stderr } = await train('arrays/x.npy', ...own);
    expect([code, kept.test(stderr)]).toEqual([2, true]);
    expect(readFileSync(join(cwd, 'arrays/metrics.json'))).toEqual(labels);
  });
});

test('sweep does not write over what it reads, though the folder is its own', async () => {
  const runs = ['--parameter', 'weightDecay', '--values', '0', '--losses', 'ce', '--seeds', '1'];
  const own = [
    '--label',
    'kind',
    '--noises',
    'none',
    '--model',
    'linear',
    '--epochs',
    '2',
    '--jobs',
    '1',
    '--out',
    'sweep',
  ];
  const sweep = (...data: string[]) => symloss(['sweep', ...data, ...runs, ...own], cwd);
  expect((await sweep('parts/a.csv')).code).toBe(0);
  writeFileSync(join(cwd, 'sweep/summary.json'), '{ "x": "numeric" }');
  writeLines(cwd, 'sweep/summary.csv', [heading, ...blobs(60)]);
  const before = contents('sweep/summary.json', 'sweep/summary.csv');
  for (const data of [['parts/a.csv', '--columns', 'sweep/summary.json'], ['sweep/*.csv']]) {
    const { code, stderr } = await sweep(...data);
    expect([code, kept.test(stderr)], stderr).toEqual([2, true]);
  }
  expect(contents('sweep/summary.json', 'sweep/summary.csv')).toEqual(before);
});
