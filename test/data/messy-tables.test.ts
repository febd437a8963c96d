import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openDataset, openInputs } from '../../src/data/formats/index.ts';
import type { RowFile } from '../../src/data/index.ts';
import { testFolder } from './files.ts';

const folder = testFolder('messy');
const n = 60;
const label = (i: number): string => (i % 3 === 1 ? 'u' : 'v');
const day = (i: number) => new Date(86_400_000 * (18_000 + 37 * i)).toISOString().slice(0, 10);

/** A file between semicolons with a column x and the labels y, read. */
async function read(x: (i: number) => string, { y = label, rows = n } = {}) {
  const lines = Array.from({ length: rows }, (_, i) => `${x(i)};${y(i)}`);
  const path = folder.save('x.csv', `x;y\n${lines.join('\n')}\n`);
  return (await openDataset(path, { label: 'y' })).data;
}

const numbersOf = async (x: (i: number) => string, rows = n) =>
  [...((await read(x, { rows })).features as Float32Array)].map((value) => Math.fround(value));

describe('cells as people write them', () => {
  it('what is negative stands in brackets', async () => {
    const bookkeeping = (i: number) => (i % 4 ? `${i},250.50` : `(${i + 1},250.50)`);
    const values = Array.from({ length: n }, (_, i) =>
      i % 4 ? 1000 * i + 250.5 : -(1000 * (i + 1) + 250.5),
    );
    expect(await numbersOf(bookkeeping)).toEqual(values);
    expect(await numbersOf((i) => `$(${i + 1}.5)`)).toEqual(values.map((_, i) => -(i + 1.5)));
    const { notices } = await read(bookkeeping);
    expect(notices).toContain('"x": "(1,250.50)" is -1250.5');
  });

  it('numbers in lakhs and crores', async () => {
    const values = Array.from({ length: n }, (_, i) => 1_234_567 + 1000 * i);
    const written = (i: number) => {
      const digits = String(values[i]);
      return `${digits.slice(0, 2)},${digits.slice(2, 4)},${digits.slice(4)}`;
    };
    expect(written(0)).toBe('12,34,567');
    expect(await numbersOf(written)).toEqual(values);
  });

  it('one unit behind the numbers is no part of them; several are no numbers', async () => {
    const values = Array.from({ length: n }, (_, i) => Math.fround(i + 150.5));
    expect(await numbersOf((i) => `${i + 150},5 cm`)).toEqual(values);
    expect(await numbersOf((i) => `${i + 150}.5Kg.`)).toEqual(values);
    const years = (i: number) => (i === 1 ? '1 year' : i % 5 ? `${3 * i} years` : String(3 * i));
    expect(await numbersOf(years)).toEqual(values.map((_, i) => (i === 1 ? 1 : 3 * i)));
    const thousands = (i: number) => (i % 4 ? `${i}.5k` : `${i + 900}`);
    expect(await numbersOf(thousands)).toEqual(
      values.map((_, i) => (i % 4 ? 1000 * i + 500 : i + 900)),
    );
    const { notices } = await read((i) => `${i + 150} cm`);
    expect(notices).toContain('"x": "150 cm" is 150');
    expect((await read((i) => `${i + 1} ${i % 2 ? 'cm' : 'in'}`)).kinds).not.toEqual(undefined);
    const rare = await read((i) => (i === 7 ? '12a' : String(i * i)));
    expect(rare.notices.join()).toContain('1 cell among numbers read as missing, such as "12a"');
    expect((await read((i) => `00${i % 9}A`)).kinds).toEqual(['categorical']);
  });

  it('units of a table too large for memory, and of rows to predict for', async () => {
    const rows = 2000;
    const lines = Array.from({ length: rows }, (_, i) => `${3 * i} km,${label(i)}`);
    const path = folder.save('large.csv', `x,y\n${lines.join('\n')}\n`);
    const { data } = await openDataset(path, { label: 'y', memoryLimit: 20_000 });
    expect(data.notices.join()).toContain('too large for memory');
    const { file } = data.features as RowFile;
    const bytes = readFileSync(file);
    const held = new Float32Array(bytes.buffer, bytes.byteOffset, rows);
    expect([...held]).toEqual(Array.from({ length: rows }, (_, i) => 3 * i));
    const input = { featureShape: [1], columns: [{ name: 'x', kind: 'numeric' as const }] };
    const found = await openInputs(folder.save('few.csv', 'x\n7 km\n8\n9 km\n'), input);
    expect([...(found.features as Float32Array)]).toEqual([7, 8, 9]);
  });

  it('days of eight digits are dates, other numbers of eight digits are not', async () => {
    const compact = (i: number) => day(i).replaceAll('-', '');
    const { kinds, features, notices } = await read(compact);
    expect(kinds).toEqual(['date']);
    expect([...(features as Float32Array)]).toEqual(
      Array.from({ length: n }, (_, i) => 18_000 + 37 * i),
    );
    expect(notices).toContain(`"x": "${compact(0)}" is ${day(0)}`);
    expect((await read((i) => (i === 9 ? '20240199' : compact(i)))).kinds).toBeUndefined();
    expect((await read((i) => String(30_000_000 + 12_345 * i))).kinds).toBeUndefined();
  });

  it('many different days of eight digits are dates, too', async () => {
    const many = (i: number) =>
      new Date(86_400_000 * (i + 1)).toISOString().slice(0, 10).replaceAll('-', '');
    const { kinds, features } = await read(many, { rows: 10_000 });
    expect(kinds).toEqual(['date']);
    expect([...(features as Float32Array)]).toEqual(
      Array.from({ length: 10_000 }, (_, i) => i + 1),
    );
  });
});

