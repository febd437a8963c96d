import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openDataset, readFileRows } from '../../src/data/formats/index.ts';
import type { TableFile } from '../../src/data/formats/shared/table-file.ts';
import { exceedsMemory } from '../../src/data/formats/table/spool.ts';
import type { Dataset, RowFile } from '../../src/data/index.ts';
import { testFolder } from './files.ts';

const folder = testFolder('large-csv');

const n = 4000;
const colours = ['red', 'green', 'blue'];
const day = (i: number) => `${1 + (i % 28)}/${1 + (i % 12)}/2024`;
/** Numbers with gaps, decimal commas and markers, codes with zeros in front, categories, dates. */
const rows = Array.from({ length: n }, (_, i) =>
  [
    i % 11 === 0 ? '' : String((i % 97) / 8),
    `"${i % 50},${i % 10}"`,
    i % 400 === 3 ? 'unknown' : i % 500 === 4 ? 'none here' : String(i % 89),
    String(i % 60).padStart(3, '0'),
    i % 7 === 0 ? 'NA' : i % 5 === 0 ? `"${colours[i % 3]}"` : ` ${colours[i % 3]} `,
    day(i),
    i % 2 === 0 ? 'yes' : 'no',
  ].join(','),
);
const header = 'a,b,c,code,colour,day,y';
const content = `${header}\n${rows.join('\n')}\n`;
const path = join(folder.path, 'large.csv');
writeFileSync(path, content);
/** Less than the table takes, and more than its labels do. */
const memoryLimit = 150_000;

/** The cells of a dataset, categories as their texts. */
function cellsOf({ features, featureShape, texts }: Dataset) {
  const [d = 0] = featureShape;
  const all = features instanceof Float32Array ? features : valuesOf(features as RowFile, d);
  return Array.from(all, (value, i) => texts?.[i % d]?.[value] ?? value);
}

function valuesOf(file: RowFile, d: number): Float32Array {
  const bytes = readFileRows(file, 0, file.rows);
  return new Float32Array(bytes.buffer, bytes.byteOffset, file.rows * d);
}

async function open(source: string, more: Parameters<typeof openDataset>[1] = {}) {
  return (await openDataset(source, { label: 'y', ...more })).data;
}

const describedBy = ({ classes, columns, kinds, dayFirst, featureShape }: Dataset) => ({
  ...{ classes, columns, kinds, dayFirst, featureShape },
});

describe('a CSV file too large for memory is kept in a file, the same cells as in memory', () => {
  it('with gaps, decimal commas, markers, codes, quotes and dates', async () => {
    const small = await open(path);
    const large = await open(path, { memoryLimit });
    expect((large.features as RowFile).rows).toBe(n);
    expect(describedBy(large)).toEqual(describedBy(small));
    expect(small.kinds).toEqual([
      ...['numeric', 'numeric', 'numeric', 'categorical', 'categorical', 'date'],
    ]);
    expect(cellsOf(large)).toEqual(cellsOf(small));
    expect([...large.labels]).toEqual([...small.labels]);
    const odd = '"c": 18 cells among numbers read as missing';
    for (const { notices } of [small, large]) {
      expect(notices?.join('\n')).toContain(odd);
      expect(notices?.join('\n')).toContain('"b": "0,0" is 0');
    }
  });

  it('packed by gzip', async () => {
    const packed = join(folder.path, 'large.csv.gz');
    writeFileSync(packed, gzipSync(content));
    const large = await open(packed, { memoryLimit });
    expect((large.features as RowFile).rows).toBe(n);
    expect(cellsOf(large)).toEqual(cellsOf(await open(path)));
  });

  it('in several files, with columns in another order', async () => {
    const parts = join(folder.path, 'parts');
    mkdirSync(parts);
    const turned = rows.slice(n / 2).map((row) => {
      const cells = row.match(/"[^"]*"|[^,]+|(?<=^|,)(?=,|$)/g) as string[];
      return [...cells.slice(1), cells[0]].join(',');
    });
    writeFileSync(join(parts, '1.csv'), `${header}\n${rows.slice(0, n / 2).join('\n')}\n`);
    writeFileSync(join(parts, '2.csv'), `b,c,code,colour,day,y,a\n${turned.join('\n')}\n`);
    const large = await open(parts, { memoryLimit });
    expect((large.features as RowFile).rows).toBe(n);
    expect(cellsOf(large)).toEqual(cellsOf(await open(path)));
  });
});

