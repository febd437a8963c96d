import { loneLetter, loneMark, wordCharacter } from './letters.ts';

/**
 * What a token is, as a regular expression of plain character ranges, which means the same in JavaScript (flag `u`),
 * RE2 (onnxruntime) and Python: a word, or a letter of a script without spaces, with its marks.
 */
export const tokenPattern = `${wordCharacter}+|${loneLetter}${loneMark}*`;

const token = new RegExp(tokenPattern, 'gu');

/**
 * The tokens of a text, in their order. A token is a run of letters, marks and digits; in scripts that write no spaces
 * between words (Han, kana, Thai, Lao, Khmer, Myanmar, …) each letter, with its marks, is a token by itself. All other
 * characters separate: blanks, punctuation, symbols, emoji. So an apostrophe, a hyphen or a decimal point cuts a word
 * in two: `don't` gives `don` and `t`. The case stays as it is.
 */
export function tokenize(text: string): string[] {
  return text.match(token) ?? [];
}

const wordCharacters = new RegExp(`^(${wordCharacter}|${loneLetter}|${loneMark})$`, 'u');

/** Whether a character is a letter, mark or digit, which tokens are made of. */
export function isWordCharacter(character: string): boolean {
  return wordCharacters.test(character);
}

const unspaced = new RegExp(loneLetter, 'gu');

/** Letters of a text that are of scripts which write no spaces between words. */
export function unspacedLetters(text: string): number {
  return text.match(unspaced)?.length ?? 0;
}
