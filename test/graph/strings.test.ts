import { describe, expect, test } from 'vitest';
import { portableText, portableTexts, tensor, toNumbers } from '../../src/core/index.ts';
import * as g from '../../src/graph/index.ts';
import { nodeRunner, webRunner } from '../../src/runtime/index.ts';
import { messageOf } from '../messages.ts';
import { firstDifference, tolerances } from '../tolerances.ts';
import { onnxText } from './onnx-text.ts';
import { tableModel } from './table-model.ts';

const x = g.input('x', [3], 'string');
const words = { forms: ['good', 'bad'], ids: [1, 2], terms: [[1], [2, 1]] };

const letters = {
  forms: ['a', 'b'],
  ids: [1, 2],
  terms: [
    [0, 1],
    [1, 2],
  ],
};

test('text form', () => {
  const many = Array.from({ length: 9 }, (_, i) => `${i}`);
  expect(
    g.toText([g.categoryIndex(x, ['a,"b', 'c']), g.categoryIndex(x, many), g.termCounts(x, words)]),
  ).toBe(
    [
      '%0 = input(name=x) : string[3]',
      '%1 = categoryIndex(%0, values=["a,\\"b","c"]) : float32[3]',
      '%2 = categoryIndex(%0, values=["0","1","2","3","4","5","6","7",…]) : float32[3]',
      '%3 = termCounts(%0, forms=["good","bad"], ids=[1,2], terms=[[1],[2,1]]) : float32[3,2]',
      'return %1, %2, %3',
    ].join('\n'),
  );
});

test('lists of texts are one expression only if they are the same', () => {
  expect(g.categoryIndex(x, ['a', 'b'])).toBe(g.categoryIndex(x, ['a', 'b']));
  expect(g.categoryIndex(x, ['a,b'])).not.toBe(g.categoryIndex(x, ['a', 'b']));
  const [one, other] = [
    [[1], [2, 1]],
    [[1, 2], [1]],
  ].map((terms) => g.termCounts(x, { ...words, terms }));
  expect(one).not.toBe(other);
  const withCharacters = (terms: number[][]) =>
    g.termCounts(x, { ...words, characters: { ...letters, terms } });
  expect(withCharacters([[0, 1]])).toBe(withCharacters([[0, 1]]));
  expect(withCharacters([[0, 1]])).not.toBe(withCharacters([[1, 0]]));
  expect(withCharacters([[0, 1]])).not.toBe(g.termCounts(x, words));
});

test('characters in the text form', () => {
  const [, line] = g.toText(g.termCounts(x, { ...words, characters: letters })).split('\n');
  expect(line).toBe(
    '%1 = termCounts(%0, forms=["good","bad"], ids=[1,2], terms=[[1],[2,1]], characters={forms=["a","b"], ids=[1,2], terms=[[0,1],[1,2]]}) : float32[3,4]',
  );
});

test('no gradient comes back from texts', () => {
  const w = g.input('w', [2], 'float32');
  const [d] = g.grad(g.sum(g.mul(g.termCounts(x, words), w)), [w]);
  const feeds = {
    x: tensor('string', [3], ['good', 'bad good', 'bad']),
    w: tensor('float32', [2], Float32Array.of(1, 1)),
  };
  expect(Array.from(toNumbers(g.interpret(g.program({ d: d! }), feeds).d!))).toEqual([2, 1]);
});

