import { describe, expect, test } from 'vitest';
import type { OpenOptions } from '../../src/data/formats/index.ts';
import { openDataset, readRows } from '../../src/data/formats/index.ts';
import type { Table } from '../../src/data/index.ts';
import { checkDataset, selectRows } from '../../src/data/index.ts';
import { csvFiles } from './csv-files.ts';

const { folder, save, read, fault } = csvFiles();
const n = 60;

/** A table of n rows, with a label of two classes that nothing tells. */
function csv(columns: Readonly<Record<string, (row: number) => unknown>>, rows = n): string {
  const names = Object.keys(columns);
  const cell = (value: unknown) => `"${String(value).replaceAll('"', '""')}"`;
  const lines = Array.from({ length: rows }, (_, i) =>
    [...names.map((name) => cell(columns[name]?.(i))), `"${i % 3 === 1 ? 'u' : 'v'}"`].join(','),
  );
  return `${[...names.map(cell), 'y'].join(',')}\n${lines.join('\n')}\n`;
}

/** The kinds of the columns that are kept. */
function kindsOf({ columns = [], kinds }: Table): Record<string, string> {
  return Object.fromEntries(columns.map((name, j) => [name, kinds?.[j] ?? 'numeric']));
}

/** What a column's numbers stand for, of the first rows. */
function cellsOf({ columns = [], features, texts }: Table, name: string, rows = 3): unknown[] {
  const [d, j] = [columns.length, columns.indexOf(name)];
  return Array.from({ length: rows }, (_, row) => {
    const value = features[row * d + j] as number;
    return texts?.[j] === undefined || Number.isNaN(value) ? value : texts[j]?.[value];
  });
}

const words = 'the a red dog cat runs sleeps far away today never slowly'.split(' ');
const sentence = (i: number) =>
  Array.from({ length: 6 }, (_, k) => words[(Math.imul(i + 7, 2654435761) >>> (4 * k)) % 12]).join(
    ' ',
  );

const signs = '这部 电影 很好 不太 喜欢 非常 无聊 值得 推荐 演员 故事 精彩'.split(' ');
const unspaced = (i: number) =>
  sentence(i)
    .split(' ')
    .map((word) => signs[words.indexOf(word)])
    .join('');

