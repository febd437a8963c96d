import { expect, test } from 'vitest';
import { oneLine } from '../../src/core/index.ts';

test.each([
  ['ce, mlp:256, naïve – 東京 😀', 'ce, mlp:256, naïve – 東京 😀'],
  ['ce\n2026-01-01 all is well', 'ce\\n2026-01-01 all is well'],
  ['a\r\tb', 'a\\r\\tb'],
  ['\u001b[2Jgone\u007f\u009b1m', '\\u001b[2Jgone\\u007f\\u009b1m'],
  ['a\u2028b\u2029c', 'a\\u2028b\\u2029c'],
  ['evil\u202egnp.exe', 'evil\\u202egnp.exe'],
  ['half \ud83d', 'half \\ud83d'],
])('%j is one line', (text, line) => {
  expect(oneLine(text)).toBe(line);
});

test('what is too long is cut, by default at 2000 characters', () => {
  expect(oneLine('abcdef', 4)).toBe('abc…');
  expect(oneLine('abcd', 4)).toBe('abcd');
  expect(oneLine('\u0001'.repeat(1e6))).toBe(`${'\\u0001'.repeat(333)}\\…`);
  expect(oneLine('x'.repeat(1e6))).toBe(`${'x'.repeat(1999)}…`);
});
