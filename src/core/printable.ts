/** Control characters, ends of lines, and those that turn the direction of a text around. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unprintable = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/**
 * A text as one line that does nothing to a terminal or a log: control characters as escapes
 * (`\n`, `\u001b`), and where it is longer than `most` characters without its middle.
 */
export function printable(text: string, most = Number.POSITIVE_INFINITY): string {
  const half = Math.floor(most / 2);
  const shown = text.length <= most ? text : `${text.slice(0, half)} … ${text.slice(-half)}`;
  return shown.replace(unprintable, escaped);
}

function escaped(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