describe('labels', () => {
  it('that differ in capitals, blanks or their like only are told', async () => {
    const written = ['Yes', 'yes', 'no way', 'no_way', 'maybe'];
    const { classes, notices } = await read((i) => String(i * i), {
      y: (i) => written[i % 5] as string,
    });
    expect(classes).toEqual(['Yes', 'maybe', 'no way', 'no_way', 'yes']);
    expect(notices.slice(-2)).toEqual([
      'warning: "Yes", "yes" are different classes: if they mean the same, write them alike',
      'warning: "no way", "no_way" are different classes: if they mean the same, write them alike',
    ]);
  });

  it('of different names are not', async () => {
    expect((await read((i) => String(i * i))).notices.join()).not.toContain('write them alike');
  });
});

describe('what is no table is called by its name', () => {
  const open = (name: string, content: Uint8Array | string) =>
    folder.fault(openDataset(folder.save(name, content), { label: 'y' }));

  it.each([
    [
      'a title above the names',
      'Report 2024,,\nx,z,y\n1,2,a\n',
      'title.csv, label column: expected one of "Report 2024", received "y"; the first line of the file must name the columns',
    ],
    [
      'a column without a name',
      'x,z,\n1,2,a\n',
      'title.csv, label column: expected one of "x", "z", received "y"; the first line of the file must name the columns',
    ],
    [
      'a comment above the names',
      '# made by hand\nx,z,y\n1,2,a\n',
      'title.csv, row 1 (counting data rows from 1): expected 1 field as in the header, split at ",", received 3; delete the lines above the one that names the columns',
    ],
  ])('%s', async (_, content, message) => {
    expect(await open('title.csv', content)).toBe(message);
  });

  it.each([
    [
      'book.ods',
      Buffer.from('PK\u0003\u0004'),
      'received a workbook; save it as .xlsx, or the sheet as CSV in UTF-8',
    ],
    ['study.sav', '$FL2', 'received a file of SPSS, Stata or SAS; export it as CSV'],
    ['data.RData', 'RDX3', 'received a file of R; write.csv(data, "data.csv", row.names = FALSE)'],
    [
      'rows.json',
      ' [\n{"x": 1, "y": "a"}]',
      "received one array of JSON; write an object per line: jq -c '.[]' data.json > data.jsonl",
    ],
  ])('%s', async (name, content, message) => {
    expect(await open(name, content)).toMatch(new RegExp(`^${name}: expected a Parquet file, .*`));
    expect((await open(name, content)).endsWith(message)).toBe(true);
  });
});

it('a column of names of images is warned of, since only the names are learnt', async () => {
  const lines = Array.from(
    { length: 60 },
    (_, i) => `photos/${['mug', 'pan'][i % 2]}/IMG ${i}.${i % 5 ? 'jpg' : 'PNG'},${i % 7},${i % 2}`,
  );
  const path = folder.save('photos.csv', ['file,price,label', ...lines].join('\n'));
  const { data } = await openDataset(path, { label: 'label' });
  expect(data.notices?.filter((notice) => notice.startsWith('warning: "file"'))).toEqual([
    expect.stringMatching(/^warning: "file" holds names of images: the names are learnt, not the/),
  ]);
  const other = folder.save(
    'notes.csv',
    ['file,price,label', ...lines.map((line) => line.replace(/\.(jpg|PNG)/, ''))].join('\n'),
  );
  const { data: notes } = await openDataset(other, { label: 'label' });
  expect(notes.notices?.some((notice) => notice.includes('images'))).toBe(false);
});
