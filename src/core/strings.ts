import { show } from './checks.ts';
import { SymlossError } from './errors.ts';

/** NUL, and halves of surrogate pairs without the other half. */
const unportable = /[\0\p{Surrogate}]/u;
const allUnportable = new RegExp(unportable, 'gu');

/**
 * A text as all runtimes take it: NUL, at which some of them end a text, and lone surrogates, which UTF-8 cannot say,
 * become U+FFFD, the replacement character.
 */
export function portableText(text: string): string {
  return unportable.test(text) ? text.replace(allUnportable, '\uFFFD') : text;
}

/**
 * `portableText` of all texts; the array itself where nothing changes.
 * @throws SymlossError naming the first row (from 0) that is no text
 */
export function portableTexts(where: string, texts: readonly string[]): readonly string[] {
  let isPortable = true;
  for (let row = 0; row < texts.length; row++) {
    const text: unknown = texts[row];
    if (typeof text !== 'string') {
      throw new SymlossError(`${where}, row ${row}`, 'a string', show(text));
    }
    isPortable &&= !unportable.test(text);
  }
  return isPortable ? texts : texts.map(portableText);
}
