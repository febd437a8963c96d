/* Readers as plain as can be, to compare with those of symloss: whole files, one value at a time. */

import { gunzipSync } from 'node:zlib';

/** An IDX file of unsigned bytes, gzip or not. */
export function readIdxPlainly(file: Buffer): { shape: number[]; values: number[] } {
  const bytes = file[0] === 0x1f && file[1] === 0x8b ? gunzipSync(file) : file;
  const shape = Array.from({ length: bytes[3] as number }, (_, i) => bytes.readUInt32BE(4 + 4 * i));
  return { shape, values: [...bytes.subarray(4 + 4 * shape.length)] };
}

/** The values of a .npy file in row-major order. */
export function readNpyPlainly(bytes: Buffer): number[] {
  const long = (bytes[6] as number) > 1;
  const start = (long ? 12 : 10) + (long ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8));
  const header = bytes.toString('latin1', long ? 12 : 10, start);
  const [, order = '', kind = '', width = ''] =
    /descr'?"?\s*:\s*['"]([<>|=]?)([a-z])(\d)/.exec(header) ?? [];
  const isFortran = /fortran_order['"]\s*:\s*True/.test(header);
  const shape = (/shape['"]\s*:\s*\(([^)]*)\)/.exec(header)?.[1] ?? '')
    .split(',')
    .flatMap((text) => (text.trim() === '' ? [] : Number.parseInt(text, 10)));
  const count = shape.reduce((a, b) => a * b, 1);
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
  const little = order !== '>';
  const values = Array.from({ length: count }, (_, i) =>
    readValue(view, i * Number(width), `${kind}${width}`, little),
  );
  return isFortran ? transposed(values, shape) : values;
}

/** The texts of a .npy file of one axis; `undefined` where it holds none. */
export function readNpyTextsPlainly(bytes: Buffer): string[] | undefined {
  const long = (bytes[6] as number) > 1;
  const start = (long ? 12 : 10) + (long ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8));
  const header = bytes.toString('latin1', 0, start);
  const found = /descr'\s*:\s*'([<>|=]?)([US])(\d+)'/.exec(header);
  if (found === null) return undefined;
  const [, order, kind, width] = found;
  const size = Number(width) * (kind === 'U' ? 4 : 1);
  const texts: string[] = [];
  for (let at = start; at < bytes.length; at += size) {
    const own = bytes.subarray(at, at + size);
    let text = own.toString('utf8');
    if (kind === 'U') {
      text = '';
      for (let i = 0; i < size; i += 4) {
        const point = order === '>' ? own.readUInt32BE(i) : own.readUInt32LE(i);
        text += String.fromCodePoint(point);
      }
    }
    texts.push(text.replace(/\0+$/, ''));
  }
  return texts;
}

function readValue(view: DataView, at: number, type: string, little: boolean): number {
  switch (type) {
    case 'b1':
    case 'u1':
      return view.getUint8(at);
    case 'i1':
      return view.getInt8(at);
    case 'u2':
      return view.getUint16(at, little);
    case 'i2':
      return view.getInt16(at, little);
    case 'u4':
      return view.getUint32(at, little);
    case 'i4':
      return view.getInt32(at, little);
    case 'u8':
      return Number(view.getBigUint64(at, little));
    case 'i8':
      return Number(view.getBigInt64(at, little));
    case 'f2':
      return half(view.getUint16(at, little));
    case 'f4':
      return view.getFloat32(at, little);
    case 'f8':
      return view.getFloat64(at, little);
    default:
      throw new Error(`the second reader knows no ${type}`);
  }
}

function half(bits: number): number {
  const sign = bits >> 15 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = (bits & 1023) / 1024;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15));
}

/** From an order with the first axis fastest to one with the last axis fastest. */
function transposed(values: readonly number[], shape: readonly number[]): number[] {
  const place = (index: readonly number[]): number =>
    index.reduceRight((rest, i, axis) => i + (shape[axis] as number) * rest, 0);
  const all = shape.reduce<number[][]>(
    (indices, size) =>
      indices.flatMap((index) => Array.from({ length: size }, (_, i) => [...index, i])),
    [[]],
  );
  return all.map((index) => values[place(index)] as number);
}
