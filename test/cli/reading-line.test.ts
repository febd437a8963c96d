import { statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { ReadingLine } from '../../src/cli/ui/reading-line.ts';
import type { OpenOptions } from '../../src/data/formats/index.ts';
import { openDataset } from '../../src/data/formats/index.ts';
import { idx, ramp, testFolder } from '../data/files.ts';
import { grey } from '../data/pictures.ts';

/** A line, and what it wrote. */
function lineOn(isTTY: boolean, columns = 80) {
  const written: string[] = [];
  const clock = { time: 0 };
  const screen = { isTTY, columns, write: (text: string) => written.push(text) };
  return { written, clock, line: new ReadingLine(screen, () => clock.time) };
}

it('a reading of more than a second is told, with rows, share and the time left', () => {
  const { written, clock, line } = lineOn(true);
  const at = (time: number, rows: number, share?: number) => {
    clock.time = time;
    line.show({ source: 'folder/data.csv', rows, ...(share !== undefined && { share }) });
  };
  at(0, 0, 0);
  at(900, 1000, 0.1);
  at(2000, 250_000, 0.25);
  at(2100, 260_000, 0.26); // too soon
  at(4000, 500_000, 0.5);
  line.clear();
  const start = '\r\x1b[2K';
  expect(written).toEqual([
    `${start}reading data.csv: 250,000 rows, 25.0 %, 6.0 s left`,
    `${start}reading data.csv: 500,000 rows, 50.0 %, 4.0 s left`,
    start,
  ]);
});

it('of unknown size only its rows are told; elsewhere than on a terminal nothing is', () => {
  for (const isTTY of [true, false]) {
    const { written, clock, line } = lineOn(isTTY);
    line.show({ source: 'a', rows: 1 });
    clock.time = 5000;
    line.show({ source: 'a', rows: 2 });
    line.clear();
    const expected = ['\r\x1b[2Kreading a: 2 rows', '\r\x1b[2K'];
    expect(written).toEqual(isTTY ? expected : []);
  }
});

it('an embedding is told elsewhere, too, in a plain line every ten seconds', () => {
  const { written, clock, line } = lineOn(false);
  for (const [time, rows] of [
    [0, 0],
    [9000, 90],
    [12_000, 120],
    [20_000, 200],
    [24_000, 240],
  ] as const) {
    clock.time = time;
    line.show({ work: 'embedding', source: 'review', rows, share: rows / 480 });
  }
  line.clear();
  expect(written).toEqual([
    'embedding review: 120 rows, 25.0 %, 36 s left\n',
    'embedding review: 240 rows, 50.0 %, 24 s left\n',
  ]);
});

const folder = testFolder('reading');

type Told = Parameters<NonNullable<OpenOptions['onProgress']>>[0];

async function toldOf(source: string, options: OpenOptions): Promise<Told[]> {
  const told: Told[] = [];
  await openDataset(source, { ...options, onProgress: (progress) => told.push(progress) });
  return told;
}

const n = 20_000;
const csvRow = (i: number) => `${i / 7},${i % 2}\n`;

it.each([
  ['x.csv', csvRow, 'a,y\n'],
  ['x.jsonl', (i: number) => `{"a": ${i / 7}, "y": ${i % 2}}\n`, ''],
])('tables tell how far they are read: %s', async (name, row, head) => {
  const path = folder.save(name, head + Array.from({ length: n }, (_, i) => row(i)).join(''));
  const told = await toldOf(path, { label: 'y' });
  const read = told.filter(({ work }) => work === undefined);
  expect(read.length).toBeGreaterThan(1);
  expect(read.map(({ rows }) => rows)).toEqual(read.map(({ rows }) => rows).sort((a, b) => a - b));
  expect(read.at(-1)).toEqual({ source: path, rows: n, share: 1 });
  // JSON lines are gone through before, to see which keys there are
  const scanned = told.filter(({ work }) => work === 'scanning');
  const last = { work: 'scanning', source: path, rows: n, share: 1 };
  expect(scanned.at(-1)).toEqual(name === 'x.jsonl' ? last : undefined);
});

it('several tables tell the share of all, by their sizes', async () => {
  const lines = Array.from({ length: n }, (_, i) => csvRow(i));
  folder.save('parts/1.csv', `a,y\n${lines.slice(0, n / 4).join('')}`);
  folder.save('parts/2.csv', `a,y\n${lines.slice(n / 4).join('')}`);
  const source = join(folder.path, 'parts');
  const told = await toldOf(source, { label: 'y' });
  const sizes = ['1.csv', '2.csv'].map((name) => statSync(join(source, name)).size);
  const [first, second] = sizes as [number, number];
  const afterFirst = told.find(({ rows }) => rows === n / 4);
  expect(afterFirst).toEqual({ source, rows: n / 4, share: first / (first + second) });
  expect(told.at(-1)).toEqual({ source, rows: n, share: 1 });
});

it('images tell how many are decoded, and bytes of images how many are there', async () => {
  const count = 150;
  const image = await grey(40);
  for (let i = 0; i < count; i++) folder.save(`photos/${i % 2 ? 'a' : 'b'}/${i}.png`, image);
  const photos = join(folder.path, 'photos');
  const told = await toldOf(photos, {});
  expect(told.map(({ rows }) => rows)).toEqual([1, 65, 129, 150]);
  expect(told.at(-1)).toEqual({ work: 'decoding', source: photos, rows: count, share: 1 });
  const packed = folder.save('x.gz', gzipSync(idx([4, 2, 2], ramp(16))));
  const labelsFile = folder.save('y', idx([4], [0, 1, 0, 1]));
  const arrays = await toldOf(packed, { labelsFile });
  expect(arrays.at(-1)).toEqual({ source: packed, rows: 4, share: 1 });
});

it('the work is named on the terminal, images as such', () => {
  const { written, clock, line } = lineOn(true, 0);
  for (const work of ['scanning', 'decoding'] as const) {
    line.show({ work, source: 'x', rows: 0, share: 0 });
    clock.time += 2000;
    line.show({ work, source: 'x', rows: 50, share: 0.5 });
  }
  const start = '\r\x1b[2K';
  expect(written).toEqual([
    `${start}scanning x: 50 rows, 50.0 %, 2.0 s left`,
    `${start}decoding x: 50 images, 50.0 %, 2.0 s left`,
  ]);
});