describe('the kind of a column', () => {
  test.each<[string, (row: number) => unknown, string]>([
    ['amounts', (i) => i * 1.5 - 7, 'numeric'],
    ['counts of few values', (i) => i % 5, 'numeric'],
    ['two numbers', (i) => i % 2, 'numeric'],
    ['numbers with question marks', (i) => (i % 2 ? '?' : i), 'numeric'],
    ['numbers and a rare word', (i) => (i === 7 ? 'oops' : i * i), 'numeric'],
    ['numbers and 3+', (i) => (i % 20 === 3 ? '3+' : i % 3), 'categorical'],
    ['numbers and many words', (i) => (i % 5 ? i : words[i % 12]), 'categorical'],
    ['amounts of money', (i) => `$${i},000.50`, 'numeric'],
    ['several currencies', (i) => `${i % 2 ? '$' : '€'}${(i % 9) + 1}`, 'categorical'],
    ['codes with zeros in front', (i) => `00${(i % 7) + 500}`, 'categorical'],
    ['country_code', (i) => 40 + (i % 7), 'categorical'],
    ['storeId', (i) => (i * 7) % 12, 'categorical'],
    ['truths', (i) => (i % 2 ? 'TRUE' : 'FALSE'), 'categorical'],
    ['yes and no', (i) => (i % 2 ? 'yes' : 'no'), 'categorical'],
    ['long answers of a survey', (i) => sentence(i % 4), 'categorical'],
    ['names that repeat', (i) => `name${(i * 11) % 40}`, 'categorical'],
    ['sentences', sentence, 'text'],
    ['different words', (i) => sentence(i).replaceAll(' ', ''), 'text'],
    ['Chinese sentences, some of them again', (i) => unspaced(i >> 1), 'text'],
    ['Chinese sentences with numbers', (i) => `${unspaced(i)}${i}`, 'text'],
    ['Chinese names that repeat', (i) => `${signs[i % 12]}市${signs[i % 4]}`, 'categorical'],
    ['Chinese answers of a survey', (i) => unspaced(i % 4), 'categorical'],
    ['days', (i) => `2024-01-${String((i % 28) + 1).padStart(2, '0')}`, 'date'],
    ['days as in Germany', (i) => `${(i % 28) + 1}.3.2024`, 'date'],
    ['months in front', (i) => `3/${(i % 28) + 1}/2024`, 'date'],
    ['days and gaps', (i) => (i % 4 ? `2024-01-${(i % 28) + 1}` : 'unknown'), 'date'],
    ['times of day', (i) => `${i % 24}:${String(i % 60).padStart(2, '0')}`, 'date'],
    ['years', (i) => 1950 + i, 'numeric'],
  ])('%s', async (name, cell, kind) => {
    const data = await read(csv({ [name]: cell }));
    checkDataset('table', data);
    expect(kindsOf(data)).toEqual({ [name]: kind });
  });

  test.each<[string, (row: number) => unknown, string]>([
    ['row numbers from 0', (i) => i, 'id-like'],
    ['row numbers from 1', (i) => i + 1, 'id-like'],
    ['customer ID', (i) => (i * 7919) % 1009, 'id-like'],
    ['tickets', (i) => `T${i * 31}`, 'id-like'],
    ['same number', () => 4, 'constant'],
    ['same text', () => 'four', 'constant'],
    ['same day', () => '2024-01-31', 'constant'],
    ['nothing', () => '', 'empty'],
    ['nothing but NA', (i) => ['NA', 'null', ' '][i % 3], 'empty'],
  ])('%s: left out', async (name, cell, reason) => {
    const text = csv({ [name]: cell, x: (i) => (i * i) % 17 });
    const data = await read(text);
    expect(data.columns).toEqual(['x']);
    expect(data.notices.slice(1)).toEqual([`left out as ${reason}: "${name}"`]);
    const asked = await read(text, { features: [name, 'x'] }).then(
      ({ columns }) => columns,
      (error: Error) => error.message.split(': ').at(-1),
    );
    const refused = 'expected a filled cell, received none';
    expect(asked).toEqual(reason === 'empty' ? refused : [name, 'x']);
  });

  test('holds for a column that turns to texts behind thousands of numbers', async () => {
    const rows = 20_000;
    const data = await read(
      csv(
        {
          code: (i) => (i < 9000 ? `${i}.50` : `A${i % 9000}`),
          padded: (i) => (i < 15_000 ? i : String(i % 2000).padStart(5, '0')),
          number: (i) => (i % 100 === 99 ? '?' : i % 1000 === 7 ? 'odd' : i * 0.5),
        },
        rows,
      ),
    );
    expect(kindsOf(data)).toEqual({
      code: 'categorical',
      padded: 'categorical',
      number: 'numeric',
    });
    expect(cellsOf(data, 'code', 2)).toEqual(['0.50', '1.50']);
    expect(data.texts?.[0]).toHaveLength(18_000);
    expect(cellsOf(data, 'padded', rows).at(-1)).toBe('01999');
    const numbers = cellsOf(data, 'number', 120);
    expect(numbers.slice(0, 9)).toEqual([0, 0.5, 1, 1.5, 2, 2.5, 3, Number.NaN, 4]);
    expect(numbers[99]).toBeNaN();
    const place = 'row 8 (counting data rows from 1)';
    expect(data.notices.join('\n')).toContain(
      `"number": 220 cells among numbers read as missing, such as "odd" in `,
    );
    expect(data.notices.join('\n')).toContain(`, ${place}\n`);
  });

  test('is what options say', async () => {
    const text = csv({
      size: (i) => i % 5,
      name: sentence,
      year: (i) => 1950 + (i % 9),
      note: (i) => (i % 3 ? 'some' : i),
      when: (i) => `03/${(i % 12) + 1}/2024`,
    });
    const data = await read(text, {
      categorical: ['size', 'name'],
      date: ['year'],
      numeric: ['note'],
      dayFirst: ['when'],
    }).catch((error: Error) => error.message);
    expect(data).toContain('row 2 (counting data rows from 1), column "note": expected a number');
    const own = await read(text, {
      columns: {
        size: 'categorical',
        name: 'categorical',
        year: 'date',
        note: 'text',
        when: 'day-first',
      },
    });
    expect(kindsOf(own)).toEqual({
      ...{ size: 'categorical', name: 'categorical', year: 'date', note: 'text', when: 'date' },
    });
    expect(cellsOf(own, 'size')).toEqual(['0', '1', '2']);
    expect(cellsOf(own, 'year', 1)).toEqual([Date.parse('1950-01-01') / 86_400_000]);
    expect(cellsOf(own, 'when', 2)).toEqual([
      Date.parse('2024-01-03') / 86_400_000,
      Date.parse('2024-02-03') / 86_400_000,
    ]);
    expect(own.dayFirst).toEqual([undefined, undefined, false, undefined, true]);
    expect('wordsOnly' in own).toBe(false);
    const byWords = await read(text, { columns: { name: 'words' } });
    expect(kindsOf(byWords)).toMatchObject({ name: 'text', size: 'numeric' });
    expect(byWords.columns?.filter((_, j) => byWords.wordsOnly?.[j])).toEqual(['name']);
    expect(byWords.notices.join()).toContain('1 text ("name": words only)');
    expect((await read(text, { words: ['name'] })).wordsOnly).toEqual(byWords.wordsOnly);
    const twice = read(text, { words: ['name'], text: ['name'] });
    await expect(twice).rejects.toThrow(
      'text column "name": expected a column of its own, received one that text names, too',
    );
    await expect(read(text, { words: ['nome'] })).rejects.toThrow(
      'received "nome"; did you mean "name"?',
    );
    const lists = await read(text, { ignore: ['note', 'name'], text: ['year'] });
    expect(kindsOf(lists)).toEqual({ size: 'numeric', year: 'text', when: 'date' });
  });
});

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

