import type { DType, Tensor } from '../../core/index.ts';
import { formatShape, SymlossError, sizeOf } from '../../core/index.ts';

/**
 * The safetensors format (huggingface/safetensors): the length of the header as 8 little-endian
 * bytes; the header, a JSON object with `dtype`, `shape` and `data_offsets` of every tensor by name
 * and a `__metadata__` of texts; the tensors' bytes, little-endian, one after the other without gaps.
 */

export type Stored = Tensor<'float32' | 'float64' | 'int32'>;

export interface SafeTensors {
  readonly tensors: Readonly<Record<string, Stored>>;
  readonly metadata: Readonly<Record<string, string>>;
}

const codes = { float32: 'F32', float64: 'F64', int32: 'I32' } as const;
const arrays = { F32: Float32Array, F64: Float64Array, I32: Int32Array } as const;
type Code = keyof typeof arrays;
const dtypes: Readonly<Record<Code, Stored['dtype'] & DType>> = {
  F32: 'float32',
  F64: 'float64',
  I32: 'int32',
};

interface Entry {
  readonly dtype: Code;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** The tensors' bytes, as they lie in memory: symloss runs on little-endian machines only. */
export function tensorBytes(tensors: SafeTensors['tensors']): Uint8Array[] {
  return Object.values(tensors).map(
    ({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  );
}

/** The file in pieces, so that large tensors are not copied: length and header, then each tensor. */
export function encodeSafeTensors({ tensors, metadata }: SafeTensors): Uint8Array[] {
  let end = 0;
  const entries = Object.entries(tensors).map(([name, { dtype, shape, data }]) => {
    const begin = end;
    end += data.byteLength;
    return [name, { dtype: codes[dtype], shape, data_offsets: [begin, end] }] as const;
  });
  const json = JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) });
  const text = new TextEncoder().encode(json);
  const head = new Uint8Array(8 + Math.ceil(text.length / 8) * 8).fill(0x20); // blanks may follow
  new DataView(head.buffer).setBigUint64(0, BigInt(head.length - 8), true);
  head.set(text, 8);
  return [head, ...tensorBytes(tensors)];
}

/** What to do about a file that is not as it was written. */
export const damaged = 'the file is damaged; restore it, or remove it to start this run again';

/**
 * Reads a file's bytes.
 * @param file named in errors
 * @throws SymlossError where the bytes break the format: cut short, a header that is no JSON,
 * tensors that overlap, leave gaps, or do not fill their shape
 */
export function decodeSafeTensors(bytes: Uint8Array, file: string): SafeTensors {
  const wrong = (expected: string, received: string) =>
    new SymlossError(file, expected, received, { hint: damaged, kind: 'failure' });
  if (bytes.length < 8) throw wrong('a safetensors file', `${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = view.getBigUint64(0, true);
  if (size > bytes.length - 8) {
    throw wrong(`a safetensors file with a header of ${size} bytes`, `${bytes.length} bytes`);
  }
  const start = 8 + Number(size);
  const header = parseHeader(bytes.subarray(8, start));
  if (header === undefined) throw wrong('a safetensors file', 'a header that is no JSON object');
  const { __metadata__: metadata = {}, ...entries } = header;
  if (!isTexts(metadata)) throw wrong('__metadata__ of texts', 'other values');
  const tensors: [string, Stored][] = [];
  let next = 0;
  for (const [name, entry] of Object.entries(entries).sort(byOffset)) {
    if (!isEntry(entry)) {
      throw wrong(`dtype, shape and data_offsets of tensor ${name}`, textOf(entry));
    }
    const [begin, end] = entry.data_offsets;
    const { BYTES_PER_ELEMENT: width } = arrays[entry.dtype];
    if (begin !== next || end - begin !== width * sizeOf(entry.shape)) {
      throw wrong(
        `tensor ${name}, ${entry.dtype}${formatShape(entry.shape)}, from byte ${next}`,
        `bytes ${begin} to ${end}`,
      );
    }
    next = end;
    if (start + end > bytes.length) break; // reported below
    const copy = new Uint8Array(bytes.subarray(start + begin, start + end)); // aligned, unlike a view
    const data = new arrays[entry.dtype](copy.buffer, copy.byteOffset, sizeOf(entry.shape));
    tensors.push([name, { dtype: dtypes[entry.dtype], shape: entry.shape, data } as Stored]);
  }
  if (start + next !== bytes.length) {
    throw wrong(`${start + next} bytes, as its header says`, `${bytes.length}`);
  }
  // a property of its own for every name, `__proto__` too
  return { tensors: Object.fromEntries(tensors), metadata };
}

/** The texts of a file's metadata, by its header; `undefined` where that is no JSON object, or has none. */
export function metadataOf(header: Uint8Array): Record<string, string> | undefined {
  const metadata = parseHeader(header)?.['__metadata__'];
  return isTexts(metadata) ? metadata : undefined;
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

export function isTexts(value: unknown): value is Record<string, string> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((text) => typeof text === 'string')
  );
}

function isEntry(value: unknown): value is Entry {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Partial<Entry>;
  const areCounts = (list: unknown): list is number[] =>
    Array.isArray(list) && list.every((n) => Number.isSafeInteger(n) && n >= 0);
  return (
    Object.hasOwn(arrays, dtype ?? '') &&
    areCounts(shape) &&
    areCounts(offsets) &&
    offsets.length === 2
  );
}

/** What a foreign header has, which may be nested too deep to be shown. */
function textOf(value: unknown): string {
  try {
    return JSON.stringify(value).slice(0, 200);
  } catch {
    return 'nested values';
  }
}

/** By where they begin, empty ones first; entries without a place are reported when they are read. */
function byOffset([, a]: [string, unknown], [, b]: [string, unknown]): number {
  const place = (value: unknown, i: number) =>
    Number((value as Partial<Entry> | null)?.data_offsets?.[i] ?? 0);
  return place(a, 0) - place(b, 0) || place(a, 1) - place(b, 1);
}
