import { SymlossError, show } from '../../../core/index.ts';

/** The header of an array in NumPy's format. */
export interface NpyHeader {
  /** Type without its byte order: `u1`, `f4`, … */
  readonly dtype: NpyDtype;
  readonly littleEndian: boolean;
  /** Whether the first axis varies fastest. */
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** Where the values start, in bytes. */
  readonly offset: number;
}

/** Values in row-major order, whatever the file's. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly dtype: NpyDtype;
  readonly values: NpyValues;
}

export type NpyValues =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

type Reader = (view: DataView, at: number, little: boolean) => number;

interface DtypeRule {
  readonly bytes: number;
  readonly array: new (length: number) => NpyValues;
  readonly read: Reader;
}

/** 64-bit integers become float64: exact up to 2⁵³, far beyond pixels and labels. */
const rules = {
  b1: { bytes: 1, array: Uint8Array, read: (v, i) => v.getUint8(i) },
  u1: { bytes: 1, array: Uint8Array, read: (v, i) => v.getUint8(i) },
  i1: { bytes: 1, array: Int8Array, read: (v, i) => v.getInt8(i) },
  u2: { bytes: 2, array: Uint16Array, read: (v, i, le) => v.getUint16(i, le) },
  i2: { bytes: 2, array: Int16Array, read: (v, i, le) => v.getInt16(i, le) },
  u4: { bytes: 4, array: Uint32Array, read: (v, i, le) => v.getUint32(i, le) },
  i4: { bytes: 4, array: Int32Array, read: (v, i, le) => v.getInt32(i, le) },
  u8: { bytes: 8, array: Float64Array, read: (v, i, le) => Number(v.getBigUint64(i, le)) },
  i8: { bytes: 8, array: Float64Array, read: (v, i, le) => Number(v.getBigInt64(i, le)) },
  f2: { bytes: 2, array: Float32Array, read: (v, i, le) => halfToNumber(v.getUint16(i, le)) },
  f4: { bytes: 4, array: Float32Array, read: (v, i, le) => v.getFloat32(i, le) },
  f8: { bytes: 8, array: Float64Array, read: (v, i, le) => v.getFloat64(i, le) },
} satisfies Record<string, DtypeRule>;

export type NpyDtype = keyof typeof rules;

/** No header of an array of numbers is longer. */
export const npyHeadLength = 4096;

const magic = '\x93NUMPY';

export function isNpy(start: Uint8Array): boolean {
  return Buffer.from(start.subarray(0, 6)).toString('latin1') === magic;
}

/** Bytes of one value. */
export function itemSize(dtype: NpyDtype): number {
  return rules[dtype].bytes;
}

/**
 * Reads the header of a .npy file, versions 1 to 3.
 * Source: NumPy Enhancement Proposal 1, *A simple file format for NumPy arrays*.
 * @param start the file's first bytes, `npyHeadLength` of them if there are as many
 * @throws SymlossError if they are not of such a file, or its values are not plain numbers
 */
export function parseNpyHeader(where: string, start: Uint8Array): NpyHeader {
  const { descr, ...head } = parseNpyHead(where, start);
  return { ...parseDescr(where, descr), ...head };
}

/** A header of values of any type. */
export interface NpyHead extends Pick<NpyHeader, 'fortranOrder' | 'shape' | 'offset'> {
  /** As NumPy writes it: `<f4`, `|S5`; `undefined` of structured values. */
  readonly descr: string | undefined;
}

/** As `parseNpyHeader`, of values of any type. @throws SymlossError if the bytes are not of such a file */
export function parseNpyHead(where: string, start: Uint8Array): NpyHead {
  const bytes = Buffer.from(start.buffer, start.byteOffset, start.byteLength);
  if (!isNpy(bytes)) throw new SymlossError(where, 'a .npy file of NumPy', 'another format');
  if (bytes.length < 12) throw cutShort(where);
  const version = bytes[6] as number;
  if (version < 1 || version > 3) {
    throw new SymlossError(where, 'version 1, 2 or 3 of the .npy format', String(version));
  }
  const [from, length] = version === 1 ? [10, bytes.readUInt16LE(8)] : [12, bytes.readUInt32LE(8)];
  if (length > npyHeadLength - from) {
    throw new SymlossError(where, 'an array of plain numbers', 'a header for structured values', {
      hint: 'save the columns as arrays of their own',
    });
  }
  if (bytes.length < from + length) throw cutShort(where);
  const head = bytes.toString('latin1', from, from + length);
  const descr = /'descr':\s*('([^']*)'|\[)/.exec(head);
  const order = /'fortran_order':\s*(True|False)/.exec(head);
  const shape = /'shape':\s*\(([\d,\s]*)\)/.exec(head);
  if (descr === null || order === null || shape === null) {
    throw new SymlossError(
      where,
      'a header with descr, fortran_order and shape',
      show(head.trim()),
    );
  }
  const sizes = (shape[1] as string).split(',').map((size) => size.trim());
  return {
    descr: descr[2],
    fortranOrder: order[1] === 'True',
    shape: sizes.filter((size) => size !== '').map(Number),
    offset: from + length,
  };
}

