import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as arrow from 'apache-arrow';
import { beforeAll, describe, expect, test } from 'vitest';
import { stream } from '../../src/core/index.ts';
import { parquetBytes, readParquetColumns } from '../../src/data/formats/index.ts';
import { instanceNoise, pairNoise } from '../../src/noise/index.ts';
import { folders, symloss, writeLines } from './run.ts';

describe('symloss corrupt of every format of tables', () => {
  const classes = ['ant', 'bee', 'cat'];
  const n = 60;
  const given = Int32Array.from({ length: n }, (_, i) => i % 3);
  const noisy = pairNoise(0.3).corrupt(given, 3, stream(1, 'noise')).labels;
  const wrong = Array.from(noisy, (label) => classes[label] as string);
  const right = Array.from(given, (label) => classes[label] as string);
  const numbers = Array.from({ length: n }, (_, i) => i / 4);
  const args = ['--label', 'y', '--noise', 'pair:0.3', '--out'];
  const own = folders('corrupt-formats')();
  const write = async (source: string, out: string, ...more: string[]) => {
    const made = await symloss(['corrupt', source, ...args, out, ...more], own);
    expect([made.code, made.stderr]).toEqual([0, '']);
    return readFileSync(join(own, out));
  };

  const line = (i: number, label: string) => `{ "x":${i}.0 , "y" : "${label}", "l": [1, {"a": 2}]`;

  beforeAll(async () => {
    writeLines(
      own,
      'data.jsonl',
      right.map((label, i) => `${line(i, label)}}`),
    );
    const tsv = right.map((label, i) => `${i}\t${label}`);
    mkdirSync(join(own, 'parts'));
    writeLines(own, 'parts/1.tsv', ['x\ty', ...tsv.slice(0, 25)]);
    writeLines(own, 'parts/2.tsv', ['x\ty', ...tsv.slice(25)]);
    const bytes = await parquetBytes([
      { name: 'x', type: 'double', values: numbers },
      { name: 'y', type: 'text', values: right },
    ]);
    writeFileSync(join(own, 'data.parquet'), bytes);
    writeFileSync(join(own, 'x.npy'), '\x93NUMPY');
  });

  test('JSON lines keep every other character; .gz is compressed', async () => {
    const lines = wrong.map((label, i) => `${line(i, label)}, "true_y": "${right[i]}"}\n`);
    expect((await write('data.jsonl', 'noisy.ndjson')).toString()).toBe(lines.join(''));
    expect(gunzipSync(await write('data.jsonl', 'noisy.jsonl.gz')).toString()).toBe(lines.join(''));
  });

  test('a label within an object of JSON lines', async () => {
    writeLines(
      own,
      'nested.jsonl',
      right.map((label, i) => `{"m": {"y": "${label}", "x": ${i}}}`),
    );
    const nested = ['--label', 'm.y', '--noise', 'pair:0.3', '--out', 'nested-noisy.jsonl'];
    const made = await symloss(['corrupt', 'nested.jsonl', ...nested], own);
    expect([made.code, made.stderr]).toEqual([0, '']);
    const lines = wrong.map(
      (label, i) => `{"m": {"y": "${label}", "x": ${i}}, "true_m.y": "${right[i]}"}\n`,
    );
    expect(readFileSync(join(own, 'nested-noisy.jsonl'), 'utf8')).toBe(lines.join(''));
  });

  test('TSV, and several files as one', async () => {
    const lines = wrong.map((label, i) => `${i}\t${label}\t${right[i]}`);
    const expected = `${['x\ty\ttrue_y', ...lines].join('\n')}\n`;
    expect((await write('parts/*.tsv', 'noisy.tsv')).toString()).toBe(expected);
    expect(gunzipSync(await write('parts/*.tsv', 'noisy.tsv.gz')).toString()).toBe(expected);
  });

  test('Parquet', async () => {
    await write('data.parquet', 'noisy.parquet');
    const columns = await readParquetColumns(join(own, 'noisy.parquet'), ['x', 'y', 'true_y']);
    expect(columns).toEqual([numbers, wrong, right]);
  });

  test('Arrow, as a file and a stream', async () => {
    const kind = new arrow.Dictionary(new arrow.Utf8(), new arrow.Int8());
    const table = new arrow.Table({
      x: arrow.vectorFromArray(numbers, new arrow.Float64()),
      y: arrow.vectorFromArray(right, kind),
    });
    writeFileSync(join(own, 'data.feather'), arrow.tableToIPC(table, 'file'));
    for (const out of ['noisy.feather', 'noisy.arrows']) {
      const made = arrow.tableFromIPC(await write('data.feather', out));
      const columns = ['x', 'y', 'true_y'].map((name) => [...(made.getChild(name) ?? [])]);
      expect(columns).toEqual([numbers, wrong, right]);
      expect(String(made.schema.fields[2]?.type)).toBe('Dictionary<Int8, Utf8>');
    }
  });

  test('instance noise looks at the numbers of any of them', async () => {
    const lines = right.map((y, i) => ({ x: numbers[i], z: `c${i % 4}`, y }));
    writeLines(
      own,
      'mixed.jsonl',
      lines.map((line) => JSON.stringify(line)),
    );
    await write('mixed.jsonl', 'mixed-noisy.jsonl', '--noise', 'instance:0.4');
    const features = Float32Array.from(numbers);
    const expected = instanceNoise(0.4).corrupt(given, 3, stream(1, 'noise'), { features }).labels;
    const made = readFileSync(join(own, 'mixed-noisy.jsonl'), 'utf8').trimEnd().split('\n');
    const labels = made.map((line) => (JSON.parse(line) as { y: string }).y);
    expect(labels).toEqual(Array.from(expected, (label) => classes[label]));
  });

  test.each([
    [
      'data.jsonl',
      'out.csv',
      '--out: expected a file that ends in .jsonl or .ndjson, as data.jsonl',
    ],
    [
      'data.parquet',
      'out.parquet.gz',
      '--out: expected a file that ends in .parquet, as data.parq',
    ],
    ['data.jsonl', 'data.jsonl', '--out: expected another file than "data.jsonl", which is read'],
    ['parts/*.tsv', 'parts/2.tsv', `--out: expected another file than "${join('parts', '2.tsv')}"`],
    [
      'x.npy',
      'out.npy',
      'x.npy: expected a table: an Arrow or Feather file, a workbook of Excel (.xlsx), a file of JSON lines, a CS',
    ],
    ['digits', 'out.csv', 'digits: expected a table: an Arrow'],
    ['-', 'out.csv', '-: expected data in a file, received standard input'],
  ])('%s as %s is refused', async (source, out, message) => {
    const inputs = ['data.jsonl', 'data.parquet', join('parts', '2.tsv')];
    const before = inputs.map((name) => readFileSync(join(own, name)));
    const { code, stdout, stderr } = await symloss(
      ['corrupt', source, ...args, out, '--overwrite'],
      own,
    );
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(inputs.map((name) => readFileSync(join(own, name)))).toEqual(before);
    expect(readdirSync(own).filter((name) => /^out|part$/.test(name))).toEqual([]);
  });
});
