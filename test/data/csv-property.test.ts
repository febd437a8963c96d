import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SymlossError } from '../../src/core/index.ts';
import { relabelCsv } from '../../src/data/formats/csv/relabel.ts';
import { piecesOf } from '../../src/data/formats/index.ts';
import type { Table } from '../../src/data/index.ts';
import { csvFiles } from './csv-files.ts';
import { slowRows } from './slow-csv.ts';

const { read } = csvFiles();
/** More by hand: `SYMLOSS_CSV_CASES=5000 npx vitest run test/data/csv-property.test.ts`. */
const cases = Number(process.env['SYMLOSS_CSV_CASES'] ?? 500);

const pick = <T>(...values: readonly T[]) => fc.constantFrom(...values);
const lineEnd = pick('\n', '\r\n', '\r');
const blanks = pick('', '', '', '', ' ', '\t', '  ');
/** As it is, with blanks around it, or in quotes. */
const written = (text: fc.Arbitrary<string>) =>
  fc
    .tuple(text, blanks, blanks, fc.integer({ min: 0, max: 3 }))
    .map(([value, before, after, form]) => {
      const mustBeQuoted = /[",\r\n]/.test(value) && !/^[^",\r\n]+"[^,\r\n]*$/.test(value);
      const isQuoted = mustBeQuoted || form === 0;
      return `${before}${isQuoted ? `"${value.replaceAll('"', '""')}"` : value}${after}`;
    });
const number = fc.oneof(
  fc.integer({ min: -2000, max: 2000 }).map(String),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }).map(String),
  pick('121', '21', '1.5e3', '+7', '.5', '5.', '-0'),
);
const note = pick(
  'x',
  '24"',
  'a,b',
  'two\nlines',
  'two\r\nlines',
  'cr\rcr',
  'a "b" c',
  '',
  'é',
  '"',
  '😀',
);
const label = pick('at', 'cat', 'dog', 'og');

const file = fc.record({
  mark: pick('', '', '\ufeff'),
  headEnd: lineEnd,
  rows: fc.array(
    fc.record({
      cells: fc.tuple(written(number), written(note), written(number), written(label)),
      end: lineEnd,
      empty: pick('', '', '', '\n', '\r', '\r\n', ' \n', '\t\r'),
    }),
    { minLength: 1, maxLength: 12 },
  ),
  last: fc.boolean(),
  // so that a piece of the file, which has 256 KiB, ends in one of the first rows
  filler: fc.oneof({ weight: 12, arbitrary: pick(0) }, fc.integer({ min: 261_908, max: 262_148 })),
});

type CsvCase = typeof file extends fc.Arbitrary<infer F> ? F : never;

function valuesOf({ features, labels, classes }: Table) {
  return {
    labels: Array.from(labels, (k) => classes[k]),
    features: Array.from(features, (value) => value + 0),
  };
}

/** A file as text, and the rows that are written in it. */
function textOf({ mark, headEnd, rows, last, filler }: CsvCase) {
  const lines = rows.map(
    ({ cells, end, empty }, i) =>
      `${cells.join(',')}${last && i === rows.length - 1 ? '' : `${end}${empty}`}`,
  );
  const wide = filler === 0 ? '' : `0,${'z'.repeat(filler)},0,at${headEnd}`;
  return {
    text: `${mark}a,note,b,y${headEnd}${wide}${lines.join('')}`,
    rows: rows.length + (filler === 0 ? 0 : 1),
  };
}

it(`${cases} files of mixed line ends, quotes and blanks are read right, or refused`, async () => {
  let refused = 0;
  const property = fc.asyncProperty(file, async (made) => {
    const { text, rows } = textOf(made);
    const result = await read(text, { features: ['a', 'b'] }, 'p.csv').catch(
      (error: unknown) => error,
    );
    const expected = slowRows(text).slice(1);
    expect(expected.length).toBe(rows);
    const right = {
      labels: expected.map((row) => row[3]),
      features: expected.flatMap(([a, , b]) => [a, b].map((cell) => Math.fround(Number(cell)) + 0)),
    };
    const isRefused = result instanceof SymlossError;
    if (isRefused) refused++;
    expect(isRefused ? right : valuesOf(result as Table)).toEqual(right);
    // one class only is no fault of the reader
    expect(isRefused ? result.message : 'at least 2 classes').toContain('at least 2 classes');
  });
  await fc.assert(property, { numRuns: cases, seed: 11, endOnFailure: true });
  expect(refused).toBeLessThan(cases / 2);
}, 600_000);

it('files with other labels are the same but for these, to the byte where none changes', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'symloss-relabel-')), 'p.csv');
  const moves = fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 6 });
  const property = fc.asyncProperty(file, moves, fc.boolean(), async (made, pairs, isDropped) => {
    const { text, rows } = textOf(made);
    writeFileSync(path, text);
    const relabelled = async (labels: Map<number, number>, dropped: Set<number>) => {
      const changes = { label: 'y', labels, dropped };
      return Buffer.concat(await piecesOf(relabelCsv([path], changes, {}))).toString();
    };
    expect(await relabelled(new Map(), new Set())).toBe(text);
    const labels = new Map(pairs.map(([row, source]) => [row % rows, source % rows]));
    const dropped = new Set(isDropped ? [rows - 1] : []);
    const old = slowRows(text);
    const expected = old.map((cells, i) => {
      const source = labels.get(i - 1);
      return source === undefined ? cells : cells.with(3, old[source + 1]?.[3] as string);
    });
    if (isDropped) expected.pop();
    expect(slowRows(await relabelled(labels, dropped))).toEqual(expected);
  });
  await fc
    .assert(property, { numRuns: cases, seed: 12, endOnFailure: true })
    .finally(() => rmSync(dirname(path), { recursive: true }));
}, 600_000);
