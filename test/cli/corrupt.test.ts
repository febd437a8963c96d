import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { stream } from '../../src/core/index.ts';
import { readCsv } from '../../src/data/formats/index.ts';
import { instanceNoise, pairNoise } from '../../src/noise/index.ts';
import { blobs, folders, quick, readJson, symloss, tableOf, writeLines } from './run.ts';

const folder = folders('corrupt');
const cwd = folder();
const read = (name: string) => readFileSync(join(cwd, name), 'utf8');
const base = ['--label', 'kind', '--noise', 'pair:0.3'];

/** 60 rows of classes a, b, c in turn, with cells that need quotes. */
const rows = blobs(60).map((row, i) => `"note ${i}, ""q""\nnext",${row}, NA ,007,`);
const header = 'note,x,y,kind, blank ,zeros,';

beforeAll(() => {
  writeLines(cwd, 'data.csv', [header, ...rows]);
  writeLines(cwd, 'map.json', ['{ "a": "c" }']);
  writeLines(cwd, 'm.csv', ['0.5,0.5,0', '0,1,0', '0,0,1']);
});

const corrupt = (...args: string[]) => symloss(['corrupt', 'data.csv', ...args], cwd);

describe('symloss corrupt', () => {
  test('writes all columns as they are, noisy labels and the labels as they were', async () => {
    const { code, stdout, stderr } = await corrupt(...base, '--seed', '3', '--out', 'noisy.csv');
    expect([code, stderr]).toEqual([0, '']);
    const labels = Int32Array.from({ length: 60 }, (_, i) => i % 3);
    const noisy = pairNoise(0.3).corrupt(labels, 3, stream(3, 'noise'));
    const name = (label: number | undefined) => 'abc'[label ?? -1] as string;
    const expected = rows.map((row, i) => {
      const own = row.replace(/,[abc], NA /, `,${name(noisy.labels[i])}, NA `);
      return `${own},${name(labels[i])}`;
    });
    expect(read('noisy.csv')).toBe(`${[`${header},true_kind`, ...expected].join('\n')}\n`);
    expect(readdirSync(cwd).filter((file) => file.endsWith('.part'))).toEqual([]);
    const share = (p: number | undefined) => `${(100 * (p ?? -1)).toFixed(1)} %`;
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      'noisy.csv: 60 rows, noisy labels in "kind", the labels as they were in "true_kind"',
      `noise pair:0.3, seed 3: ${share(noisy.noiseRate)} of the labels changed`,
    ]);
    expect(stdout).toMatch(
      /\n\ntrain on it: symloss train noisy\.csv --label kind --true-label true_kind\n$/,
    );
    const table = tableOf(stdout);
    expect(table.get('true \\ noisy')).toEqual(['a', 'b', 'c']);
    for (const [i, own] of ['a', 'b', 'c'].entries()) {
      expect(table.get(own)).toEqual([0, 1, 2].map((j) => share(noisy.transition[3 * i + j])));
    }
  });

  test('what it wrote is read back: labels, true labels and features', async () => {
    await corrupt(...base, '--out', 'back.csv');
    const noisy = pairNoise(0.3).corrupt(
      Int32Array.from({ length: 60 }, (_, i) => i % 3),
      3,
      stream(1, 'noise'),
    );
    const options = { label: 'kind', trueLabel: 'true_kind' };
    const data = await readCsv(join(cwd, 'back.csv'), options);
    const source = await readCsv(join(cwd, 'data.csv'), { label: 'kind' });
    expect([data.labels, data.trueLabels]).toEqual([noisy.labels, source.labels]);
    expect([data.features, data.columns]).toEqual([source.features, source.columns]);
  });

  test('rate 0 changes no label; an earlier file needs --overwrite', async () => {
    const none = ['--label', 'kind', '--noise', 'pair:0', '--out', 'none.csv'];
    expect((await corrupt(...none)).code).toBe(0);
    const expected = rows.map((row) => `${row},${/,([abc]), NA /.exec(row)?.[1]}`);
    const content = `${[`${header},true_kind`, ...expected].join('\n')}\n`;
    expect(read('none.csv')).toBe(content);
    const { code, stderr } = await corrupt(...base, '--out', 'none.csv');
    expect([code, stderr]).toEqual([
      2,
      'symloss: none.csv: expected no such file yet, received an earlier one; choose another with --out, or add --overwrite\n',
    ]);
    expect(read('none.csv')).toBe(content);
    expect((await corrupt(...base, '--out', 'none.csv', '--overwrite')).code).toBe(0);
    expect(read('none.csv')).not.toBe(content);
  });

  test('semicolons, gzip and numbers in several spellings', async () => {
    const lines = Array.from({ length: 40 }, (_, i) => `${i};${['1', '1.0', '2', ' 2 '][i % 4]}`);
    writeFileSync(join(cwd, 'data.csv.gz'), gzipSync(`\ufeffx;y\r\n${lines.join('\r\n')}\r\n`));
    const args = ['--label', 'y', '--noise', 'matrix:half.json', '--true-label', 'was'];
    writeFileSync(join(cwd, 'half.json'), '[[1, 0], [1, 0]]');
    const result = await symloss(['corrupt', 'data.csv.gz', ...args, '--out', 'gz.csv'], cwd);
    expect([result.code, result.stderr]).toEqual([0, '']);
    expect(result.stdout).toContain('"1", "1.0" are one class: the same number\n');
    // Labels that stay keep their spelling, those that change get the name of the class; all else is as it was.
    const expected = lines.map((line, i) => {
      const [x, y = ''] = line.split(';');
      return `${x};${i % 4 < 2 ? y : y.replace('2', '1')}`.replace(/( *)$/, `;${y.trim()}$1`);
    });
    expect(read('gz.csv')).toBe(`\ufeff${['x;y;was', ...expected].join('\r\n')}\r\n`);
  });

  test('more rows than DuckDB hands over at once stay in order', async () => {
    const lines = Array.from({ length: 5000 }, (_, i) => `${i},${'ab'[i % 2]}`);
    writeLines(cwd, 'long.csv', ['x,y', ...lines]);
    const args = ['--label', 'y', '--noise', 'pair:0.3', '--out', 'long-out.csv'];
    expect((await symloss(['corrupt', 'long.csv', ...args], cwd)).code).toBe(0);
    const labels = Int32Array.from({ length: 5000 }, (_, i) => i % 2);
    const noisy = pairNoise(0.3).corrupt(labels, 2, stream(1, 'noise')).labels;
    const expected = lines.map((_, i) => `${i},${'ab'[noisy[i] ?? 2]},${'ab'[i % 2]}`);
    expect(read('long-out.csv')).toBe(`${['x,y,true_y', ...expected].join('\n')}\n`);
  });

  test('class maps and matrices from files', async () => {
    const map = await corrupt(
      ...['--label', 'kind', '--noise', 'asymmetric:1,map=map.json', '--out', 'map.csv'],
    );
    const table = tableOf(map.stdout);
    expect(table.get('a')).toEqual(['0.0 %', '0.0 %', '100.0 %']);
    expect(table.get('b')).toEqual(['0.0 %', '100.0 %', '0.0 %']);
    const matrix = await corrupt(
      '--label',
      'kind',
      '--noise',
      'matrix:m.csv',
      '--out',
      'm-out.csv',
    );
    expect(tableOf(matrix.stdout).get('c')).toEqual(['0.0 %', '0.0 %', '100.0 %']);
  });

  test('instance noise looks at the features asked for', async () => {
    const args = ['--label', 'kind', '--noise', 'instance:0.4', '--features', 'x,y'];
    expect((await corrupt(...args, '--out', 'instance.csv')).code).toBe(0);
    const source = await readCsv(join(cwd, 'data.csv'), { label: 'kind', features: ['x', 'y'] });
    const { features } = source;
    const noisy = instanceNoise(0.4).corrupt(source.labels, 3, stream(1, 'noise'), { features });
    const written = await readCsv(join(cwd, 'instance.csv'), { label: 'kind' });
    expect(written.labels).toEqual(noisy.labels);
  });

  test('instance noise looks at columns of numbers only, and needs one', async () => {
    const own = folder();
    const lines = Array.from({ length: 60 }, (_, i) => `${(i * 7) % 11},c${i % 4},${i % 3}`);
    writeLines(own, 'mixed.csv', ['x,colour,kind', ...lines]);
    const args = ['--label', 'kind', '--noise', 'instance:0.4', '--out'];
    const made = await symloss(['corrupt', 'mixed.csv', ...args, 'made.csv'], own);
    expect([made.code, made.stderr]).toEqual([0, '']);
    const source = await readCsv(join(own, 'mixed.csv'), { label: 'kind', features: ['x'] });
    const { features } = source;
    const noisy = instanceNoise(0.4).corrupt(source.labels, 3, stream(1, 'noise'), { features });
    const written = await readCsv(join(own, 'made.csv'), { label: 'kind' });
    expect(written.labels).toEqual(noisy.labels);
    const none = await symloss(['corrupt', 'mixed.csv', ...args, 'none.csv', '--ignore', 'x'], own);
    expect([none.code, none.stderr]).toEqual([
      2,
      'symloss: mixed.csv: expected a column of numbers, which the noise depends on, received none\n',
    ]);
  });

  test('many classes are listed by their largest changes', async () => {
    const lines = Array.from({ length: 300 }, (_, i) => `${i},c${100 + (i % 30)}`);
    writeLines(cwd, 'many.csv', ['x,y', ...lines]);
    const args = ['--label', 'y', '--noise', 'pair:1', '--out', 'many-out.csv'];
    const { stdout } = await symloss(['corrupt', 'many.csv', ...args], cwd);
    const table = tableOf(stdout);
    expect(table.get('true')).toEqual(['noisy', 'share of the class']);
    expect(table.get('c100')).toEqual(['c101', '100.0 %']);
    expect(stdout).toContain('\nand 10 smaller or equal ones\n');
  });
});

