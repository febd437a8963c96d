import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ModelColumn, OpenedRows, OpenRowsOptions } from '../../src/data/formats/index.ts';
import { openInputPieces, openInputs } from '../../src/data/formats/index.ts';
import { testFolder } from './files.ts';

const folder = testFolder('table-pieces');
const at = (name: string) => join(folder.path, name);

const n = 9000;
const columns: readonly ModelColumn[] = [
  { name: 'a', kind: 'numeric' },
  { name: 'b', kind: 'numeric' },
  { name: 'colour', kind: 'categorical' },
  { name: 'note', kind: 'text' },
  { name: 'day', kind: 'date', dayFirst: true },
];
const input = { featureShape: [columns.length], columns };
/** Less than all rows take. */
const memoryLimit = 200_000;

const cellsOf = (i: number) => [
  `k${i}`,
  i % 11 === 0 ? '' : i % 700 === 4 ? 'unknown' : String((i % 97) / 8),
  `"${i % 50},${i % 10}"`,
  i % 7 === 0 ? 'NA' : ['red', 'green', 'blue'][i % 3],
  i % 13 === 0 ? '' : `"note, number ${i}"`,
  `${1 + (i % 28)}/${1 + (i % 12)}/2024`,
  i % 5 === 0 ? '' : i % 2 === 0 ? 'yes' : 'no',
];
const lines = Array.from({ length: n }, (_, i) => cellsOf(i).join(','));
const header = 'key,a,b,colour,note,day,y';

beforeAll(async () => {
  writeFileSync(at('rows.csv'), `${header}\n${lines.join('\n')}\n`);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const plain = `SELECT * REPLACE (replace(b, ',', '.')::DOUBLE AS b) FROM read_csv('${at('rows.csv')}', all_varchar = true)`;
  await connection.run(`COPY (${plain}) TO '${at('rows.parquet')}' (FORMAT parquet)`);
  await connection.run(`COPY (${plain}) TO '${at('rows.jsonl')}' (FORMAT json)`);
  connection.closeSync();
  instance.closeSync();
});

/** Pieces put together, texts in place of their numbers. */
function joined(pieces: readonly OpenedRows[]) {
  const cells = pieces.flatMap(({ features, texts }) =>
    Array.from(
      features as Float32Array,
      (value, i) => texts?.[i % columns.length]?.[value] ?? value,
    ),
  );
  const ids = pieces[0]?.ids?.map(({ name }, i) => ({
    name,
    values: pieces.flatMap((piece) => piece.ids?.[i]?.values ?? []),
  }));
  return {
    cells,
    ids,
    kept: pieces.flatMap(({ kept }) => [...kept]),
    labels: pieces.flatMap(({ labels }) => labels ?? []),
    kinds: pieces[0]?.kinds,
    notices: pieces.flatMap(({ notices }) => notices),
  };
}

async function inPieces(source: string, options: OpenRowsOptions = {}) {
  const pieces: OpenedRows[] = [];
  for await (const piece of openInputPieces(source, input, { memoryLimit, ...options })) {
    pieces.push(piece);
  }
  return pieces;
}

describe('rows that are read in pieces are those that are read at once', () => {
  it.each([
    ['rows.csv', {}],
    ['rows.csv', { missing: 'drop' }],
    ['rows.csv', { id: ['key', 'a', 'colour'] }], // columns that are features, too
    ['rows.parquet', {}],
    ['rows.parquet', { id: ['a', 'colour'], missing: 'drop' }],
    ['rows.jsonl', { id: ['a', 'b', 'colour'] }],
  ] as const)('%s, %o', async (name, more) => {
    const options = { label: 'y', id: ['key'], ...more };
    const pieces = await inPieces(at(name), options);
    expect(pieces.length).toBeGreaterThan(1);
    for (const { featureShape } of pieces) expect(featureShape).toEqual([columns.length]);
    const whole = await openInputs(at(name), input, options);
    expect(joined(pieces)).toEqual(joined([whole]));
    expect(whole.notices.length).toBeGreaterThan(0);
    expect(new Set(whole.labels)).toEqual(new Set(['yes', 'no', '']));
  });

  it('a table that is not large is one piece', async () => {
    const pieces = await inPieces(at('rows.csv'), { memoryLimit: 2 ** 30 });
    expect(pieces.length).toBe(1);
    expect(joined(pieces)).toEqual(joined([await openInputs(at('rows.csv'), input)]));
  });
});

describe('what the first rows do not show', () => {
  const late = (cells: string, options: OpenRowsOptions = {}) => {
    writeFileSync(at('late.csv'), `${header}\n${[...lines, cells].join('\n')}\n`);
    return inPieces(at('late.csv'), options);
  };
  const place = `late.csv, row ${n + 1} (counting data rows from 1)`;

  it.each([
    ['an infinite number', 'k,inf,"1,5",red,x y,1/1/2024,no', 'a', '"inf"'],
    ['a number of another form', 'k,"1.005,5",1,red,x y,1/1/2024,no', 'a', '"1.005,5"'],
  ])('%s is named', async (_, cells, column, received) => {
    expect(await folder.fault(late(cells))).toBe(
      `${place}, column "${column}": expected a finite number (below 3.4e38), as the first rows have, ` +
        `received ${received}; correct or empty the cell`,
    );
  });

  it('a missing cell is named, where it is an error', async () => {
    const { length } = lines;
    const full = Array.from(
      { length },
      (_, i) => `k,${i % 9},1,red,two words here ${i},1/1/2024,no`,
    );
    writeFileSync(at('gap.csv'), `${header}\n${full.join('\n')}\nk,1,1,,x,1/1/2024,no\n`);
    expect(await folder.fault(inPieces(at('gap.csv'), { missing: 'error' }))).toContain(
      `gap.csv, row ${n + 1} (counting data rows from 1), column "colour": expected a filled cell`,
    );
  });

  it('codes are numbers, as the model takes them, and a new category is one', async () => {
    const pieces = await late('k,007,"1,5",violet,x y,1/1/2024,no');
    expect(joined(pieces).cells.slice(-5)).toEqual([7, 1.5, 'violet', 'x y', 19723]);
  });

  it('more than 5 % of texts among numbers are an error, as at once', async () => {
    const many = Array.from({ length: n }, (_, i) => cellsOf(i).toSpliced(1, 1, 'x').join(','));
    writeFileSync(at('many.csv'), `${header}\n${[...lines, ...many].join('\n')}\n`);
    const expected = `many.csv, row ${n + 1} (counting data rows from 1), column "a": expected a`;
    expect(await folder.fault(inPieces(at('many.csv')))).toContain(expected);
    expect(await folder.fault(openInputs(at('many.csv'), input))).toContain(expected);
  });
});
