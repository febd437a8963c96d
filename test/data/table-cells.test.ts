import { describe, expect, test } from 'vitest';
import { openDataset, readRows } from '../../src/data/formats/index.ts';
import { csvFiles } from './csv-files.ts';
import { cellsOf, csv, kindsOf, sentence, words } from './made-tables.ts';

const { folder, save, read } = csvFiles();

describe('cells', () => {
  test('of a table of numbers need neither kinds nor texts', async () => {
    const data = await read(csv({ a: (i) => i * 2, b: (i) => (i % 9 ? 1 / (i + 1) : '') }));
    expect(['kinds' in data, 'texts' in data, 'dayFirst' in data]).toEqual([false, false, false]);
    expect(data.notices.slice(1)).toEqual(['7 missing cells in 1 column ("b": 7)']);
  });

  test('of numbers among too many others are not numbers: a notice names the option', async () => {
    const text = csv({ a: (i) => (i % 5 ? i : words[i % 12]) });
    const data = await read(text);
    expect(data.notices.slice(1)).toEqual([
      'columns: 1 categorical ("a": 60 values)',
      '"a": categorical, since 12 cells are no numbers (--numeric to read them as missing)',
    ]);
    const forced = await read(text, { numeric: ['a'] });
    expect(cellsOf(forced, 'a')).toEqual([Number.NaN, 1, 2]);
  });

  test.each<[string, (i: number) => unknown, string, string]>([
    ['that repeat', (i) => `${(i % 28) + 1}.${(i % 3) + 1}.2024`, 'categorical', '2024-02-02'],
    [
      'that differ',
      (i) => `${(i % 28) + 1}.${(i % 7) + 1}.${1990 + (i % 30)}`,
      'categorical',
      '1991-02-02',
    ],
    ['of several words', (i) => `${(i % 28) + 1}. März ${1900 + i}`, 'text', '1901-03-02'],
  ])(
    'of dates %s among too many others are no dates: a notice names the option',
    async (_, date, kind, second) => {
      const text = csv({ hired: (i) => (i % 10 ? date(i) : 'k.A.') }, 100);
      const data = await read(text);
      expect(kindsOf(data)).toEqual({ hired: kind });
      expect(data.notices).toContain(
        `"hired": ${kind}, since 10 cells are no dates (--date to read them as missing)`,
      );
      const forced = await read(text, { date: ['hired'] });
      expect(cellsOf(forced, 'hired', 2)).toEqual([Number.NaN, Date.parse(second) / 86_400_000]);
    },
  );

  test('say in one line how columns are read', async () => {
    const data = await read(
      csv({
        age: (i) => (i === 3 ? '' : 20 + (i % 50)),
        sex: (i) => (i % 2 ? 'f' : 'm'),
        review: sentence,
        day: (i) => `2024-02-0${(i % 9) + 1}`,
        no: (i) => i,
      }),
      {},
      'mixed.csv',
    );
    expect(data.notices.map((line) => line.replace(`${folder}/`, ''))).toEqual([
      'mixed.csv: 60 rows, 4 features, 2 classes: "u", "v"',
      'columns: 1 numeric ("age"), 1 categorical ("sex": 2 values), 1 text ("review"), 1 date ("day")',
      'left out as id-like: "no"',
      '1 missing cell in 1 column ("age": 1)',
    ]);
    expect(cellsOf(data, 'sex')).toEqual(['m', 'f', 'm']);
    expect(cellsOf(data, 'day', 1)).toEqual([Date.parse('2024-02-01') / 86_400_000]);
  });

  test('with signs and commas are numbers, and a notice says so', async () => {
    const data = await read(
      csv({
        rate: (i) => `${i % 40}%`,
        price: (i) => `$${(i % 50) + 1},005.50`,
        open: (i) => (i % 2 ? `1,${100 + i}` : i),
      }),
    );
    expect(cellsOf(data, 'rate', 4)).toEqual([0, 0.01, 0.02, 0.03].map(Math.fround));
    expect(cellsOf(data, 'price', 2)).toEqual([1005.5, 2005.5]);
    expect(cellsOf(data, 'open', 4)).toEqual([0, 1101, 2, 1103]);
    expect(data.notices.slice(1)).toEqual([
      '"rate": "0%" is 0',
      '"price": "$1,005.50" is 1005.5',
      '"open": "1,101" is 1101',
    ]);
  });

  test('with decimal commas are numbers between other delimiters', async () => {
    const rows = Array.from(
      { length: 20 },
      (_, i) => `${i},25;1.${100 + i},5;1,${100 + i};${i % 2}`,
    );
    const data = await read(`a;b;c;y\n${rows.join('\n')}\n`);
    expect([...data.features.slice(0, 6)]).toEqual(
      [0.25, 1100.5, 1.1, 1.25, 1101.5, 1.101].map(Math.fround),
    );
  });

  test.each<[string, (i: number) => number, boolean]>([
    ['-999', (i) => (i % 7 === 0 ? -999 : 20 + (i % 50)), true],
    ['99', (i) => (i % 9 === 0 ? 99 : i % 4), true],
    ['-999', (i) => (i % 7 === 0 ? -999 : 25 * i), false],
    ['999', (i) => (i === 7 ? 999 : i % 4), false],
    ['-999', (i) => (i % 7 === 0 ? -999 : i % 7 === 3 ? -600 : 20 + (i % 50)), false],
  ])('of %s that may stand for missing ones are told: case %#', async (written, cell, isTold) => {
    const notice = `"x": cells of ${written} are far from all others; empty them if they stand for missing ones`;
    const table = csv({ x: cell, z: (i) => i % 5 });
    const data = await read(table);
    const told = data.notices.filter((line) => line.includes('far from all others'));
    expect(told).toEqual(isTold ? [notice] : []);
  });

  test('of -999 are told among thousands of different numbers', async () => {
    const cell = (i: number) => (i % 50 === 0 ? -999 : i / 64);
    const data = await read(csv({ x: cell }, 9000));
    expect(data.notices.join()).toContain('"x": cells of -999 are far from all others');
  });

  test('of two numbers are told: a column of each can be learnt from', async () => {
    const data = await read(
      csv({
        place: (i) => `${48 + i / 100}, ${11 + i / 50}`,
        pressure: (i) => `${110 + (i % 30)}/${70 + (i % 20)}`,
        telephone: (i) => `+49 170 ${1_000_000 + i * 7919}`,
        x: (i) => (i * i) % 17,
      }),
    );
    expect(data.columns).toEqual(['x']);
    expect(data.notices.slice(1)).toEqual([
      'left out as id-like: "place", "pressure", "telephone"',
      '"place": its cells are two numbers, such as "48, 11"; make a column of each',
      '"pressure": its cells are two numbers, such as "110/70"; make a column of each',
    ]);
  });

  test('in single quotes are told', async () => {
    const cells = { size: (i: number) => `'${(i * 7) % 30}'`, x: (i: number) => (i * i) % 17 };
    const data = await read(csv(cells));
    expect(data.notices.at(-1)).toBe(
      `"size": its cells are in single quotes, which were read as part of them, such as "'0'"; put them in double quotes, or in none`,
    );
    const some = csv({ ...cells, size: (i) => (i === 3 ? 'x' : `'${(i * 7) % 30}'`) });
    expect((await read(some)).notices.join()).not.toContain('single quotes');
  });

  test('of codes are the same however programs write them', async () => {
    const of = async (cell: (row: number) => unknown) =>
      (await read(csv({ type: cell, truth: (i) => (i % 2 ? 'True' : 'FALSE') }))).texts;
    expect(await of((i) => (i % 3) + 1)).toEqual([
      ['1', '2', '3'],
      ['false', 'true'],
    ]);
    expect(await of((i) => `${(i % 3) + 1}.0`)).toEqual([
      ['1', '2', '3'],
      ['false', 'true'],
    ]);
  });

  test('of dates that may be read two ways: a notice names the option', async () => {
    const data = await read(csv({ when: (i) => `0${(i % 9) + 1}/0${(i % 4) + 1}/2024` }));
    expect(cellsOf(data, 'when', 2)).toEqual([
      Date.parse('2024-01-01') / 86_400_000,
      Date.parse('2024-02-02') / 86_400_000,
    ]);
    expect(data.notices.at(-1)).toBe(
      '"when": dates read as month/… (--day-first if the day comes first)',
    );
  });

  test('years and days of eight digits among dates are the same in training, tests and rows to predict', async () => {
    const odd: Readonly<Record<number, string>> = { 5: '1024', 6: '20240131', 7: 'soon' };
    const text = csv({ when: (i) => odd[i] ?? `2024-02-0${(i % 9) + 1}` }, 120);
    const data = await read(text);
    const { test } = await openDataset(await save(text), { label: 'y', test: await save(text) });
    const days = [
      ...Array.from({ length: 5 }, (_, i) => `2024-02-0${i + 1}`),
      ...['1024-01-01', '2024-01-31', undefined, '2024-02-09'],
    ].map((day) => (day === undefined ? Number.NaN : Date.parse(day) / 86_400_000));
    expect(kindsOf(data)).toEqual({ when: 'date' });
    expect([...data.features].slice(0, 9)).toEqual(days);
    expect(test?.features).toEqual(data.features);
    const columns = [{ name: 'when', kind: 'date', dayFirst: false }] as const;
    expect((await readRows(await save(text), columns)).features).toEqual(data.features);
    expect(data.notices).toContain('"when": "1024" is 1024-01-01');
    const none = await read(csv({ when: (i) => (i % 2 ? '2024' : '2024-02-01') }));
    expect(kindsOf(none)).not.toEqual({ when: 'date' });
  });
});
