import * as g from '../../src/graph/index.ts';
import type { StringOp } from '../../src/graph/op.ts';
import type { OpCase } from './cases.ts';

const half = '\uD800';
const texts = (values: readonly string[]) =>
  ({ shape: [values.length], dtype: 'string', texts: values }) as const;

/** good, bad, not, 好, é, 𝒳 and 7 as words 1 to 7. */
const vocabulary = {
  forms: ['good', 'Good', 'GOOD', 'bad', 'not', '好', 'é', '𝒳', '7'],
  ids: [1, 1, 1, 2, 3, 4, 5, 6, 7],
};

/** g, o and d as characters 1 to 3. */
const letters = { forms: ['g', 'G', 'o', 'O', 'd', 'D'], ids: [1, 1, 2, 2, 3, 3] };

export const stringCases: { readonly [O in StringOp]: readonly OpCase[] } = {
  categoryIndex: [
    {
      name: 'known, unknown, of another case, with blanks',
      inputs: [texts(['b', 'a', 'c', 'B', ' b', 'b ', ''])],
      build: (x) => g.categoryIndex(x, ['a', 'b']),
    },
    {
      name: 'empty, commas, quotes, newlines, beyond the BMP, composed and not',
      inputs: [
        texts(['', 'a,b', '"', '\n', '😀', 'é', 'e\u0301', '𝒳', 'constructor', '__proto__']),
      ],
      build: (x) => g.categoryIndex(x, ['𝒳', 'é', '😀', '\n', '"', 'a,b', '', '__proto__']),
    },
    {
      name: 'NUL and half characters are U+FFFD',
      inputs: [texts(['a\0b', 'a', `a${half}b`, 'a\uFFFDb'])],
      build: (x) => g.categoryIndex(x, ['a', 'a\uFFFDb']),
    },
    {
      name: 'many values',
      inputs: [texts(['v0', 'v999', 'v1000', 'v500'])],
      build: (x) =>
        g.categoryIndex(
          x,
          Array.from({ length: 1000 }, (_, i) => `v${i}`),
        ),
    },
  ],
  termCounts: [
    {
      name: 'words and pairs in any order',
      inputs: [texts(['good bad', 'Not GOOD, not bad; not good', 'bad good Good bad bad'])],
      build: (x) =>
        g.termCounts(x, { ...vocabulary, terms: [[3, 1], [1], [1, 2], [2], [3, 2], [1, 1]] }),
    },
    {
      name: 'an unknown token separates, other characters do not',
      inputs: [
        texts([
          'not very good',
          'not good',
          'not - good',
          'not\n\n“good”',
          'not#good',
          'not0 good',
        ]),
      ],
      build: (x) => g.termCounts(x, { ...vocabulary, terms: [[3, 1], [1]] }),
    },
    {
      name: 'no pairs across rows, or over the end of a row',
      inputs: [texts(['good', 'bad', 'bad good', ''])],
      build: (x) => g.termCounts(x, { ...vocabulary, terms: [[1, 2], [2, 1], [1, 1], [2]] }),
    },
    {
      name: 'pairs only',
      inputs: [texts(['good bad good bad', 'good'])],
      build: (x) =>
        g.termCounts(x, {
          ...vocabulary,
          terms: [
            [2, 1],
            [1, 2],
          ],
        }),
    },
    {
      name: 'words only',
      inputs: [texts(['good bad good bad', 'good'])],
      build: (x) => g.termCounts(x, { ...vocabulary, terms: [[2], [1], [7]] }),
    },
    {
      name: 'no text has a token',
      inputs: [texts(['', ' ', '…!?', '😀❤️'])],
      build: (x) => g.termCounts(x, { ...vocabulary, terms: [[1], [1, 2]] }),
    },
    {
      name: 'no text has a word that counts',
      inputs: [texts(['other', 'others'])],
      build: (x) => g.termCounts(x, { ...vocabulary, terms: [[1], [1, 2]] }),
    },
    {
      name: 'scripts without spaces, beyond the BMP, marks, numbers',
      inputs: [texts(['好好不好', '𝒳 é𝒳', 'é7', 'é 7', '7.7', 'e\u0301', 'x好7'])],
      build: (x) =>
        g.termCounts(x, { ...vocabulary, terms: [[4], [4, 4], [6], [5], [7], [7, 7], [5, 7]] }),
    },
    {
      name: 'NUL and half characters separate',
      inputs: [texts(['good\0bad', `good${half}bad`, `${half}`, '\0good', 'good\uFFFDbad'])],
      build: (x) => g.termCounts(x, { ...vocabulary, terms: [[1], [2], [1, 2]] }),
    },
    {
      name: 'the marks of padding and of the extra row are words like others',
      inputs: [texts(['# 0', '0 0', '#'])],
      build: (x) => g.termCounts(x, { forms: ['0'], ids: [1], terms: [[1], [1, 1]] }),
    },
    {
      name: 'characters behind words, with the edges of words',
      inputs: [texts(['Good bad', 'goodness, no goo-d', 'ogood', '', 'good\nood', 'dog'])],
      build: (x) =>
        g.termCounts(x, {
          ...vocabulary,
          terms: [[1], [1, 2]],
          characters: {
            ...letters,
            terms: [[0, 1, 2], [2, 3, 0], [2, 2], [0, 1, 2, 2, 3, 0], [3], [0, 3, 2, 1, 0], [3, 2]],
          },
        }),
    },
    {
      name: 'characters alone: beyond the BMP, marks, no spaces, unknown ones as edges',
      inputs: [texts(['𝒳𝒳é', '好好不好', 'e\u0301é', '𝒳x𝒳', `a${half}é\0é`, 'É', '😀é❤️é'])],
      build: (x) =>
        g.termCounts(x, {
          ...{ forms: [], ids: [], terms: [] },
          characters: {
            forms: ['𝒳', 'é', 'É', '好', 'e', '\u0301'],
            ids: [1, 2, 2, 3, 4, 5],
            terms: [[1, 1], [0, 1], [0, 2, 0], [3, 3], [0, 3, 0], [4, 5, 2], [0, 4, 5], [1]],
          },
        }),
    },
    {
      name: 'no text has a character that counts',
      inputs: [texts(['', 'xyz', '#'])],
      build: (x) =>
        g.termCounts(x, {
          ...{ forms: [], ids: [], terms: [] },
          characters: { ...letters, terms: [[1], [0, 1, 2]] },
        }),
    },
    {
      name: 'n-grams of 8 characters',
      inputs: [texts(['good good', 'goodgoodgood', 'ggggggggg'])],
      build: (x) =>
        g.termCounts(x, {
          ...{ forms: [], ids: [], terms: [] },
          characters: {
            ...letters,
            terms: [
              [1, 2, 2, 3, 1, 2, 2, 3],
              [1, 1, 1, 1, 1, 1, 1, 1],
              [0, 1, 1],
            ],
          },
        }),
    },
    {
      name: 'a long token and a long text',
      inputs: [texts(['good'.repeat(20_000), 'good bad '.repeat(5_000), 'good'])],
      build: (x) => g.termCounts(x, { ...vocabulary, terms: [[1], [2, 1]] }),
    },
  ],
};
