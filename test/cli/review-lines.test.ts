import { describe, expect, test } from 'vitest';
import { pictureLines } from '../../src/cli/ui/half-blocks.ts';
import {
  answerLine,
  classLines,
  keysLine,
  suspectLines,
  tallyLine,
  typedLine,
} from '../../src/cli/ui/review-lines.ts';
import { cutTo, textWidth, wrap } from '../../src/cli/ui/text-width.ts';
import { fromRecords } from '../../src/data/formats/index.ts';
import { fromArrays } from '../../src/data/index.ts';
import type { Suspect } from '../../src/review/index.ts';
import { rowView, startSession } from '../../src/review/index.ts';

const terminal = { columns: 40, rows: 24, isColoured: false };
const suspect: Suspect = {
  ...{ row: 1234, given: 'dog', suggested: 'cat', pWrong: 0.957, pSuggested: 0.9, rank: 7 },
  reason: 'models without this row say: 95.0 % cat',
};

describe('widths of texts', () => {
  test('count what takes two columns, and marks that take none', () => {
    expect(['abc', 'é', '日本', '👩‍👩‍👧', 'ｱ'].map(textWidth)).toEqual([3, 1, 4, 2, 1]);
  });

  test('lines are divided between words, and long words anywhere', () => {
    expect(wrap('so it is said', 6)).toEqual(['so it', 'is', 'said']);
    expect(wrap('abcdefgh ij', 3)).toEqual(['abc', 'def', 'gh', 'ij']);
    expect(wrap('日本語です', 5)).toEqual(['日本', '語で', 'す']);
    expect(wrap('', 5)).toEqual(['']);
  });

  test('what is too wide is cut', () => {
    expect(cutTo('abcdef', 6)).toBe('abcdef');
    expect(cutTo('abcdefg', 6)).toBe('abcde…');
    expect(cutTo('日本語', 5)).toBe('日本…');
  });
});

describe('a suspect', () => {
  const said = 'a b\tc\u001b[31m\nnext line that goes on for a while, and longer';
  const rows = [
    { key: 'k1', size: 0.1, colour: 'red', day: '2024-03-01', said, y: 'dog' },
    {
      key: 'k2',
      size: null,
      colour: 'blue',
      day: '2024-03-02 17:30',
      said: 'other words here',
      y: 'cat',
    },
  ];

  test('of a table shows ids, each cell, and texts in lines', async () => {
    const data = await fromRecords(rows, {
      label: 'y',
      id: ['key'],
      text: ['said'],
      date: ['day'],
    });
    const ids = [{ name: 'key', values: ['k1', 'k2'] }];
    const lines = suspectLines(suspect, rowView({ ...data, rowIds: ids }, 0), {
      terminal,
      full: false,
    });
    expect(lines).toEqual([
      'suspect 7: row 1,234, key k1',
      '',
      'size   = 0.1',
      'colour = red',
      'day    = 2024-03-01',
      '',
      'said:',
      'a b  c\\u001b[31m',
      'next line that goes on for a while, and',
      'longer',
      '',
      'given      dog',
      'suggested  cat',
      'wrong with probability 95.7 %; cat with 90.0 %',
      'models without this row say: 95.0 % cat',
    ]);
    const second = suspectLines(suspect, rowView(data, 1), { terminal, full: false });
    expect(second.slice(2, 5)).toEqual([
      'size   = –',
      'colour = blue',
      'day    = 2024-03-02, about 17:30',
    ]);
  });

  test('of several annotators shows who gave which label', async () => {
    const data = fromArrays({
      features: [[1], [2]],
      annotations: {
        annotators: ['ann', 'bob', 'cy'],
        labels: [
          ['dog', 'cat', 'dog'],
          [null, 'cat', 'cat'],
        ],
      },
    });
    const [first, second] = [0, 1].map((row) => {
      const lines = suspectLines(suspect, rowView(data, row), { terminal, full: false });
      return lines.filter((line) => line.startsWith('labelled'));
    });
    expect(first).toEqual(['labelled   dog by ann, cy; cat by bob']);
    expect(second).toEqual(['labelled   cat by bob, cy']);
  });

  test('shows long texts and many columns in full where that is asked for', () => {
    const cells = Array.from({ length: 30 }, (_, i) => ({
      ...{ name: `c${i}`, text: String(i), isText: false },
    }));
    const text = { name: 't', text: 'line\n'.repeat(20).trimEnd(), isText: true };
    const view = { ids: [], cells: [...cells, text] };
    const short = suspectLines(suspect, view, { terminal, full: false });
    expect(short.slice(25, 42)).toEqual([
      'c23 = 23',
      '… and 6 more columns: v shows all',
      '',
      't:',
      ...Array.from({ length: 12 }, () => 'line'),
      '… and 8 more lines: v shows all',
    ]);
    const full = suspectLines(suspect, view, { terminal, full: true });
    expect(full.filter((line) => line === 'line')).toHaveLength(20);
    expect(full).toContain('c29 = 29');
  });

  test('of images and of columns that are pixels shows a picture', () => {
    const grey = fromArrays({
      features: Uint8Array.of(0, 255, 255, 0, 1, 2, 3, 4),
      labels: ['a', 'b'],
      featureShape: [1, 2, 2],
    });
    expect(rowView(grey, 0).picture).toEqual({
      ...{ channels: 1, height: 2, width: 2, pixels: Uint8Array.of(0, 255, 255, 0) },
    });
    const columns = Array.from({ length: 16 }, (_, i) => `p${i}`);
    const pixels = Float32Array.from(columns, (_, i) => i);
    const table = { ...grey, features: pixels, featureShape: [16], columns };
    expect(rowView(table, 0).picture).toMatchObject({ width: 4, height: 4 });
    expect(rowView(table, 0).picture?.pixels).toEqual(Uint8Array.from(columns, (_, i) => 17 * i));
    const other = { ...table, columns: columns.with(3, 'p30') };
    expect(rowView(other, 0).picture).toBeUndefined();
    expect(rowView(other, 0).cells?.[3]).toEqual({ name: 'p30', text: '3', isText: false });
  });

  test('has vectors as one cell', () => {
    const columns = ['x', 'v[0]', 'v[1]', 'w[0]'];
    const kinds = ['numeric', 'embedding', 'embedding', 'embedding'] as const;
    const table = {
      ...fromArrays({
        features: [
          [1, 2, 3, 4],
          [5, 6, 7, 8],
        ],
        labels: ['a', 'b'],
      }),
      ...{ columns, kinds },
    };
    expect(rowView(table, 0).cells).toEqual([
      { name: 'x', text: '1', isText: false },
      { name: 'v', text: 'vector of 2 numbers', isText: false },
      { name: 'w', text: 'vector of 1 number', isText: false },
    ]);
  });
});

