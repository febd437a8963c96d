import { oneLine } from '../../core/index.ts';

/** Writes a line, whatever is in the text: it stays one line. */
export function writeLine(stream: { write(text: string): unknown }, text: string): void {
  stream.write(`${oneLine(text)}\n`);
}
