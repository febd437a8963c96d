import { cpSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { runPredict } from '../../src/cli/commands/predict.ts';
import { SymlossError } from '../../src/core/index.ts';
import type { Predictions } from '../../src/model/index.ts';
import { loadModel } from '../../src/model/node/index.ts';
import { blobs, folders, readJson, start, symloss, writeLines } from './run.ts';

const folder = folders('predict');
const cwd = folder();

/** Classes and columns whose names need quotes in a CSV file. */
const names = { a: '"ant, red"', b: '"bee ""b"""', c: 'cat;c' };
const rows = blobs(60, (kind) => names[kind]);
const raw = rows.slice(0, 12).map((row) => row.split(',').slice(0, 2).map(Number));
/** In another order than the model's, among columns that it does not know. */
const turned = raw.map(([x, y], i) => `note ${i},${y},,"${x}"`);
const header = 'note,"y, up",empty,x';

let expected: Predictions;

beforeAll(async () => {
  writeLines(cwd, 'data.csv', ['x,"y, up",kind', ...rows]);
  writeLines(cwd, 'rows.csv', [header, ...turned]);
  const args = [
    '--label',
    'kind',
    '--model',
    'mlp:8',
    '--loss',
    'sgce:q=0.7',
    '--epochs',
    '15',
    '--out',
    'model',
  ];
  const { code, stderr } = await symloss(['train', 'data.csv', ...args], cwd);
  if (code !== 0) throw new Error(stderr);
  expected = await predict(raw);
});

async function predict(features: readonly (readonly number[])[]): Promise<Predictions> {
  const model = await loadModel(join(cwd, 'model'));
  const predictions = await model.predict(features);
  await model.dispose();
  return predictions;
}

/** How the classes look as cells. */
const cells: Readonly<Record<string, string>> = {
  'ant, red': '"ant, red"',
  'bee "b"': '"bee ""b"""',
  'cat;c': 'cat;c',
};

/** The lines that the program must print for predictions, of these rows of the file. */
function linesOf({ labels, indices, probs }: Predictions, places: readonly number[]): string[] {
  return labels.map((label, i) => {
    const own = probs[i]?.[indices[i] as number];
    return `${places[i]},${cells[label]},${own}`;
  });
}

const all = Array.from({ length: raw.length }, (_, i) => i + 1);

describe('predictions', () => {
  test('row, label and probability of each row, columns found by name', async () => {
    const { code, stdout, stderr } = await symloss(['predict', 'model', 'rows.csv'], cwd);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.split('\n')).toEqual(['row,label,probability', ...linesOf(expected, all), '']);
    expect(new Set(expected.labels).size).toBeGreaterThan(1);
  });

  test('--probs adds the probability of every class, in the order of model.json', async () => {
    const { code, stdout } = await symloss(['predict', 'model', 'rows.csv', '--probs'], cwd);
    expect(code).toBe(0);
    const [head, ...lines] = stdout.trimEnd().split('\n');
    expect(readJson<{ classes: string[] }>(cwd, 'model', 'model.json').classes).toEqual(
      Object.keys(cells),
    );
    expect(head).toBe('row,label,probability,"prob_ant, red","prob_bee ""b""",prob_cat;c');
    const probs = expected.probs.map((row) => row.join(','));
    expect(lines).toEqual(linesOf(expected, all).map((line, i) => `${line},${probs[i]}`));
    for (const line of lines) {
      const [own, ...each] = line.split(',').slice(-4).map(Number);
      expect(Math.max(...each)).toBe(own);
    }
  });

  test('--out writes the same to a file, and says so on stderr', async () => {
    const plain = await symloss(['predict', 'model', 'rows.csv'], cwd);
    const args = ['predict', 'model', 'rows.csv', '--out', 'predictions.csv'];
    expect(await symloss(args, cwd)).toEqual({
      code: 0,
      stdout: '',
      stderr: '12 predictions: predictions.csv\n',
    });
    expect(readFileSync(join(cwd, 'predictions.csv'), 'utf8')).toBe(plain.stdout);
  });

  test('a reader that leaves early, such as head, is no error', async () => {
    const own = folder();
    const many = Array.from({ length: 20_000 }, (_, i) => turned[i % turned.length] as string);
    writeLines(own, 'many.csv', [header, ...many]);
    const { child, output, result } = start(['predict', join(cwd, 'model'), 'many.csv'], own);
    await output;
    child.stdout?.destroy();
    const { code, stderr } = await result;
    expect([code, stderr]).toEqual([0, '']);
  });
});

