import { expect, test } from 'vitest';
import type { DType } from '../../src/core/index.ts';
import { fromNumbers, isFloat, isInteger, tensor, toNumbers, zeros } from '../../src/core/index.ts';
import { messageOf } from '../messages.ts';

test.each<[DType, unknown, 'float' | 'integer' | 'neither']>([
  ['float32', Float32Array.of(0, 0), 'float'],
  ['float64', Float64Array.of(0, 0), 'float'],
  ['int32', Int32Array.of(0, 0), 'integer'],
  ['int64', BigInt64Array.of(0n, 0n), 'integer'],
  ['bool', Uint8Array.of(0, 0), 'neither'],
])('zeros of %s', (dtype, data, kind) => {
  expect(zeros(dtype, [1, 2])).toEqual({ dtype, shape: [1, 2], data });
  expect([isFloat(dtype), isInteger(dtype)]).toEqual([kind === 'float', kind === 'integer']);
});

test.each<[DType, number[], unknown, number[]]>([
  [
    'float32',
    [0.1, -2, 16_777_217],
    Float32Array.of(0.1, -2, 16_777_216),
    [Math.fround(0.1), -2, 16_777_216],
  ],
  ['float64', [0.1, -2, 16_777_217], Float64Array.of(0.1, -2, 16_777_217), [0.1, -2, 16_777_217]],
  ['int32', [1.9, -1.9, 7], Int32Array.of(1, -1, 7), [1, -1, 7]],
  ['int64', [1.9, -1.9, 2 ** 40], BigInt64Array.of(1n, -1n, 2n ** 40n), [1, -1, 2 ** 40]],
  ['bool', [0, 1, 1], Uint8Array.of(0, 1, 1), [0, 1, 1]],
])('%s from numbers and back', (dtype, values, data, back) => {
  const t = fromNumbers(dtype, [3], values);
  expect(t).toEqual({ dtype, shape: [3], data });
  expect(toNumbers(t)).toEqual(Float64Array.from(back));
});

test('a scalar has one element, an empty axis none', () => {
  expect(toNumbers(fromNumbers('float32', [], [3]))).toEqual(Float64Array.of(3));
  expect(zeros('float32', [2, 0]).data).toEqual(new Float32Array(0));
});

test('tensor wraps its data', () => {
  const data = Float32Array.of(1, 2);
  expect(tensor('float32', [2, 1], data).data).toBe(data);
});

test('tensors of texts, and functions for numbers refuse them', () => {
  const texts = tensor('string', [2], ['a', '']);
  expect(texts).toEqual({ dtype: 'string', shape: [2], data: ['a', ''] });
  expect([isFloat('string'), isInteger('string')]).toEqual([false, false]);
  const refusal = (where: string) => `${where}: expected numbers, received type string`;
  expect(messageOf(() => toNumbers(texts))).toBe(refusal('toNumbers'));
  expect(messageOf(() => zeros('string', [1]))).toBe(refusal('zeros'));
  expect(messageOf(() => fromNumbers('string', [1], [0]))).toBe(refusal('fromNumbers'));
  expect(messageOf(() => tensor('string', [2], ['a']))).toBe(
    'tensor: expected 2 elements for shape [2], received 1',
  );
});

test('refuses data that do not fill the shape', () => {
  const message = 'tensor: expected 6 elements for shape [2,3], received 5';
  expect(messageOf(() => tensor('float32', [2, 3], new Float32Array(5)))).toBe(message);
  expect(messageOf(() => fromNumbers('int64', [2, 3], [1, 2, 3, 4, 5]))).toBe(message);
  expect(messageOf(() => tensor('bool', [], new Uint8Array(0)))).toBe(
    'tensor: expected 1 elements for shape [], received 0',
  );
});
