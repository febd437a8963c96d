import { SymlossError, show } from '../../../core/index.ts';
import type { NpyHeader } from './array.ts';
import { npyHeadLength, parseNpyHead } from './array.ts';

/** How texts are written in an array: `<U5`, texts of at most 5 characters in UTF-32, or `|S5`, of at most 5 bytes. */
interface TextHeader extends Pick<NpyHeader, 'littleEndian' | 'shape' | 'offset'> {
  readonly kind: 'U' | 'S';
  /** Bytes of a text; those that it does not need, at its end, are 0. */
  readonly bytes: number;
}

/** Texts in row-major order of an array of one axis, or of others of length 1. */
export interface NpyTexts {
  readonly shape: readonly number[];
  readonly values: readonly string[];
}

/** @param start as for `parseNpyHeader` @returns `undefined` for an array of anything else @throws as `parseNpyHeader` does */
function textHeader(where: string, start: Uint8Array): TextHeader | undefined {
  const { descr, shape, offset } = parseNpyHead(where, start);
  const [, order, kind, width] = /^([<>|=]?)([US])(\d+)$/.exec(descr ?? '') ?? [];
  if (kind === undefined) return undefined;
  const bytes = Number(width) * (kind === 'U' ? 4 : 1);
  return { kind: kind as 'U' | 'S', littleEndian: order !== '>', bytes, shape, offset };
}

/** Whether a .npy file holds texts. @param start as for `parseNpyHeader` @throws SymlossError where it is none */
export function holdsTexts(where: string, start: Uint8Array): boolean {
  return textHeader(where, start) !== undefined;
}

/**
 * The texts of a whole .npy file, NumPy's types `U` and `S`: nothing in them can run.
 * @returns `undefined` for an array of anything else
 * @throws SymlossError if it is foreign, truncated, or a text is damaged or not in UTF-8; rows count from 1
 */
export function parseNpyTexts(where: string, bytes: Uint8Array): NpyTexts | undefined {
  const header = textHeader(where, bytes.subarray(0, npyHeadLength));
  if (header === undefined) return undefined;
  const { shape, offset, bytes: size } = header;
  const n = shape.reduce((a, b) => a * b, 1);
  const expected = offset + n * size;
  if (bytes.length !== expected) {
    const received = String(bytes.length);
    throw new SymlossError(where, `${expected} bytes, as its header says`, received, {
      hint: bytes.length < expected ? 'it is truncated: save it again' : undefined,
    });
  }
  if (size === 0 && n > 0) throw new SymlossError(where, 'texts', 'empty ones only');
  const values: string[] = [];
  for (let row = 0; row < n; row++) {
    const own = bytes.subarray(offset + row * size, offset + (row + 1) * size);
    const text = header.kind === 'U' ? wideText(own, header.littleEndian) : byteText(own);
    if (text === undefined) {
      const what = header.kind === 'U' ? 'characters of Unicode' : 'text in UTF-8';
      throw new SymlossError(`${where}, row ${row + 1}`, what, 'other bytes');
    }
    values.push(text);
  }
  return { shape, values };
}

/** A text in UTF-32; `undefined` where a number is no character. */
function wideText(bytes: Uint8Array, littleEndian: boolean): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const points = Array.from({ length: bytes.length / 4 }, (_, i) =>
    view.getUint32(4 * i, littleEndian),
  );
  while (points.at(-1) === 0) points.pop();
  if (points.some((point) => point > 0x10ffff || (point >= 0xd800 && point < 0xe000))) {
    return undefined;
  }
  return points.map((point) => String.fromCodePoint(point)).join('');
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function byteText(bytes: Uint8Array): string | undefined {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  try {
    return utf8.decode(bytes.subarray(0, end));
  } catch {
    return undefined;
  }
}

/** Texts [n] as values and type of a .npy file. */
export function textValues(texts: readonly string[]): { descr: string; bytes: Uint8Array } {
  const all = texts.map((text) => Array.from(text, (mark) => mark.codePointAt(0) as number));
  const width = all.reduce((most, { length }) => Math.max(most, length), 1);
  const bytes = Buffer.alloc(4 * width * texts.length);
  for (const [row, points] of all.entries()) {
    for (const [i, point] of points.entries()) bytes.writeUInt32LE(point, 4 * (row * width + i));
  }
  return { descr: `<U${width}`, bytes };
}

/** @throws SymlossError naming the first row with an empty text */
export function checkFilled(where: string, texts: readonly string[]): void {
  const row = texts.findIndex((text) => text.trim() === '');
  if (row < 0) return;
  throw new SymlossError(`${where}, row ${row + 1}`, 'a label', show(texts[row]));
}