describe('pictures', () => {
  const grey = (width: number, height: number, pixels: number[]) => ({
    ...{ channels: 1, width, height, pixels: Uint8Array.from(pixels) },
  });
  const plain = { columns: 10, lines: 4, isColoured: false };

  test('are shades of two pixels each, enlarged by whole factors', () => {
    const lines = pictureLines(grey(2, 2, [0, 255, 0, 128]), { ...plain, columns: 2 });
    expect(lines).toEqual([' ▓']);
    expect(
      pictureLines(grey(2, 2, [0, 255, 100, 128]), { ...plain, columns: 5, lines: 2 }),
    ).toEqual(['  ██', '░░▒▒']);
  });

  test('are averaged down to what fits, and keep their shape', () => {
    const wide = grey(
      8,
      4,
      Array.from({ length: 32 }, (_, i) => (i % 8 < 4 ? 0 : 255)),
    );
    expect(pictureLines(wide, { ...plain, columns: 4, lines: 9 })).toEqual(['  ██']);
    expect(pictureLines(grey(1, 1, [255]), { ...plain, columns: 1 })).toEqual(['█']);
  });

  test('are half blocks of two colours where the terminal has them', () => {
    const pixels = Uint8Array.of(1, 2, 3, 4, 5, 6);
    const picture = { channels: 3, width: 1, height: 2, pixels };
    expect(pictureLines(picture, { columns: 1, lines: 1, isColoured: true })).toEqual([
      '\x1b[38;2;1;3;5m\x1b[48;2;2;4;6m▀\x1b[0m',
    ]);
    const odd = { channels: 1, width: 1, height: 1, pixels: Uint8Array.of(9) };
    expect(pictureLines(odd, { columns: 1, lines: 1, isColoured: true })).toEqual([
      '\x1b[38;2;9;9;9m\x1b[49m▀\x1b[0m',
    ]);
  });
});

describe('lines', () => {
  test('say how far it is, and how many labels were wrong', () => {
    expect(tallyLine({ suspects: 1200, decided: 0, wrong: 0, interval: undefined })).toBe(
      '0 of 1,200 decided',
    );
    expect(tallyLine({ suspects: 40, decided: 29, wrong: 1, interval: [0.0061, 0.1718] })).toBe(
      '29 of 40 decided; 1 of 29 labels was wrong, 3.4 % (0.6 % to 17.2 %)',
    );
  });

  test('say what was decided', () => {
    const answers = [
      { action: 'label', label: 'cat' },
      { action: 'label', label: 'dog' },
      { action: 'exclude' },
      { action: 'skip' },
      { action: 'undo' },
    ] as const;
    expect(answers.map((answer) => answerLine(suspect, answer))).toEqual([
      '→ cat instead of dog',
      '→ dog, as given',
      '→ excluded: of no class',
      '→ skipped',
      '→ taken back: row 1,234',
    ]);
  });

  test('name keys and classes', () => {
    expect(keysLine.length).toBeLessThan(80);
    expect(classLines(['cat', 'cow', 'dog'], { ...terminal, columns: 16 })).toEqual([
      '1 cat  2 cow',
      '3 dog',
    ]);
    expect(classLines(['1', '2'], terminal)).toEqual(['1  2']);
    const many = Array.from({ length: 100 }, (_, i) => `class ${i}`);
    expect(classLines(many, { ...terminal, rows: 10 }).slice(-2)).toEqual([
      '11 class 10   12 class 11',
      '… and 88 more: type the beginning',
    ]);
    const options = { author: 'ann', suspects: [suspect], decisions: [], again: false };
    const session = startSession({ ...options, classes: ['cat', 'cow', 'dog'] });
    expect(typedLine({ ...session, typed: 'c' }, terminal)).toBe('class: c_   cat, cow');
    expect(typedLine({ ...session, typed: 'd' }, terminal)).toBe('class: d_   dog   (enter)');
    expect(typedLine({ ...session, typed: '' }, terminal)).toBe('class: _');
  });
});
