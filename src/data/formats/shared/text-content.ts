import { isUtf8 } from 'node:buffer';
import { SymlossError } from '../../../core/index.ts';
import type { FileStart } from './file-bytes.ts';
import { fileContent, passingContent, readStart } from './file-bytes.ts';

const newline = 0x0a;
/** Small, so that a piece and what is made of it stay in the cache of the processor. */
const pieceSize = 1 << 18;

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** Names of encodings, as messages and iconv have them. */
const encodingNames = { 'utf-8': 'UTF-8', 'utf-16le': 'UTF-16LE', 'utf-16be': 'UTF-16BE' } as const;

export interface TextOptions {
  readonly gzip: boolean;
  /** What the text is, for hints: `CSV`. */
  readonly form: string;
  /** Told of the bytes of the file that were read. */
  readonly onRead?: ((bytes: number) => void) | undefined;
  /** Ends the reading, which then fails with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The content of a file of text as UTF-8, in pieces, unpacked; without the mark where it has one. It is in UTF-8, or in
 * UTF-16 with a byte order mark. A piece holds until the next one is asked for.
 * @throws SymlossError naming the line that is not
 */
export async function* readText(
  path: string,
  { gzip, form, signal, onRead }: TextOptions,
): AsyncGenerator<Buffer> {
  let decode: ((bytes: Buffer, stream: boolean) => Buffer) | undefined;
  const content = gzip
    ? fileContent(path, { gzip, pieceSize, onRead })
    : passingContent(path, { pieceSize, onRead });
  for await (const bytes of withFirst(content, 3)) {
    signal?.throwIfAborted();
    decode ??= decoderFor(path, encodingOf(bytes), form);
    const text = decode(bytes, true);
    if (text.length > 0) yield text;
  }
  decode?.(Buffer.alloc(0), false);
}

/**
 * The first bytes of a file of text, as UTF-8 without a mark.
 * @param length in bytes of the file, unpacked
 * @param expected what the file should be, for messages
 * @throws SymlossError if it cannot be read, or is no text
 */
export async function textStart(
  path: string,
  length: number,
  form: string,
  expected?: string,
): Promise<FileStart & { readonly isWhole: boolean }> {
  const start = await readStart(path, length, expected);
  const isWhole = start.bytes.length < length;
  const bytes = decoderFor(path, encodingOf(start.bytes), form)(start.bytes, true);
  return { ...start, bytes, isWhole };
}

/** Whether the first bytes of a file may be text in an encoding that is read. */
export function mayBeText(start: Buffer): boolean {
  return encodingOf(start) !== 'utf-8' || !start.includes(0);
}

function encodingOf(start: Buffer): Encoding {
  const mark = start.toString('hex', 0, 2);
  return mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : 'utf-8';
}

/** Puts pieces together until the first one has so many bytes, or is all there is. */
async function* withFirst(pieces: AsyncIterable<Buffer>, size: number): AsyncGenerator<Buffer> {
  let first: Buffer | undefined = Buffer.alloc(0);
  for await (const piece of pieces) {
    if (first === undefined) yield piece;
    else {
      first = Buffer.concat([first, piece]);
      if (first.length < size) continue;
      yield first;
      first = undefined;
    }
  }
  if (first !== undefined && first.length > 0) yield first;
}

/** Makes UTF-8 of bytes, piece by piece. */
function decoderFor(
  path: string,
  encoding: Encoding,
  form: string,
): (bytes: Buffer, stream: boolean) => Buffer {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let line = 1;
  let isStart = true;
  let isWhole = true; // the last piece ended with a character of one byte, so that the decoder waits for nothing
  return (bytes, stream) => {
    if (encoding === 'utf-8') checkNoNul(path, bytes, { form, isStart });
    let decoded = '';
    try {
      // a check alone takes less time than decoding, and leaves no text behind to be collected
      const isRight = encoding === 'utf-8' && isWhole && bytes.length > 0 && isUtf8(bytes);
      if (!isRight) decoded = decoder.decode(bytes, { stream });
      isWhole = isRight || (bytes.at(-1) ?? 0) < 0x80;
    } catch (cause) {
      const isUtf16 = encoding !== 'utf-8';
      const where = isUtf16 ? path : `${path}, line ${line + linesBeforeFault(bytes)}`;
      const received = isUtf16 ? 'half a character' : 'bytes of another encoding';
      throw new SymlossError(where, `text in ${encodingNames[encoding]}`, received, {
        hint: isUtf16
          ? `save it as ${form} in UTF-8 (iconv converts files)`
          : `save it as ${form} in UTF-8 (iconv -f WINDOWS-1252 -t UTF-8 converts what Excel wrote)`,
        cause,
      });
    }
    if (encoding !== 'utf-8' && decoded.includes('\0')) throw notText(path, 'binary data', form);
    const text = encoding === 'utf-8' ? bytes : Buffer.from(decoded);
    for (let at = text.indexOf(newline); at >= 0; at = text.indexOf(newline, at + 1)) line++;
    const isMarked = isStart && encoding === 'utf-8' && text.toString('hex', 0, 3) === 'efbbbf';
    isStart = false;
    return isMarked ? text.subarray(3) : text;
  };
}

/** @throws SymlossError for bytes that are in no text */
function checkNoNul(
  path: string,
  bytes: Buffer,
  { form, isStart }: { readonly form: string; readonly isStart: boolean },
): void {
  if (!bytes.includes(0)) return;
  // in UTF-16 every second byte of an English text is 0
  const start = [...bytes.subarray(0, 64)];
  const nul = [0, 1].map((half) => start.every((byte, i) => i % 2 !== half || byte === 0));
  if (!isStart || start.length < 4 || nul[0] === nul[1]) throw notText(path, 'binary data', form);
  const name = encodingNames[nul[0] ? 'utf-16be' : 'utf-16le'];
  throw new SymlossError(path, 'text in UTF-8', `${name} without a byte order mark`, {
    hint: `save it as ${form} in UTF-8 (iconv -f ${name} -t UTF-8)`,
  });
}

function notText(path: string, received: string, form: string): SymlossError {
  return new SymlossError(path, 'text in UTF-8', received, {
    hint: `save it as ${form} in UTF-8`,
  });
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
