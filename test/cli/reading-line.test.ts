import { expect, it } from 'vitest';
import { ReadingLine } from '../../src/cli/ui/reading-line.ts';
import { openDataset } from '../../src/data/formats/index.ts';
import { testFolder } from '../data/files.ts';

/** A line, and what it wrote. */
function lineOn(isTTY: boolean) {
  const written: string[] = [];
  const clock = { time: 0 };
  const screen = { isTTY, columns: 80, write: (text: string) => written.push(text) };
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

it.each([
  ['x.csv', (i: number) => `${i / 7},${i % 2}\n`, 'a,y\n'],
  ['x.jsonl', (i: number) => `{"a": ${i / 7}, "y": ${i % 2}}\n`, ''],
])('tables tell how far they are read: %s', async (name, row, head) => {
  const n = 20_000;
  const path = folder.save(name, head + Array.from({ length: n }, (_, i) => row(i)).join(''));
  const told: { rows: number; share?: number }[] = [];
  await openDataset(path, { label: 'y', onProgress: (progress) => told.push(progress) });
  expect(told.length).toBeGreaterThan(1);
  expect(told.map(({ rows }) => rows)).toEqual(told.map(({ rows }) => rows).sort((a, b) => a - b));
  expect(told.at(-1)).toEqual({ source: path, rows: n, share: 1 });
});
