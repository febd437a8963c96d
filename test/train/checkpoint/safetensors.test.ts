import { expect, test } from 'vitest';
import { decodeSafeTensors, encodeSafeTensors } from '../../../src/train/checkpoint/safetensors.ts';
import { messageOf } from '../../messages.ts';

/** A file as the format describes it: 8 bytes of length, the header, the data. */
function file(header: string, data: readonly number[], length = header.length): Uint8Array {
  const head = new Uint8Array(8);
  head[0] = length & 255;
  head[1] = length >> 8;
  return Uint8Array.of(...head, ...new TextEncoder().encode(header), ...data);
}

const header =
  '{"__metadata__":{"a":"b"},' +
  '"w":{"dtype":"F32","shape":[1,2],"data_offsets":[4,12]},' +
  '"n":{"dtype":"I32","shape":[],"data_offsets":[0,4]}}';
// −2 as int32; 1 and −0.5 as float32 (0x3f800000, 0xbf000000): little-endian
const data = [0xfe, 0xff, 0xff, 0xff, 0, 0, 0x80, 0x3f, 0, 0, 0, 0xbf];

test('bytes made by hand are read, at any alignment', () => {
  const expected = {
    metadata: { a: 'b' },
    tensors: {
      n: { dtype: 'int32', shape: [], data: Int32Array.of(-2) },
      w: { dtype: 'float32', shape: [1, 2], data: Float32Array.of(1, -0.5) },
    },
  };
  for (const blanks of ['', ' ', '   ']) {
    const bytes = file(header + blanks, data);
    expect(decodeSafeTensors(bytes, 'x')).toEqual(expected);
    expect(decodeSafeTensors(Buffer.from(bytes), 'x')).toEqual(expected); // its slices are views
  }
});

test('what is written is read again, bit for bit', () => {
  const content = {
    metadata: { text: 'ä "quoted"\n', number: '0.1' },
    tensors: {
      none: { dtype: 'float32', shape: [0, 3], data: new Float32Array() },
      odd: {
        dtype: 'float32',
        shape: [4],
        data: Float32Array.of(-0, Number.NaN, Number.NEGATIVE_INFINITY, 1e-45),
      },
      double: { dtype: 'float64', shape: [1], data: Float64Array.of(Math.PI) },
    },
  } as const;
  const pieces = encodeSafeTensors(content);
  const bytes = Uint8Array.from(Buffer.concat(pieces));
  const [head = new Uint8Array()] = pieces;
  expect(head.length % 8).toBe(0);
  expect(new DataView(bytes.buffer).getBigUint64(0, true)).toBe(BigInt(head.length - 8));
  expect(bytes[8]).toBe('{'.charCodeAt(0));
  expect(bytes.length).toBe(head.length + 16 + 8);
  expect(decodeSafeTensors(bytes, 'x')).toEqual(content);
});

const damage = '; the file is damaged; restore it, or remove it to start this run again';

const entry = (shape: string, offsets: string, dtype = 'F32') =>
  `{"w":{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}}`;

test.each([
  ['nothing', new Uint8Array(), 'a safetensors file, received 0 bytes'],
  [
    'a header longer than the file',
    file('{}', [], 300),
    'a safetensors file with a header of 300 bytes, received 10 bytes',
  ],
  ['no JSON', file('{"w"', []), 'a safetensors file, received a header that is no JSON object'],
  ['a list', file('[]', []), 'a safetensors file, received a header that is no JSON object'],
  [
    'metadata of numbers',
    file('{"__metadata__":{"a":1}}', []),
    '__metadata__ of texts, received other values',
  ],
  [
    'an unknown type',
    file(entry('[1]', '[0,2]', 'BF16'), [0, 0]),
    'dtype, shape and data_offsets of tensor w, received {"dtype":"BF16","shape":[1],"data_offsets":[0,2]}',
  ],
  [
    'a shape that the bytes do not fill',
    file(entry('[2]', '[0,4]'), [0, 0, 0, 0]),
    'tensor w, F32[2], from byte 0, received bytes 0 to 4',
  ],
  [
    'a gap',
    file(entry('[1]', '[4,8]'), new Array(8).fill(0)),
    'tensor w, F32[1], from byte 0, received bytes 4 to 8',
  ],
  [
    'a file cut short',
    file(header, data.slice(0, 11)),
    '154 bytes, as its header says, received 153',
  ],
  ['a file with more', file(header, [...data, 0]), '154 bytes, as its header says, received 155'],
])('%s is refused', (_, bytes, message) => {
  expect(messageOf(() => decodeSafeTensors(bytes, 'run.safetensors'))).toBe(
    `run.safetensors: expected ${message}${damage}`,
  );
});

test('names that objects have by themselves are names like others', () => {
  const entry = (begin: number) =>
    `{"dtype":"I32","shape":[],"data_offsets":[${begin},${begin + 4}]}`;
  const { tensors } = decodeSafeTensors(
    file(`{"__proto__":${entry(0)},"constructor":${entry(4)}}`, [7, 0, 0, 0, 9, 0, 0, 0]),
    'x',
  );
  expect(Object.keys(tensors)).toEqual(['__proto__', 'constructor']);
  expect(Object.getPrototypeOf(tensors)).toBe(Object.prototype);
  for (const dtype of ['__proto__', 'toString']) {
    const text = `{"w":{"dtype":"${dtype}","shape":[],"data_offsets":[0,4]}}`;
    expect(messageOf(() => decodeSafeTensors(file(text, [7, 0, 0, 0]), 'x'))).toBe(
      'x: expected dtype, shape and data_offsets of tensor w, ' +
        `received {"dtype":"${dtype}","shape":[],"data_offsets":[0,4]}${damage}`,
    );
  }
});

test('a header that is nested without end is refused', () => {
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  const text = `{"w":${deep}}`;
  expect(messageOf(() => decodeSafeTensors(file(text, []), 'x'))).toContain(
    'received nested values',
  );
});