describe('missing cells', () => {
  const gaps = turned.map((row, i) => (i === 1 || i === 4 ? row.replace(/"[^"]*"$/, 'NA') : row));
  const own = folder();
  const gapped = join(own, 'gaps.csv');

  beforeAll(() => writeLines(own, 'gaps.csv', [header, ...gaps]));

  test('--missing error: an error that names the place', async () => {
    expect(await symloss(['predict', 'model', gapped, '--missing', 'error'], cwd)).toEqual({
      code: 2,
      stdout: '',
      stderr:
        `symloss: ${gapped}, row 2 (counting data rows from 1), column "x": expected a filled cell, ` +
        'received a missing cell, one of 2; fill it in, or let the model do so (--missing impute) ' +
        'or drop the row (--missing drop)\n',
    });
  });

  test('are predicted as the model does for NaN, by default', async () => {
    const args = ['predict', 'model', gapped];
    const { code, stdout, stderr } = await symloss(args, cwd);
    expect([code, stderr]).toEqual([0, '2 missing cells in 1 column ("x": 2)\n']);
    const predictions = await predict(
      raw.map(([x, y], i) => [i === 1 || i === 4 ? Number.NaN : x, y] as number[]),
    );
    expect(stdout.split('\n').slice(1, -1)).toEqual(linesOf(predictions, all));
  });

  test('--missing drop leaves rows out and keeps the numbers of the others', async () => {
    const args = ['predict', 'model', gapped, '--missing', 'drop'];
    const { code, stdout, stderr } = await symloss(args, cwd);
    expect([code, stderr]).toEqual([0, '2 of 12 rows dropped: a cell is missing\n']);
    const kept = all.filter((row) => row !== 2 && row !== 5);
    const lines = linesOf(expected, all);
    expect(stdout.split('\n').slice(1, -1)).toEqual(kept.map((row) => lines[row - 1]));
  });

  test('all rows dropped: the heading only', async () => {
    writeLines(own, 'none.csv', [header, ...gaps.slice(1, 2)]);
    const args = ['predict', 'model', join(own, 'none.csv'), '--missing', 'drop'];
    expect(await symloss(args, cwd)).toEqual({
      code: 0,
      stdout: 'row,label,probability\n',
      stderr: '1 of 1 rows dropped: a cell is missing\n',
    });
  });
});

test('names that no training row had are told, but not where others were among them', async () => {
  const own = folder();
  const kind = (i: number) => (i % 2 === 0 ? 'red' : 'blue');
  // each of these is in one row only: they are the others of their column
  const place = (i: number) => (i < 4 ? `village ${i}` : `town ${i % 3}`);
  const row = (i: number) => `${i / 8},${kind(i)},${place(i)},${i % 2 === 0 ? 'u' : 'v'}`;
  const training = Array.from({ length: 60 }, (_, i) => row(i));
  writeLines(own, 'data.csv', ['x,kind,place,y', ...training]);
  const args = ['--label', 'y', '--loss', 'ce', '--model', 'linear', '--epochs', '1'];
  const options = ['--categorical', 'kind,place', '--test-share', '0', '--validation', '0'];
  const trained = await symloss(['train', 'data.csv', ...args, ...options], own);
  expect(trained.code).toBe(0);
  const cells = ['1,red,town 1', '2,green,village 9', '3,"black, or so",town 2', '4,green,town 1'];
  writeLines(own, 'new.csv', ['x,kind,place', ...cells]);
  const { code, stderr } = await symloss(['predict', 'symloss-run', 'new.csv'], own);
  expect([code, stderr]).toEqual([
    0,
    '"kind": no training row had "green", "black, or so": the model has learnt nothing of them\n',
  ]);
});

describe('what cannot be predicted', () => {
  const own = folder();
  const model = (name: string) => join(own, name);

  beforeAll(() => {
    for (const name of ['cut', 'foreign', 'old', 'nameless', 'halved']) {
      cpSync(join(cwd, 'model'), model(name), { recursive: true });
    }
    truncateSync(join(model('cut'), 'model.onnx'), 400);
    truncateSync(join(model('halved'), 'model.json'), 100);
    writeFileSync(join(model('foreign'), 'model.json'), '{"format": "keras"}');
    const card = readJson<object>(cwd, 'model', 'model.json');
    writeFileSync(join(model('old'), 'model.json'), JSON.stringify({ ...card, version: 1 }));
    writeFileSync(
      join(model('nameless'), 'model.json'),
      JSON.stringify({ ...card, columns: undefined, inputs: undefined }),
    );
    mkdirSync(model('bare'));
    cpSync(join(cwd, 'model', 'model.json'), join(model('bare'), 'model.json'));
    writeLines(own, 'header.csv', [header]);
    writeFileSync(join(own, 'empty.csv'), '');
    writeLines(own, 'narrow.csv', ['x,Y', '1,2']);
    writeLines(own, 'other.csv', ['a,b', '1,2']);
    writeLines(own, 'text.csv', ['x,"y, up"', '1,2', '1,two']);
    writeLines(own, 'good.csv', ['x,"y, up"', '1,2']);
  });

  const again = 'train and save the model again';
  test.concurrent.each<[string, string, string, string[], number]>([
    [
      'no folder',
      'nowhere',
      'nowhere/model.json',
      ['no such file', 'the folder that training wrote'],
      2,
    ],
    [
      'no network',
      'bare',
      'bare/model.onnx',
      ['no such file', 'the folder that training wrote'],
      1,
    ],
    [
      'a network cut short',
      'cut',
      'cut/model.onnx',
      ['expected the network of this card', 'train and save it again'],
      1,
    ],
    ['a description cut short', 'halved', 'halved/model.json', ['expected JSON', again], 1],
    ['a foreign description', 'foreign', 'foreign/model.json', ['symloss-model', again], 1],
    ['another version', 'old', 'old/model.json', ['version', again], 1],
    ['a model without columns', 'nameless', 'good.csv', ['expected an array, received a table'], 2],
  ])('%s: exit code and file', async (_, name, place, says, code) => {
    const result = await symloss(['predict', name, 'good.csv', '--out', 'out.csv'], own);
    expect([result.code, result.stdout]).toEqual([code, '']);
    expect(result.stderr).toMatch(/^symloss: [^\n]+\n$/);
    expect(result.stderr.startsWith(`symloss: ${place}: expected `)).toBe(true);
    for (const part of says) expect(result.stderr).toContain(part);
  });

  test.concurrent.each<[string, string, string[]]>([
    ['nowhere.csv', 'nowhere.csv', ['received no such file']],
    ['empty.csv', 'empty.csv', ['received an empty file']],
    ['header.csv', 'header.csv', ['expected rows below the header']],
    ['narrow.csv', 'narrow.csv', ['the column "y, up" of the model', 'received "x", "Y"']],
    ['other.csv', 'other.csv', ['the columns "x", "y, up" of the model', 'received "a", "b"']],
    ['text.csv', 'text.csv, row 2 (counting data rows from 1), column "y, up"', ['"two"']],
  ])('%s: exit code 2 and place', async (file, place, says) => {
    const args = ['predict', join(cwd, 'model'), file, '--out', 'out.csv'];
    const result = await symloss(args, own);
    expect([result.code, result.stdout]).toEqual([2, '']);
    expect(result.stderr).toMatch(/^symloss: [^\n]+\n$/);
    expect(result.stderr.startsWith(`symloss: ${place}: expected `)).toBe(true);
    for (const part of says) expect(result.stderr).toContain(part);
  });

  test.concurrent.each(['out.json', 'out.TSV', 'out.csv.gz'])(
    'CSV is not written as %s',
    async (file) => {
      const args = ['predict', join(cwd, 'model'), 'good.csv', '--out', file];
      expect(await symloss(args, own)).toEqual({
        code: 2,
        stdout: '',
        stderr: `symloss: option --out: expected a file that ends in .csv or .parquet, received "${file}"\n`,
      });
    },
  );

  test('a folder that is not there, to write to', async () => {
    const args = ['predict', join(cwd, 'model'), 'good.csv', '--out', 'nowhere/out.csv'];
    const { code, stderr } = await symloss(args, own);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^symloss: nowhere\/out.csv: expected a place to write to, received no such file/,
    );
  });

  test('no file is left by any of them', () => {
    expect(readdirSync(own).filter((name) => /out/.test(name))).toEqual([]);
  });
});

test('an interrupt before the predictions are written leaves nothing', async () => {
  const printed: string[] = [];
  const stream = { write: (text: string) => printed.push(text) };
  const options = { model: join(cwd, 'model'), data: join(cwd, 'rows.csv'), probs: false };
  const reason = new Error('interrupted');
  const streams = { out: stream, err: stream };
  const work = runPredict(options, { ...streams, signal: AbortSignal.abort(reason) });
  await expect(work).rejects.toBe(reason);
  expect(printed).toEqual([]);
  const wrong = runPredict({ ...options, data: 'nowhere.csv' }, streams);
  await expect(wrong).rejects.toBeInstanceOf(SymlossError);
});