function parseDescr(where: string, descr: string | undefined) {
  const [, order = '', dtype = ''] = /^([<>|=]?)(\w+)$/.exec(descr ?? '') ?? [];
  if (Object.hasOwn(rules, dtype)) return { dtype: dtype as NpyDtype, littleEndian: order !== '>' };
  const texts = 'texts are read as labels only; for features write a table (CSV, Parquet)';
  const hints: Readonly<Record<string, string | undefined>> = {
    O: 'pickled objects are never loaded, as they can run code; save an array of numbers, or of labels their texts: y.astype(str)',
    U: texts,
    S: texts,
  };
  const received =
    descr === undefined
      ? 'structured values'
      : dtype.startsWith('O')
        ? 'Python objects'
        : show(descr);
  throw new SymlossError(where, `numbers (${Object.keys(rules).join(', ')})`, received, {
    hint: hints[dtype[0] ?? ''] ?? 'convert the array with astype',
  });
}

/** Bytes of all values. */
export function npyBytes({ shape, dtype }: NpyHeader): number {
  return shape.reduce((a, b) => a * b, 1) * rules[dtype].bytes;
}

/** @throws SymlossError unless the file is as long as its header says */
export function checkNpyLength(where: string, header: NpyHeader, size: number): void {
  const expected = header.offset + npyBytes(header);
  if (size === expected) return;
  throw new SymlossError(where, `${expected} bytes, as its header says`, String(size), {
    hint: size < expected ? 'it is truncated: save it again' : undefined,
  });
}

/**
 * A whole .npy file as an array in row-major order.
 * @throws SymlossError if it is foreign, truncated, or its values are not plain numbers
 */
export function parseNpy(where: string, bytes: Uint8Array): NpyArray {
  const header = parseNpyHeader(where, bytes.subarray(0, npyHeadLength));
  checkNpyLength(where, header, bytes.length);
  const values = decodeNpyValues(header, bytes.subarray(header.offset));
  return { shape: header.shape, dtype: header.dtype, values };
}

/** @param bytes all values of the array */
export function decodeNpyValues(header: NpyHeader, bytes: Uint8Array): NpyValues {
  const { dtype, littleEndian, fortranOrder, shape } = header;
  const rule: DtypeRule = rules[dtype];
  if (!fortranOrder && (dtype === 'u1' || dtype === 'b1')) return bytes;
  const n = bytes.length / rule.bytes;
  const values = new rule.array(n);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!fortranOrder) {
    for (let i = 0; i < n; i++) values[i] = rule.read(view, i * rule.bytes, littleEndian);
    return values;
  }
  // walk the file in its order and count the axes like an odometer, the first one fastest
  const index = new Array<number>(shape.length).fill(0);
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  let at = 0;
  for (let i = 0; i < n; i++) {
    values[at] = rule.read(view, i * rule.bytes, littleEndian);
    for (let axis = 0; axis < shape.length; axis++) {
      const next = (index[axis] as number) + 1;
      at += strides[axis] as number;
      if (next < (shape[axis] as number)) {
        index[axis] = next;
        break;
      }
      at -= next * (strides[axis] as number);
      index[axis] = 0;
    }
  }
  return values;
}

/** IEEE 754 binary16: sign, 5 bits of exponent (bias 15), 10 of fraction. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function cutShort(where: string): SymlossError {
  return new SymlossError(where, 'a complete .npy file', 'a truncated one', {
    hint: 'save it again',
  });
}