describe('an ONNX file with texts', () => {
  const program = g.program({
    place: g.categoryIndex(x, ['a', 'b']),
    counts: g.termCounts(x, words),
  });
  const dynamic = { x: 'n', place: 'n', counts: 'n' };
  const model = g.toOnnx(program, { dynamic });

  test('reads each text by itself, so that a long one costs the others nothing', () => {
    const lines = onnxText(g.toOnnx(g.program({ counts: g.termCounts(x, words) }))).split('\n');
    expect(lines.map((line) => line.replace(/_\d+/g, ''))).toEqual([
      'Concat = Concat(x, const, axis=0)',
      'Unsqueeze = Unsqueeze(Concat, const)',
      'Scan = Scan(Unsqueeze, body={Tokenizer, Concat, LabelEncoder, TfIdfVectorizer, Reshape}, num_scan_inputs=1)',
      'counts = Slice(Scan, const, const, const)',
    ]);
  });

  test('says so', () => {
    expect(g.onnxSignature(model, 'model')).toEqual({
      inputs: [{ name: 'x', type: 'string', shape: ['n'] }],
      outputs: [
        { name: 'place', type: 'float32', shape: ['n'] },
        { name: 'counts', type: 'float32', shape: ['n', 2] },
      ],
    });
  });

  test.each([nodeRunner(), webRunner()])(
    'takes any number of rows, none too: $name',
    async (runner) => {
      const executable = await runner.load(model);
      const sizes = [
        { texts: [], place: [], counts: [] },
        { texts: ['b'], place: [1], counts: [0, 0] },
        { texts: ['', '', '!', 'a'], place: [2, 2, 2, 0], counts: [0, 0, 0, 0, 0, 0, 0, 0] },
        { texts: ['bad good', 'good'], place: [2, 2], counts: [1, 1, 1, 0] },
      ];
      for (const { texts, place, counts } of sizes) {
        const n = texts.length;
        const outputs = await executable.run({ x: tensor('string', [n], texts) });
        expect(outputs).toEqual({
          place: tensor('float32', [n], Float32Array.from(place)),
          counts: tensor('float32', [n, 2], Float32Array.from(counts)),
        });
      }
      await executable.dispose();
    },
  );
});

test.each([nodeRunner(), webRunner()])(
  'numbers, categories and texts to probabilities: $name',
  async (runner) => {
    for (const texts of [['not good', '', 'Good 好', '好好 not so good', '!', 'good'], ['']]) {
      const { program, feeds, dynamic } = tableModel(texts);
      const executable = await runner.load(g.toOnnx(program, { dynamic }));
      const { label, probs } = await executable.run(feeds);
      await executable.dispose();
      const expected = g.interpret(program, feeds);
      expect(label).toEqual(expected.label);
      const [actual, wanted] = [toNumbers(probs!), toNumbers(expected.probs!)];
      expect(firstDifference(actual, wanted, tolerances.float32Net)).toBe(-1);
    }
  },
);

test('portable texts', () => {
  expect(portableText('a\0b\uD800c\uDC00😀')).toBe('a\uFFFDb\uFFFDc\uFFFD😀');
  const good = ['a', '😀'];
  expect(portableTexts('x', good)).toBe(good);
  expect(portableTexts('x', ['a', '\0'])).toEqual(['a', '\uFFFD']);
});

