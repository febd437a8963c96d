import { isUtf8 } from 'node:buffer';
import { SymlossError } from '../../../core/index.ts';
import { fileContent } from '../shared/file-bytes.ts';

const hint = 'save it as CSV in UTF-8';
const newline = 0x0a;
/** Small, so that the cells of a piece are short-lived: with 1 MiB a third of the time goes to collecting them. */
const pieceSize = 1 << 16;

/** The content of a file of text in pieces, unpacked. @throws SymlossError if it is not UTF-8 */
export async function* readText(path: string, gzip: boolean): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  const check = (bytes: Buffer, stream: boolean) => {
    try {
      decoder.decode(bytes, { stream });
    } catch (cause) {
      const where = `${path}, line ${line + linesBeforeFault(bytes)}`;
      throw new SymlossError(where, 'text in UTF-8', 'bytes of another encoding', { hint, cause });
    }
  };
  for await (const bytes of fileContent(path, { gzip, pieceSize })) {
    checkText(path, bytes);
    check(bytes, true);
    for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) line++;
    yield bytes;
  }
  check(Buffer.alloc(0), false);
}

/** @throws SymlossError for UTF-16, and bytes that are in no text */
export function checkText(path: string, bytes: Buffer): void {
  const mark = bytes.toString('hex', 0, 2);
  const isUtf16 = mark === 'fffe' || mark === 'feff';
  if (!isUtf16 && !bytes.includes(0)) return;
  throw new SymlossError(path, 'text in UTF-8', isUtf16 ? 'UTF-16' : 'binary data', { hint });
}

function linesBeforeFault(bytes: Buffer): number {
  let start = 0;
  while (start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++; // of a character cut in two
  for (let lines = 0; ; lines++) {
    const end = bytes.indexOf(newline, start);
    if (end < 0 || !isUtf8(bytes.subarray(start, end))) return lines;
    start = end + 1;
  }
}