describe('what the first rows do not show', () => {
  const n = 60_000; // more than a piece of the file holds
  const late = (cells: readonly string[], more = {}) => {
    const file = join(folder.path, 'late.csv');
    const lines = Array.from({ length: n }, (_, i) => {
      const cell = cells[i - (n - cells.length)] ?? (1 + (i % 300)) / 4;
      return `${cell},${i % 60},${i % 2 === 0 ? 'u' : 'v'}`;
    });
    writeFileSync(file, `a,b,y\n${lines.join('\n')}\n`);
    return open(file, { memoryLimit: 1_000_000, ...more });
  };

  it('is missing, where few texts are no numbers', async () => {
    const { features, notices } = await late(['x', '3', 'two words']);
    const values = valuesOf(features as RowFile, 2);
    expect([...values.slice(2 * (n - 3))]).toEqual([
      ...[Number.NaN, (n - 3) % 60, 3, (n - 2) % 60, Number.NaN, (n - 1) % 60],
    ]);
    const place = `late.csv, row ${n - 2} (counting data rows from 1)`;
    expect(notices?.join('\n')).toContain(
      `"a": 2 cells among numbers read as missing, such as "x" in ${join(folder.path, place)}`,
    );
  });

  it.each([
    ['codes', ['00501'], n],
    ['numbers of another form', ['1,005'], n],
    ['infinite numbers', ['inf'], n],
    ['many texts', Array.from({ length: 4000 }, () => 'x'), n - 3999],
  ])('%s are refused', async (_, cells, row) => {
    const [cell = ''] = cells;
    const quoted = cells.map((text) => (text.includes(',') ? `"${text}"` : text));
    expect(await folder.fault(late(quoted))).toContain(
      `late.csv, row ${row} (counting data rows from 1), column "a": expected a finite number ` +
        `(below 3.4e38), as the first rows have, received "${cell}"; correct or empty the cell, ` +
        'leave the column out (ignore), or say that it holds categories (categorical)',
    );
  });

  it('is a number in a column that is said to hold numbers', async () => {
    const { features } = await late(['00501'], { numeric: ['a'] });
    const small = await late(['00501'], { numeric: ['a'], memoryLimit: 2 ** 30 });
    expect(valuesOf(features as RowFile, 2)).toEqual(small.features);
    expect(valuesOf(features as RowFile, 2).at(-2)).toBe(501);
  });

  it('does no harm in a column that is said to hold categories', async () => {
    const large = await late(['00501', 'x'], { categorical: ['a'] });
    expect(
      cellsOf(large)
        .filter((_, i) => i % 2 === 0)
        .slice(-3),
    ).toEqual(['74.5', '00501', 'x']);
  });
});

it('texts, and labels that take all of the memory, are refused', async () => {
  const texts = join(folder.path, 'texts.csv');
  const lines = Array.from({ length: n }, (_, i) => `a text of words number ${i},${i % 2}`);
  writeFileSync(texts, `note,y\n${lines.join('\n')}\n`);
  expect(await folder.fault(open(texts, { memoryLimit: 100_000 }))).toContain(
    'texts.csv, column "note": expected numbers, dates or categories in a table too large for memory, received texts',
  );
  expect(await folder.fault(open(path, { memoryLimit: 20_000 }))).toContain(
    'expected a table within the memory limit of 20000 bytes, received a larger one',
  );
});

it('is too large by the share of the file that its first rows take', async () => {
  const file = (shareRead: number | undefined) => ({
    ...{ path: 'a.csv', columns: ['a'], shareRead, place: String },
    async *chunks() {
      for (let i = 0; i < 5; i++) yield { rows: 500, cells: () => ({ kind: 'texts', values: [] }) };
    },
  });
  // 1000 rows of 8 d + 32 = 112 bytes are a tenth of it; by so few it must be half as large again
  const bytes = (10 * 1000 * 112) / 1.5;
  const exceeds = (share: number | undefined, memoryLimit: number) =>
    exceedsMemory(file(share) as TableFile, 10, { memoryLimit });
  expect(await exceeds(0.1, bytes - 1)).toBe(true);
  expect(await exceeds(0.1, bytes + 1)).toBe(false);
  expect(await exceeds(undefined, 1)).toBe(false);
});

it('takes no more memory than the limit, and some in passing', async () => {
  const big = join(folder.path, 'big.csv');
  const block = Array.from(
    { length: 1000 },
    (_, i) => `${Array.from({ length: 12 }, (_, j) => (i * (j + 3)) % 997).join(',')},${i % 2}\n`,
  ).join('');
  const names = Array.from({ length: 12 }, (_, j) => `c${j}`).join(',');
  writeFileSync(big, `${names},y\n${block.repeat(1500)}`);
  const url = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
  const work = `
    import { openDataset } from ${url('../../dist/data/formats/index.js')};
    import { peakMemory } from ${url('../helpers/peak-memory.mjs')};
    const before = process.memoryUsage().rss;
    const { data } = await openDataset(${JSON.stringify(big)}, { label: 'y', memoryLimit: ${2 ** 25} });
    console.log(JSON.stringify([data.features.rows, peakMemory() - before]));`;
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', work]);
  const [read, more] = JSON.parse(stdout) as [number, number];
  expect(read).toBe(1_500_000);
  // in memory cells and rows take 144 MB; here the limit, labels (twice), and what waits to be collected
  expect(more).toBeLessThan(144_000_000);
}, 120_000);