describe('weights, groups and ids', () => {
  const text = csv({
    x: (i) => (i * i) % 17,
    w: (i) => (i % 3) / 2,
    patient: (i) => `p${i % 7}`,
    name: (i) => `n${i}`,
  });

  test('are no features', async () => {
    const data = await read(text, { weight: 'w', group: 'patient', id: ['name'] });
    checkDataset('table', data);
    expect(data.columns).toEqual(['x']);
    expect([...(data.sampleWeights ?? [])].slice(0, 4)).toEqual([0, 0.5, 1, 0]);
    expect([...(data.groups ?? [])].slice(0, 9)).toEqual([0, 1, 2, 3, 4, 5, 6, 0, 1]);
    const some = selectRows(data, [8, 2]);
    expect([...(some.groups ?? [])]).toEqual([1, 2]);
    const wrong = { ...data, groups: new Int32Array(3) };
    expect(() => checkDataset('table', wrong)).toThrow('table: expected 60 groups, received 3');
  });
});

describe('a column that gives the label away', () => {
  const label = (i: number) => (i % 3 === 1 ? 'u' : 'v');
  test.each<[string, (row: number) => unknown, boolean]>([
    ['the class by another name', (i) => ({ u: 'yes', v: 'no' })[label(i)], true],
    ['the class as a number', (i) => ({ u: 1, v: 0 })[label(i)], true],
    ['but for one of 300 rows', (i) => ({ u: 1, v: 0 })[label(i + (i === 7 ? 1 : 0))], true],
    ['but for ten', (i) => ({ u: 1, v: 0 })[label(i + (i % 30 === 0 ? 1 : 0))], false],
    ['finer than the class', (i) => `${label(i)}${i % 2}`, false],
    ['nearly constant', (i) => (i === 5 ? 1 : 0), false],
  ])('%s: warned of %s', async (name, cell, isLeak) => {
    const data = await read(csv({ [name]: cell, x: (i) => (i * i) % 17 }, 300));
    expect(data.columns).toEqual([name, 'x']);
    const warned = data.notices.filter((line) => line.startsWith('warning'));
    const share = name.startsWith('but') ? '99.6' : '100';
    expect(warned).toEqual(
      isLeak
        ? [
            `warning: "${name}" equals the label but for names on ${share} % of the rows: ` +
              'if it is not known before the label is, leave it out (--ignore)',
          ]
        : [],
    );
  });
});

