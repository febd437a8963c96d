const graphemes = new Intl.Segmenter();
/** Characters that take two columns of a terminal: those of East Asia, and emoji. */
const wide =
  /(?![\uff61-\uff9f])[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff01-\uff60\p{Emoji_Presentation}]/u;

/** Columns of a terminal that a text without controls takes. */
export function textWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += wide.test(segment) ? 2 : 1;
  return width;
}

/** Divides a text without line ends into lines of at most so many columns, between words where that is possible. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  let width = 0;
  for (const word of text.split(/(?<=\s)(?=\S)/u)) {
    if (width > 0 && width + textWidth(word.trimEnd()) > columns) {
      lines.push(line.trimEnd());
      [line, width] = ['', 0];
    }
    for (const { segment } of graphemes.segment(word)) {
      const own = textWidth(segment);
      if (width + own > columns && segment.trim() !== '') {
        lines.push(line.trimEnd());
        [line, width] = ['', 0];
      }
      line += segment;
      width += own;
    }
  }
  lines.push(line.trimEnd());
  return lines;
}

/** A text of at most so many columns, with … where it was cut. */
export function cutTo(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let [line, width] = ['', 0];
  for (const { segment } of graphemes.segment(text)) {
    const own = textWidth(segment);
    if (width + own > columns - 1) break;
    line += segment;
    width += own;
  }
  return `${line}…`;
}
