import { SymlossError } from '../../../core/index.ts';
import type { TextOptions } from '../shared/text-content.ts';
import { readText } from '../shared/text-content.ts';

const newline = 0x0a;
/** Bytes of the longest line. */
const longest = 2 ** 24;

/** A line of text, without its end. */
export interface Line {
  /** Counted from 1. */
  readonly number: number;
  readonly text: string;
}

/**
 * The lines of a file that are not blank, some at a time.
 * @throws SymlossError naming a line that is no text, or too long
 */
export async function* lines(path: string, options: TextOptions): AsyncGenerator<Line[]> {
  let number = 0;
  let parts: Buffer[] = []; // of a line that is not finished
  let held = 0;
  for await (const bytes of readText(path, options)) {
    const some: Line[] = [];
    let start = 0;
    for (;;) {
      const end = bytes.indexOf(newline, start);
      if (end < 0) break;
      number++;
      const text =
        held === 0
          ? bytes.toString('utf8', start, end)
          : Buffer.concat([...parts, bytes.subarray(start, end)]).toString();
      if (!isBlank(text)) some.push({ number, text });
      parts = [];
      held = 0;
      start = end + 1;
    }
    if (start < bytes.length) parts.push(Buffer.from(bytes.subarray(start))); // a piece holds until the next
    held += bytes.length - start;
    if (held > longest) {
      const expected = `an end of the line within ${longest} bytes`;
      throw new SymlossError(`${path}, line ${number + 1}`, expected, 'none', {
        hint: 'write one object per line',
      });
    }
    if (some.length > 0) yield some;
  }
  const text = Buffer.concat(parts).toString();
  if (!isBlank(text)) yield [{ number: number + 1, text }];
}

function isBlank(text: string): boolean {
  return text.trim() === '';
}

/** Whether the first bytes of a file may be those of an object of JSON. */
export function startsLikeJson(start: Buffer): boolean {
  const text = start.toString('latin1').replaceAll('\0', ''); // of UTF-16 every second byte
  return /^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*\{\s*("|\})/.test(text);
}
