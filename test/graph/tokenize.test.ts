import { describe, expect, test } from 'vitest';
import { tensor } from '../../src/core/index.ts';
import * as g from '../../src/graph/index.ts';
import { interpreterRunner, nodeRunner, webRunner } from '../../src/runtime/index.ts';

describe('tokens', () => {
  test.each<[string, string, string[]]>([
    ['words at blanks and punctuation', 'A fine, Fine film!', ['A', 'fine', 'Fine', 'film']],
    [
      'cut at apostrophes, hyphens, underscores and points',
      "don't well-made snake_case 3.14",
      ['don', 't', 'well', 'made', 'snake', 'case', '3', '14'],
    ],
    ['letters and digits of one word', 'mp3 4x4 m² H₂O', ['mp3', '4x4', 'm²', 'H₂O']],
    ['letters with marks', 'naïve nai\u0308ve Ünder', ['naïve', 'nai\u0308ve', 'Ünder']],
    [
      'Cyrillic, Greek, Arabic, Hebrew, Hindi, Amharic, Korean',
      'Война και السلام שָׁלוֹם हिन्दी ሰላም 전쟁과',
      ['Война', 'και', 'السلام', 'שָׁלוֹם', 'हिन्दी', 'ሰላም', '전쟁과'],
    ],
    [
      'Chinese and Japanese by characters',
      '很好 カタカナ。ひら',
      ['很', '好', 'カ', 'タ', 'カ', 'ナ', 'ひ', 'ら'],
    ],
    ['Thai by letters with their marks', 'ไก่ที่', ['ไ', 'ก่', 'ที่']],
    ['scripts that meet', 'iPhoneで撮る2枚', ['iPhone', 'で', '撮', 'る', '2', '枚']],
    ['digits of all scripts in runs', '１２ ๑๒ ١٢', ['１２', '๑๒', '١٢']],
    ['beyond the BMP', '𝒳𝒴 𠀀𠀁', ['𝒳𝒴', '𠀀', '𠀁']],
    [
      'no emoji, variation selectors, controls or halves of characters',
      '❤️👍🏽 \0\uD800\uFFFD\u200B',
      [],
    ],
    ['an empty text', '', []],
  ])('%s', (_, text, tokens) => {
    expect(g.tokenize(text)).toEqual(tokens);
  });

  test('are the same when a text is cut anew', () => {
    const text = "It's 𝒳, 好 नमस्ते ไก่!";
    expect(g.tokenize(g.tokenize(text).join(' '))).toEqual(g.tokenize(text));
  });
});

/** All code points of planes but halves of surrogate pairs. By default of all planes that hold something. */
function* codePoints(planes: readonly number[] = [0, 1, 2, 3, 14]): Generator<string> {
  for (const plane of planes) {
    for (let code = plane << 16; code < (plane + 1) << 16; code++) {
      if (code < 0xd800 || code > 0xdfff) yield String.fromCodePoint(code);
    }
  }
}

const tablesAre = 17;
const engineIs = Number.parseInt(process.versions.unicode ?? '', 10);
const reason = engineIs > tablesAre ? `it knows Unicode ${engineIs}, the tables ${tablesAre}` : '';

describe(`the ranges are those that this engine knows${reason && ` (skipped: ${reason})`}`, () => {
  /** The first of those that do not satisfy a condition. */
  const counterexample = (of: RegExp, holds: (c: string) => boolean): string | undefined => {
    for (const c of codePoints())
      if (of.test(c) && !holds(c)) return c.codePointAt(0)?.toString(16);
    return undefined;
  };
  const unspaced = [
    ...['Han', 'Hiragana', 'Katakana', 'Bopomofo', 'Yi', 'Tangut', 'Nushu', 'Khitan_Small_Script'],
    ...['Thai', 'Lao', 'Khmer', 'Myanmar', 'Tai_Le', 'New_Tai_Lue', 'Tai_Tham', 'Tai_Viet'],
    ...['Javanese', 'Balinese'],
  ];
  const inUnspaced = new RegExp(unspaced.map((name) => `\\p{Script=${name}}`).join('|'), 'u');
  const ofNoScript = /\p{Script=Common}|\p{Script=Inherited}/u;
  const ofSymbols = /[\u20D0-\u20FF\uFE00-\uFE0F\u{E0100}-\u{E01EF}]/u;
  const tokens = (text: string) => g.tokenize(text).join(' ');

  test.skipIf(reason !== '')('letters and numbers are in tokens', () => {
    expect(counterexample(/[\p{L}\p{N}]/u, (c) => tokens(c) === c)).toBeUndefined();
  });

  test.skipIf(reason !== '')('marks follow letters, those of symbols do not', () => {
    const follows = (c: string) => tokens(`a${c}`) === `a${c}` || tokens(`好${c}`) === `好${c}`;
    expect(counterexample(/\p{M}/u, (c) => follows(c) !== ofSymbols.test(c))).toBeUndefined();
  });

  test.skipIf(reason !== '')('nothing else is', () => {
    // unassigned code points may be
    expect(
      counterexample(/[\p{Z}\p{P}\p{S}\p{Cc}\p{Cf}\p{Co}]/u, (c) => tokens(c) === ''),
    ).toBeUndefined();
  });

  test.skipIf(reason !== '')(
    'letters stand alone in scripts without spaces, and in no others',
    () => {
      const isRight = (c: string) => {
        if (ofNoScript.test(c)) return true;
        return tokens(c + c) === (inUnspaced.test(c) ? `${c} ${c}` : c + c);
      };
      expect(counterexample(/\p{L}/u, isRight)).toBeUndefined();
    },
  );
});

describe.each([
  { runner: nodeRunner(), planes: [0, 1, 2, 3, 14], name: 'onnxruntime-node' },
  { runner: webRunner(), planes: [0], name: 'onnxruntime-web' },
])('$name cuts texts as tokenize does', ({ runner, planes }) => {
  const rows = 256;
  const perRow = 256;
  const texts = g.input('texts', [rows], 'string');
  const a = { forms: ['a'], ids: [1], terms: [[1], [1, 1]] };
  const program = g.program({ counts: g.termCounts(texts, a) });

  test('at every code point, alone and between letters', async () => {
    const executable = await runner.compile(program);
    const points = [...codePoints(planes)].map((c) => `a ${c} a${c}a `);
    for (let start = 0; start < points.length; start += rows * perRow) {
      const data = Array.from({ length: rows }, (_, row) =>
        points.slice(start + row * perRow, start + (row + 1) * perRow).join(''),
      );
      const feeds = { texts: tensor('string', [rows], data) };
      const expected = await (await interpreterRunner().compile(program)).run(feeds);
      expect((await executable.run(feeds)).counts).toEqual(expected.counts);
    }
    await executable.dispose();
  });
});

describe('termFinder', () => {
  test('finds each occurrence, pairs after their second word', () => {
    const find = g.termFinder({
      forms: ['not', 'Not', 'good'],
      ids: [1, 1, 2],
      terms: [[1, 2], [2], [1]],
    });
    const found: number[] = [];
    find('Not good, not so good', (term) => found.push(term));
    expect(found).toEqual([2, 1, 0, 2, 1]);
  });
});