describe('refused', () => {
  const numbers = g.input('numbers', [3]);
  const table = g.input('table', [3, 2], 'string');
  test.each<[() => unknown, string]>([
    [
      () => g.categoryIndex(numbers, ['a']),
      'categoryIndex: expected string[n], received float32[3]',
    ],
    [
      () => g.categoryIndex(table, ['a']),
      'categoryIndex: expected string[n], received string[3,2]',
    ],
    [() => g.categoryIndex(x, []), 'categoryIndex: expected at least one of values, received none'],
    [
      () => g.categoryIndex(x, ['a', 'b', 'a']),
      'categoryIndex, values: expected distinct texts, received "a" twice',
    ],
    [
      () => g.categoryIndex(x, ['a', 'b\0']),
      'categoryIndex, values, place 1: expected a text without NUL and half characters, received "b\\u0000"',
    ],
    [() => g.termCounts(numbers, words), 'termCounts: expected string[n], received float32[3]'],
    [
      () => g.termCounts(x, { ...words, ids: [1] }),
      'termCounts: expected as many ids as forms, received 2 forms and 1 ids',
    ],
    [
      () => g.termCounts(x, { forms: [], ids: [], terms: [] }),
      'termCounts: expected at least one of forms, received none',
    ],
    [
      () => g.termCounts(x, { ...words, terms: [] }),
      'termCounts: expected at least one of terms, received none',
    ],
    [
      () => g.termCounts(x, { ...words, forms: ['good', "isn't"] }),
      'termCounts, forms, place 1: expected one token, received "isn\'t"',
    ],
    [
      () => g.termCounts(x, { ...words, forms: ['good', 'good'] }),
      'termCounts, forms: expected distinct texts, received "good" twice',
    ],
    [
      () => g.termCounts(x, { ...words, ids: [1, 0] }),
      'termCounts, ids, place 1: expected an integer from 1 to 67108863, received 0',
    ],
    [
      () => g.termCounts(x, { ...words, terms: [[1], [1, 3]] }),
      'termCounts, terms, place 1: expected one or two of the ids, received [1,3]',
    ],
    [
      () => g.termCounts(x, { ...words, terms: [[1, 2], [2], [1, 2]] }),
      'termCounts, terms, place 2: expected distinct terms, received [1,2]',
    ],
    [
      () => g.termCounts(x, { ...words, characters: { ...letters, ids: [1] } }),
      'termCounts, characters: expected as many ids as forms, received 2 forms and 1 ids',
    ],
    [
      () => g.termCounts(x, { ...words, characters: { ...letters, forms: ['a', 'bc'] } }),
      'termCounts, characters, forms, place 1: expected a letter, mark or digit, received "bc"',
    ],
    [
      () => g.termCounts(x, { ...words, characters: { ...letters, forms: ['a', '#'] } }),
      'termCounts, characters, forms, place 1: expected a letter, mark or digit, received "#"',
    ],
    [
      () => g.termCounts(x, { ...words, characters: { ...letters, terms: [[1], [1, 0, 2]] } }),
      'termCounts, characters, terms, place 1: expected 1 to 8 of the ids, at its ends also 0, received [1,0,2]',
    ],
    [
      () => g.termCounts(x, { ...words, characters: { ...letters, terms: [[0]] } }),
      'termCounts, characters, terms, place 0: expected 1 to 8 of the ids, at its ends also 0, received [0]',
    ],
    [
      () =>
        g.termCounts(x, {
          ...words,
          characters: {
            ...letters,
            terms: [
              [1, 2],
              [1, 2],
            ],
          },
        }),
      'termCounts, characters, terms, place 1: expected distinct terms, received [1,2]',
    ],
    [
      () => g.termCounts(x, { ...words, characters: { ...letters, terms: [] } }),
      'termCounts, characters: expected at least one of terms, received none',
    ],
    [() => g.exp(x), 'exp: expected numbers, received string[3]'],
    [() => g.reshape(x, [3, 1]), 'reshape: expected numbers, received string[3]'],
    [() => g.equal(x, x), 'equal: expected numbers, received string[3]'],
    [() => g.cast(numbers, 'string'), 'cast: expected numbers, received type string'],
    [() => g.constant(1, 'string'), 'constant: expected numbers, received type string'],
    [() => g.program({ y: x }), 'program: expected outputs of numbers, received y of type string'],
    [
      () =>
        g.interpret(g.program({ y: g.categoryIndex(x, ['a']) }), {
          x: tensor('float32', [3], new Float32Array(3)),
        }),
      'input x: expected string[3], received float32[3]',
    ],
    [
      () =>
        g.interpret(g.program({ y: g.categoryIndex(x, ['a']) }), {
          x: tensor('string', [3], ['a', null, 'b'] as never),
        }),
      'input x, row 1: expected a string, received null',
    ],
  ])('%#', (act, message) => {
    expect(messageOf(act)).toBe(message);
  });
});