describe('test data', () => {
  const training = csv({
    code: (i) => (i % 5) + 1,
    size: (i) => i % 9,
    kind: (i) => words[i % 5],
    review: sentence,
    when: (i) => `${(i % 28) + 1}/02/2024`,
    no: (i) => i,
  });
  const open = async (test: string, options: OpenOptions = {}) =>
    openDataset(await save(training), {
      label: 'y',
      test: await save(test, 'test.csv'),
      ...options,
    });

  test('are read as the training data were, whatever their own cells look like', async () => {
    const { data, test } = await open(
      'when,kind,extra,review,y,size,code\n03/04/2024,new,1,one,u,?,NA\n05/06/2024,the,2,two,v,1.5,7\n',
    );
    expect(kindsOf(data as Table)).toEqual({
      ...{
        code: 'categorical',
        size: 'numeric',
        kind: 'categorical',
        review: 'text',
        when: 'date',
      },
    });
    expect(test?.columns).toEqual(data.columns);
    expect(test?.kinds).toEqual(data.kinds);
    const rows = (name: string) => cellsOf(test as Table, name, 2);
    expect(rows('code')).toEqual([Number.NaN, '7']);
    expect(rows('size')).toEqual([Number.NaN, 1.5]);
    expect(rows('kind')).toEqual(['new', 'the']);
    expect(rows('review')).toEqual(['one', 'two']);
    expect(rows('when')).toEqual([
      Date.parse('2024-04-03') / 86_400_000,
      Date.parse('2024-06-05') / 86_400_000,
    ]);
  });

  test.each([
    [
      'no label',
      'code,size,kind,review,when\n1,1,the,a,1/2/2024\n',
      ', label column: expected one of',
    ],
    [
      'no feature',
      'code,size,kind,when,y\n1,1,the,1/2/2024,u\n',
      ', feature column: expected one of',
    ],
    [
      'a text for a number',
      'code,size,kind,review,when,y\n1,x,the,a,1/2/2024,u\n',
      ', row 1 (counting data rows from 1), column "size": expected a number, received "x"',
    ],
  ])('%s: refused', async (_, text, message) => {
    expect(await fault(open(text))).toContain(`test.csv${message}`);
  });
});

describe('rows to predict for', () => {
  const columns = [
    { name: 'when', kind: 'date', dayFirst: true },
    { name: 'kind', kind: 'categorical' },
    { name: 'size', kind: 'numeric' },
    { name: 'review', kind: 'text' },
  ] as const;

  test('are read by name and kind, with their ids', async () => {
    const path = await save(
      'review,id,kind,more,size,when\nfine,7,3,x,?,01/02/2024\n,8,,y,"1,500",unknown\n',
    );
    const rows = await readRows(path, columns, { id: ['id', 'more'] });
    expect(rows.columns).toEqual(['when', 'kind', 'size', 'review']);
    expect(rows.kinds).toEqual(['date', 'categorical', 'numeric', 'text']);
    expect(rows.texts).toEqual([undefined, ['3'], undefined, ['fine']]);
    const day = Date.parse('2024-02-01') / 86_400_000;
    expect([...rows.features]).toEqual([
      day,
      0,
      Number.NaN,
      0,
      ...[Number.NaN, Number.NaN, 1500, Number.NaN],
    ]);
    expect(rows.ids).toEqual([
      { name: 'id', values: ['7', '8'] },
      { name: 'more', values: ['x', 'y'] },
    ]);
  });

  test('may lack no column', async () => {
    const path = await save('review,kind,when\nfine,3,2024-01-01\n', 'lacks.csv');
    expect(await fault(readRows(path, columns))).toContain(
      'lacks.csv, feature column: expected one of "review", "kind", "when", received "size"',
    );
    expect(await fault(readRows(path, ['kind', 'review'], { ids: ['x'] } as object))).toBe(
      'readRows: expected fields among missing, id, memoryLimit, signal, received "ids"; did you mean "id"?',
    );
  });
});
