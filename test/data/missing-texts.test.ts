import { describe, expect, test } from 'vitest';
import type { ModelColumn, OpenedRows, OpenOptions } from '../../src/data/formats/index.ts';
import { openDataset, openInputPieces, openInputs } from '../../src/data/formats/index.ts';
import { isRowFile } from '../../src/data/index.ts';
import { testFolder } from './files.ts';
import { csv } from './made-tables.ts';

const folder = testFolder('missing-texts');
const day = (text: string) => Date.parse(text) / 86_400_000;
let files = 0;
const save = (text: string, name = `${files++}.csv`) => folder.save(name, text);

/** Numbers and days, 3 % of which are other texts. */
const training = csv(
  {
    size: (i) => (i % 33 === 5 ? 'k.A.' : i % 100 === 7 ? '?' : (i % 60) / 4),
    hired: (i) => (i % 33 === 9 ? ' unbekannt ' : `2024-01-${10 + (i % 20)}`),
  },
  200,
);

describe('texts that were read as missing in training', () => {
  test('are remembered; markers, which are missing everywhere, are not', async () => {
    const { data } = await openDataset(save(training), { label: 'y' });
    expect(data.columns).toEqual(['size', 'hired']);
    expect(data.missingTexts).toEqual([['k.A.'], ['unbekannt']]);
    const plain = csv({ size: (i) => (i % 50 ? i / 4 : '?'), kind: (i) => 'ab'[i % 2] });
    const other = await openDataset(save(plain), { label: 'y' });
    expect('missingTexts' in other.data).toBe(false);
  });

  test('are so among thousands of different numbers, and behind the first rows of a large table', async () => {
    const n = 60_000;
    const text = csv(
      { a: (i) => (i % 5000 ? i / 8 : 'k.A.'), b: (i) => (i < n - 2 ? i % 60 : 'x') },
      n,
    );
    const path = save(text);
    for (const [limit, isFile] of [
      [2 ** 30, false],
      [1_000_000, true],
    ] as const) {
      const { data } = await openDataset(path, { label: 'y', memoryLimit: limit });
      expect(isRowFile(data.features)).toBe(isFile);
      expect(data.missingTexts).toEqual([['k.A.'], ['x']]);
    }
  });

  test('are at most 20 of a column, those that most cells hold, without long ones', async () => {
    const other = (i: number) =>
      i < 60 ? `text ${i % 30}` : i < 75 ? `often ${i % 5}` : 'x'.repeat(101);
    const text = csv({ a: (i) => (i < 90 ? other(i) : i / 8) }, 400);
    const { data } = await openDataset(save(text), { label: 'y', numeric: ['a'] });
    expect(data.missingTexts).toEqual([
      [
        ...Array.from({ length: 5 }, (_, i) => `often ${i}`),
        ...Array.from({ length: 15 }, (_, i) => `text ${i}`),
      ],
    ]);
  });

  test('are no numbers in another unit, nor dates in another order', async () => {
    const text = csv(
      {
        weight: (i) => (i % 50 ? `${60 + (i % 40)} kg` : i ? '70 lb' : 'ill'),
        hired: (i) => (i % 50 ? `${10 + (i % 3)}/${13 + (i % 9)}/2024` : '13/1/2024'),
      },
      200,
    );
    const { data } = await openDataset(save(text), { label: 'y', date: ['hired'] });
    expect(data.missingTexts).toEqual([['ill'], undefined]);
  });
});

describe('test data', () => {
  const open = (test: string, more: OpenOptions = {}) =>
    openDataset(save(training), { label: 'y', test: save(test, 'test.csv'), ...more });

  test('have them, too, however many they are', async () => {
    const { test: data } = await open('size,hired,y\nk.A.,unbekannt,u\nk.A.,unbekannt,v\n');
    expect(data?.features).toEqual(new Float32Array(4).fill(Number.NaN));
    expect(data?.notices.join('\n')).toContain('"size": 2 cells among numbers read as missing');
  });

  test('may have other texts where most cells are numbers, and no more', async () => {
    const { test: data } = await open('size,hired,y\nn.b.,2024-01-10,u\n3,soon,v\n');
    expect(data?.features).toEqual(Float32Array.of(Number.NaN, day('2024-01-10'), 3, Number.NaN));
    expect(
      await folder.fault(open('size,hired,y\nk.A.,2024-01-10,u\nn.b.,2024-01-10,v\n')),
    ).toContain(
      'test.csv, row 2 (counting data rows from 1), column "size": expected a number, received "n.b."',
    );
  });
});

describe('rows to predict for', () => {
  const columns: readonly ModelColumn[] = [
    { name: 'size', kind: 'numeric', unit: 'kg', missingTexts: ['k.A.'] },
    { name: 'hired', kind: 'date', dayFirst: false, missingTexts: ['unbekannt'] },
  ];
  const input = { featureShape: [2], columns };
  const read = async (text: string) => openInputs(save(text, 'rows.csv'), input);

  test('have them, too, also where there is nothing else', async () => {
    const one = await read('size,hired\nk.A.,unbekannt\n');
    expect(one.features).toEqual(Float32Array.of(Number.NaN, Number.NaN));
    expect(one.notices.join('\n')).toContain('"hired": 1 cell among dates read as missing');
  });

  test.each([
    ['k.a.,2024-01-10', 'size', 'a number in kg, received "k.a."'],
    ['5 g,2024-01-10', 'size', 'a number in kg, received "5 g"'],
    ['5 kg,k.A.', 'hired', 'a date, as in 2024-01-31, received "k.A."'],
    [
      '5 kg,21/01/2018',
      'hired',
      'a date with the month first, as in 01/31/2024, received "21/01/2018"',
    ],
  ])('may have no others: %s', async (row, column, message) => {
    expect(await folder.fault(read(`size,hired\nk.A.,unbekannt\n${row}\n`))).toContain(
      `rows.csv, row 2 (counting data rows from 1), column "${column}": expected ${message}; correct or empty the cell`,
    );
  });

  test('are read so in pieces, behind the first rows, too', async () => {
    const n = 9000;
    const cells = (i: number) => (i < n / 2 ? `${i % 60},2024-01-10` : 'k.A.,unbekannt');
    const text = `size,hired\n${Array.from({ length: n }, (_, i) => cells(i)).join('\n')}\n`;
    const path = save(text, 'many.csv');
    const inPieces = async (file: string) => {
      const pieces: OpenedRows[] = [];
      const options = { memoryLimit: 100_000 };
      for await (const piece of openInputPieces(file, input, options)) pieces.push(piece);
      return pieces;
    };
    const pieces = await inPieces(path);
    const found = pieces.flatMap(({ features }) => [...(features as Float32Array)]);
    const whole = await openInputs(path, input);
    expect(found).toEqual([...(whole.features as Float32Array)]);
    expect(found.slice(n, n + 2)).toEqual([Number.NaN, Number.NaN]);
    expect(pieces.at(-1)?.notices.join('\n')).toContain(
      '"size": 4500 cells among numbers read as missing',
    );
    const other = save(text.replaceAll('k.A.', 'n.b.'), 'others.csv');
    await expect(inPieces(other)).rejects.toThrow('received "n.b."');
  });
});
