import { describe, expect, test } from 'vitest';
import type { CharacterTerms } from '../../src/features/columns.ts';
import { fitCharacters } from '../../src/features/fit-characters.ts';
import { encodeRows, fitFeatures } from '../../src/features/index.ts';
import { characterPattern } from '../../src/graph/strings/characters.ts';
import { firstDifference, tolerances } from '../tolerances.ts';
import { rowsTo, tableOf } from './table.ts';

/** N-grams as texts, a blank for the edge of a word. */
function named({ forms, ids, terms }: CharacterTerms): string[] {
  const letter = (id: number) => (id === 0 ? ' ' : forms[ids.indexOf(id)]);
  return terms.map((term) => term.map(letter).join(''));
}

const ones = (texts: readonly string[]) => texts.map((text) => [text, 1] as const);

/** Each code point by itself, as the exported model reads a text. */
const each = new RegExp(characterPattern, 'gu');

describe('fitting characters', () => {
  test('2 to 4 characters of a word and its edges, in two rows or more, most rows first', () => {
    // c and d are in one row only, and so edges
    const fitted = fitCharacters([...ones(['ab', 'AB c', 'abd, x-ray']), ['x', 2]]);
    expect(named(fitted!)).toEqual([
      ...[' a', ' ab', ' ab ', ' x', ' x ', 'ab', 'ab ', 'b ', 'x '],
    ]);
    expect(Object.fromEntries(fitted!.forms.map((form, i) => [form, fitted!.ids[i]]))).toEqual({
      ...{ a: 1, A: 1, b: 2, B: 2, x: 3, X: 3 },
    });
    const weight = Math.fround(Math.log(6 / 4) + 1); // 3 rows of 5
    expect(fitted!.idf).toEqual(Array(9).fill(weight));
  });

  test('the 4,096 that are in the most rows, as counting by hand gives them', () => {
    const syllables = [
      'ba',
      'ko',
      'mi',
      'tu',
      'sel',
      'dor',
      'fan',
      'gri',
      'plo',
      'wex',
      'qy',
      'zh',
    ];
    const pick = (i: number, j: number) => syllables[(i * (j + 3) + j * j * 7) % 12] as string;
    const texts = Array.from({ length: 900 }, (_, i) =>
      [0, 1, 2, 3].map((j) => pick(i, j) + pick(i + j, 5) + pick(i >> 2, j + 1)).join(' '),
    );
    const rows = new Map<string, number>();
    for (const text of texts) {
      const own = new Set<string>();
      for (const word of text.split(' ').map((word) => ` ${word} `)) {
        for (const size of [2, 3, 4]) {
          for (let at = 0; at + size <= word.length; at++) own.add(word.slice(at, at + size));
        }
      }
      for (const term of own) rows.set(term, (rows.get(term) ?? 0) + 1);
    }
    const expected = [...rows]
      .filter(([, n]) => n > 1)
      .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .map(([term]) => term);
    expect(named(fitCharacters(ones(texts))!)).toEqual(expected.slice(0, 4096));
  });

  test('there are no more than 4,096', () => {
    const texts = Array.from({ length: 6000 }, (_, i) => (i + 7000).toString(36).repeat(2));
    const doubled = [...texts, ...texts];
    expect(fitCharacters(ones(doubled))!.terms.length).toBe(4096);
  });

  test('whole code points: accents, marks, beyond the BMP, no spaces between words', () => {
    const texts = ['𝒳é 好好学习', '𝒳é, 好好学', 'e\u0301𝒳', 'e\u0301𝒳 😀'];
    const fitted = fitCharacters(ones(texts))!;
    const terms = named(fitted);
    for (const term of [' 𝒳', '𝒳é', ' 𝒳é ', ' 好好学', 'e\u0301', '\u0301𝒳 ']) {
      expect(terms).toContain(term);
    }
    expect(fitted.forms.filter((form) => form.match(each)?.length !== 1)).toEqual([]);
    expect(fitted.forms).not.toContain('😀');
    expect(fitted.forms).not.toContain('习'); // in one row
  });

  test('letters whose other case is several letters, or that of another letter', () => {
    const fitted = fitCharacters(ones(['İß ςσ ı', 'İß ςσ ı', 'Σ']))!;
    expect(new Set(fitted.forms).size).toBe(fitted.forms.length);
    const idOf = Object.fromEntries(fitted.forms.map((form, i) => [form, fitted.ids[i]]));
    expect(idOf['Σ']).toBe(idOf['σ']);
    const letters = ['İ', 'ß', 'ς', 'σ', 'ı'].map((letter) => idOf[letter]);
    expect(new Set(letters).size).toBe(5);
    expect(letters).not.toContain(undefined);
  });

  test('nothing of texts without a letter, of no text, or where no two rows share any', () => {
    for (const texts of [[], [''], ['', '…!', '😀'], ['ab', 'cd']]) {
      expect(fitCharacters(ones(texts))).toBeUndefined();
    }
  });

  test('nothing where the texts of all rows are longer than 25 million characters', () => {
    const text = 'some words '.repeat(100);
    expect(fitCharacters([[text, 22_727]])?.terms.length).toBeGreaterThan(0); // 24,999,700
    expect(fitCharacters([[text, 22_728]])).toBeUndefined();
  });

  test('evenly spaced texts of two million characters are counted', () => {
    const long = (word: string) => `${word} `.repeat(375_000); // 1.5 million
    const fitted = fitCharacters(ones([long('abc'), long('xyz'), long('abc'), long('xyz')]));
    expect(named(fitted!)).toContain('abc');
    expect(named(fitted!)).not.toContain('xyz'); // of four texts the first and the third
  });
});

