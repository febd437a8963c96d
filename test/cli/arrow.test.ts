import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as arrow from 'apache-arrow';
import lz4 from 'lz4js';
import { beforeAll, describe, expect, test } from 'vitest';
import { withoutPackages } from '../helpers/without-packages.ts';
import { blobs, folders, program, quick, readJson, symloss, writeLines } from './run.ts';

const cwd = folders('arrow')();
const args = ['--label', 'kind', ...quick];
const rows = blobs(90).map((line) => line.split(','));
const { LZ4_FRAME } = arrow.CompressionType;

beforeAll(async () => {
  const numbers = (column: number) =>
    arrow.vectorFromArray(
      rows.map((cells) => Number(cells[column])),
      new arrow.Float64(),
    );
  const kind = new arrow.Dictionary(new arrow.Utf8(), new arrow.Int8());
  const table = new arrow.Table({
    x: numbers(0),
    y: numbers(1),
    kind: arrow.vectorFromArray(
      rows.map((cells) => cells[2] as string),
      kind,
    ),
  });
  writeFileSync(join(cwd, 'plain.arrow'), arrow.tableToIPC(table, 'file'));
  arrow.compressionRegistry.set(LZ4_FRAME, { encode: lz4.compress });
  const writer = new arrow.RecordBatchFileWriter({ compressionType: LZ4_FRAME });
  writer.writeAll(table);
  writer.finish();
  writeFileSync(join(cwd, 'packed.feather'), await writer.toUint8Array());
  writeLines(cwd, 'same.csv', ['x,y,kind', ...rows.map((cells) => cells.join())]);
  const { code } = await symloss(['train', 'same.csv', ...args, '--out', 'same-run'], cwd);
  expect(code).toBe(0);
});

const networkOf = (run: string) => readJson<{ sha256: string }>(cwd, run, 'model.json').sha256;

test.each(['plain.arrow', 'packed.feather'])(
  '%s gives the same model as the rows in CSV',
  async (name) => {
    const { code } = await symloss(['train', name, ...args, '--out', `${name}-run`], cwd);
    expect(code).toBe(0);
    expect(networkOf(`${name}-run`)).toBe(networkOf('same-run'));
  },
);

test('rows to predict for may be Arrow', async () => {
  const predict = (source: string) => symloss(['predict', 'same-run', source], cwd);
  const { code, stdout } = await predict('packed.feather');
  expect([code, stdout]).toEqual([0, (await predict('same.csv')).stdout]);
});

test('corrected labels are written as Arrow, all else as it is', async () => {
  const wrong = new Set([3, 40, 77]);
  const given = rows.map(
    (cells, i) => (wrong.has(i) ? rows[(i + 1) % 90]?.[2] : cells[2]) as string,
  );
  const text = new arrow.Dictionary(new arrow.Utf8(), new arrow.Int8());
  const at = new arrow.TimestampNanosecond();
  const columns = {
    x: arrow.vectorFromArray(
      rows.map(([x]) => Number(x)),
      new arrow.Float32(),
    ),
    y: arrow.vectorFromArray(
      rows.map(([, y]) => Number(y)),
      new arrow.Float64(),
    ),
    at: arrow.vectorFromArray(
      rows.map((_, i) => (i % 7 ? 1_700_000_000_000 + i : null)),
      at,
    ),
    kind: arrow.vectorFromArray(given, text),
  };
  writeFileSync(join(cwd, 'wrong.feather'), arrow.tableToIPC(new arrow.Table(columns), 'file'));
  const audit = ['--folds', '3', '--repeats', '1', '--model', 'mlp:16', '--epochs', '30'];
  const options = ['--label', 'kind', '--features', 'x,y', ...audit, '--out', 'found'];
  expect((await symloss(['audit', 'wrong.feather', ...options], cwd)).code).toBe(0);
  const apply = (...own: string[]) => symloss(['apply', 'found', '--relabel', '0.5', ...own], cwd);
  const { code, stdout, stderr } = await apply('--out', 'corrected.feather', '--weights', 'sure');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain('relabelled: 3 rows of 90');
  const read = (name: string) => arrow.tableFromIPC(readFileSync(join(cwd, name)));
  const [before, after] = [read('wrong.feather'), read('corrected.feather')];
  expect(after.schema.names).toEqual(['x', 'y', 'at', 'kind', 'sure']);
  for (const name of ['x', 'y', 'at']) {
    expect(after.getChild(name)?.toArray()).toEqual(before.getChild(name)?.toArray());
    expect(String(after.getChild(name)?.type)).toBe(String(before.getChild(name)?.type));
  }
  expect([...(after.getChild('kind') as arrow.Vector)]).toEqual(rows.map((cells) => cells[2]));
  const other = await apply('--out', 'corrected.csv');
  expect([other.code, other.stderr]).toEqual([
    2,
    'symloss: option --out: expected a file that ends in .arrow or .feather or .arrows or .ipc, as wrong.feather is an Arrow or Feather file, received "corrected.csv"\n',
  ]);
});

describe('without its optional packages', () => {
  const train = (packages: string, source: string) =>
    promisify(execFile)(
      process.execPath,
      [...withoutPackages(packages), program, 'train', source, ...args, '--out', `no-${source}`],
      { cwd },
    ).then(
      () => ({ code: 0, text: '' }),
      ({ code, stderr }: { code: number; stderr: string }) => ({ code, text: stderr }),
    );

  test('one line says what to install', async () => {
    expect(await train('apache-arrow', 'plain.arrow')).toEqual({
      code: 1,
      text: "symloss: plain.arrow: expected the package apache-arrow to read it, received Cannot find package 'apache-arrow' imported from; run: npm install apache-arrow lz4js fzstd\n",
    });
    expect(await train('lz4js', 'packed.feather')).toEqual({
      code: 1,
      text: 'symloss: packed.feather: expected packages that unpack LZ4 and Zstandard, received none; run: npm install apache-arrow lz4js fzstd; or write the file with compression="uncompressed"\n',
    });
  });

  test.each([
    ['apache-arrow|lz4js|fzstd', 'same.csv'],
    ['lz4js|fzstd', 'plain.arrow'],
  ])('%s: %s does without', async (packages, source) => {
    expect(await train(packages, source)).toEqual({ code: 0, text: '' });
  });
});
