import { describe, expect, test } from 'vitest';
import { checkDataset } from '../../src/data/index.ts';
import { csvFiles } from './csv-files.ts';
import { cellsOf, csv, kindsOf, sentence, words } from './made-tables.ts';

const { read } = csvFiles();

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
    ['integers of 19 digits', (i) => `${1000 + i}000000000000007`, 'id-like'],
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