describe('a table with characters', () => {
  const note = ['Good tea', 'good teas', 'bad tea', 'GOODS tea!', undefined, 'worse'];
  const table = tableOf({ note: ['text', note], x: ['numeric', [1, 2, 3, 4, 5, 6]] });
  const pipeline = fitFeatures(table, table.d, rowsTo(5));
  const [column] = pipeline.columns;
  if (column?.kind !== 'text' || column.characters === undefined) throw new Error('no characters');
  const { characters, terms: words } = column;

  test('looks at the training rows only', () => {
    const other = tableOf({
      note: ['text', [...note.slice(0, 5), 'worse worse, zzz']],
      x: ['numeric', [1, 2, 3, 4, 5, 99]],
    });
    expect(fitFeatures(other, other.d, rowsTo(5))).toEqual(pipeline);
  });

  test('weights words to one length, and characters to one', () => {
    const encoded = encodeRows(table, table.d, [3, 4, 5], pipeline);
    if (encoded instanceof Float32Array) throw new Error('no texts');
    const { starts, places, values, terms } = encoded;
    expect(terms).toBe(words.length + characters.terms.length);
    expect(starts[1]).toBe(starts[2]); // a missing text
    const lengthOf = (row: number, ofWords: boolean) => {
      const own = [...places.keys()].filter(
        (i) => i >= starts[row]! && i < starts[row + 1]! && places[i]! < words.length === ofWords,
      );
      return Math.hypot(...own.map((i) => values[i]!));
    };
    const lengths = [lengthOf(0, true), lengthOf(0, false), lengthOf(2, true), lengthOf(2, false)];
    // "worse" has no word of the training rows, but " w", "rs" or "e " or none of their n-grams
    expect(firstDifference(lengths.slice(0, 3), [4, 4, 0], tolerances.float32Steps)).toBe(-1);
    const names = named(characters);
    const place = (term: string) => {
      const at = [...places.subarray(0, starts[1])].indexOf(words.length + names.indexOf(term));
      return values[at]!;
    };
    // "GOODS tea!": each n-gram once, so that their weights are as their idf
    const idf = (term: string) => characters.idf[names.indexOf(term)]!;
    const ratio = place('ood') / place('tea');
    expect(firstDifference([ratio], [idf('ood') / idf('tea')], tolerances.float32Steps)).toBe(-1);
  });

  test('is one of words only where it is said to be', () => {
    const own = { ...table, wordsOnly: [true, false] };
    const [first] = fitFeatures(own, own.d, rowsTo(5)).columns;
    const { characters: _, ...others } = column;
    expect(first).toEqual(others);
  });

  test('says something by its characters alone', () => {
    const own = tableOf({ note: ['text', ['unlocked', 'unlocking', 'blocks', 'blocked']] });
    const [first] = fitFeatures(own, own.d, rowsTo(4)).columns;
    expect(first).toMatchObject({ kind: 'text', terms: [] });
    const encoded = encodeRows(own, own.d, [0], { columns: [first!] });
    expect('places' in encoded && encoded.places.length).toBeGreaterThan(0);
  });
});