describe('refusals', () => {
  test.each([
    [['--label', 'kin', '--noise', 'none'], 'data.csv, label column: expected one of "note"'],
    [['--label', 'kind', '--noise', 'asymmetric:0.3'], 'add map=cifar10, map=cifar100, map=mnist'],
    [['--label', 'kind', '--noise', 'pair:2'], 'noise pair, rate: expected a number in [0, 1]'],
    [
      ['--label', 'kind', '--noise', 'matrix:no.csv'],
      'no.csv: expected a readable file of the noi',
    ],
    [
      ['--label', 'kind', '--noise', 'column:x'],
      'noise: expected a noise model, received column:x',
    ],
    [[...base, '--true-label', 'x'], 'data.csv, true-label column: expected a name that no column'],
    [[...base, '--seed', '-1'], 'option --seed: expected an integer of at least 0, received -1'],
    [['--label', 'zeros', '--noise', 'none'], 'expected at least 2 classes, received only "007"'],
    [['--label', 'x'], "required option '--noise <spec>' not specified"],
    [
      [...base, '--overwrite', '--out', 'data.csv'],
      '--out: expected another file than "data.csv", which is read',
    ],
  ])('%j', async (args, message) => {
    const out = args.includes('--out') ? [] : ['--out', 'refused.csv'];
    const { code, stdout, stderr } = await corrupt(...args, ...out);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(existsSync(join(cwd, 'refused.csv'))).toBe(false);
    expect(read('data.csv')).toBe(`${[header, ...rows].join('\n')}\n`);
  });

  test('a row without a label', async () => {
    writeLines(cwd, 'gaps.csv', ['x,kind', '1,a', '2,', '3,b']);
    const { code, stderr } = await symloss(['corrupt', 'gaps.csv', ...base, '--out', 'g.csv'], cwd);
    expect([code, stderr]).toEqual([
      2,
      'symloss: gaps.csv, row 2 (counting data rows from 1), column "kind": expected a label, received a missing cell; delete such rows (NA, NaN and null count as missing)\n',
    ]);
  });

  test('a folder that is not there', async () => {
    const { code, stderr } = await corrupt(...base, '--out', join('no', 'noisy.csv'));
    expect([code, stderr.includes(join('no', 'noisy.csv'))]).toEqual([1, true]);
    mkdirSync(join(cwd, 'no'));
    expect((await corrupt(...base, '--out', join('no', 'noisy.csv'))).code).toBe(0);
  });
});

