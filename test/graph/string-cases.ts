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
      name: 'a long token and a long text',
      inputs: [texts(['good'.repeat(20_000), 'good bad '.repeat(5_000), 'good'])],
      build: (x) => g.termCounts(x, { ...vocabulary, terms: [[1], [2, 1]] }),
    },
  ],
};
