/**
 * What moves the cursor, colours or turns text around on a screen, or ends a line in a log: controls, marks of
 * direction, halves of pairs. Joiners stay, since emoji and scripts such as Persian need them.
 */
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\ufeff]/gu;
const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** The longest line, in characters: what is behind it is cut. */
const longest = 2000;

/**
 * A text from elsewhere as a part of one line that people read: it can neither end the line nor change
 * what a terminal shows. `a\nb` is shown as `a\\nb`, an escape character as `\\u001b`; at most 2000 characters.
 */
export function oneLine(text: string, most = longest): string {
  const escaped = cut(text, most).replace(
    unprintable,
    (mark) => named[mark] ?? `\\u${(mark.codePointAt(0) as number).toString(16).padStart(4, '0')}`,
  );
  return cut(escaped, most);
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