describe('train --noise column', () => {
  test('is training on that column against the label column', async () => {
    await corrupt(...base, '--out', 'both.csv');
    const args = [...quick, '--features', 'x,y'];
    const plain = ['--label', 'kind', '--true-label', 'true_kind', '--out', 'plain'];
    const column = ['--label', 'true_kind', '--noise', 'column:kind', '--out', 'column'];
    const run = (own: string[]) => symloss(['train', 'both.csv', ...own, ...args], cwd);
    const [first, second] = [await run(plain), await run(column)];
    expect([first.code, second.code, second.stderr.includes('symloss:')]).toEqual([0, 0, false]);
    const config = (name: string) => ({ ...readJson<object>(cwd, name, 'config.json'), out: '' });
    expect(config('column')).toMatchObject({ label: 'true_kind', noise: 'column:kind' });
    expect(config('plain')).toMatchObject({ label: 'kind', trueLabel: 'true_kind' });
    const network = (name: string) => readFileSync(join(cwd, name, 'model.onnx'));
    expect(network('column').equals(network('plain'))).toBe(true);
  });

  test.each([
    [['--noise', 'column:kind'], 'option --label: expected the column of the true labels'],
    [
      ['data.csv', '--label', 'kind', '--true-label', 'x', '--noise', 'column:y'],
      'option --true-label: expected nothing beside column:y, received x',
    ],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await symloss(['train', ...args, ...quick], cwd);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
