import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { stream } from '../../src/core/index.ts';
import { openRowFile, openRows } from '../../src/data/formats/index.ts';
import type { RowFile } from '../../src/data/index.ts';
import {
  applyStandardiser,
  byteTables,
  fitStandardiser,
  memoryRows,
} from '../../src/data/index.ts';
import { messageOf } from '../messages.ts';
import { firstDifference, tolerances } from '../tolerances.ts';

const [c, plane, n] = [3, 500, 900];
const size = c * plane; // 900 rows are more than one block of a megabyte
const random = stream(1, 'bytes');
/** Channel 0: all byte values; channel 1: narrow and far from 0; channel 2: constant. */
const bytes = Uint8Array.from({ length: n * size }, (_, i) => {
  const channel = Math.floor(i / plane) % c;
  return channel === 0 ? random.integer(256) : channel === 1 ? 250 + random.integer(3) : 77;
});

const folder = mkdtempSync(join(tmpdir(), 'symloss-bytes-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The rows in a file: a heading, then rows with a byte of padding each, as CIFAR-10 has labels. */
const strided: RowFile = {
  file: join(folder, 'strided.bin'),
  offset: 16,
  stride: size + 1,
  rows: n,
  rowSize: size,
};
const content = new Uint8Array(16 + n * (size + 1)).fill(255);
for (let row = 0; row < n; row++) {
  content.set(bytes.subarray(row * size, (row + 1) * size), 16 + row * (size + 1));
}
writeFileSync(strided.file, content);
const dense: RowFile = { ...strided, file: join(folder, 'dense.bin'), offset: 0, stride: size };
writeFileSync(dense.file, bytes);

const everySecond = Uint32Array.from({ length: n / 2 }, (_, i) => 2 * i);
const first800 = Uint32Array.from({ length: 800 }, (_, i) => i);

describe('rows of bytes in a file', () => {
  test.each([
    ['with gaps', strided],
    ['without gaps', dense],
  ])('%s are those in memory, in any order', (_, source) => {
    const reader = openRows(source, size);
    const memory = openRows(bytes, size);
    for (const rows of [
      [5],
      [3, 4, 5, 899, 0, 0, 1],
      first800,
      stream(2, 'order').permutation(n),
    ]) {
      const [read, expected] = [0, 0].map(() => new Uint8Array(rows.length * size)) as [
        Uint8Array,
        Uint8Array,
      ];
      reader.read(rows, read);
      memory.read(rows, expected);
      expect(Buffer.compare(read, expected)).toBe(0);
    }
    reader.close();
  });

  test('that are not there are named', () => {
    const gone = { ...dense, file: join(folder, 'gone.bin') };
    expect(messageOf(() => openRowFile(gone))).toBe(
      `${gone.file}: expected a readable file of rows, received no such file`,
    );
    const short = { ...dense, file: join(folder, 'short.bin') };
    writeFileSync(short.file, bytes);
    truncateSync(short.file, 7 * size + 1);
    const reader = openRowFile(short);
    expect(messageOf(() => reader.read([6, 7, 8], new Uint8Array(3 * size)))).toBe(
      `${short.file}, row 7: expected ${size} bytes, received the end of the file`,
    );
    for (const row of [-1, 900, 1.5]) {
      expect(messageOf(() => reader.read([0, row], new Uint8Array(2 * size)))).toBe(
        `${short.file}: expected row indices from 0 to 899, received ${row}`,
      );
    }
    reader.close();
  });
});

describe('the standardiser of images', () => {
  /** Mean and deviation of a channel's values in two float64 passes. */
  function direct(rows: ArrayLike<number>, channel: number): [number, number] {
    const values = Array.from(rows).flatMap((row) =>
      Array.from(bytes.subarray(row * size + channel * plane, row * size + (channel + 1) * plane)),
    );
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
    const squares = values.reduce((sum, v) => sum + (v - mean) ** 2, 0);
    return [mean, Math.sqrt(squares / values.length)];
  }

  test.each([
    ['every second row', everySecond],
    ['the first rows', first800],
    ['one row', [17]],
  ])('has mean and deviation of each channel: %s', (_, rows) => {
    const { mean, std, missing } = fitStandardiser(bytes, size, rows, c);
    const expected = [0, 1, 2].map((channel) => direct(rows, channel));
    const means = expected.map(([m]) => m);
    expect(firstDifference(mean, means, tolerances.float64)).toBe(-1);
    const deviations = [expected[0]![1], expected[1]![1], 1]; // a constant channel becomes 0
    expect(firstDifference(std, deviations, tolerances.float64)).toBe(-1);
    expect([mean[2], missing]).toEqual([77, false]);
  });

  test('is the same from memory, from a file and from the bytes as numbers', () => {
    const expected = fitStandardiser(bytes, size, first800, c);
    for (const source of [strided, dense]) {
      const reader = openRowFile(source);
      expect(fitStandardiser(reader, size, first800, c)).toEqual(expected);
      reader.close();
    }
    const numbers = fitStandardiser(Float32Array.from(bytes), size, first800, c);
    expect(firstDifference(numbers.mean, expected.mean, tolerances.float64)).toBe(-1);
    expect(firstDifference(numbers.std, expected.std, tolerances.float64)).toBe(-1);
  });

  test('leaves out what is missing in a channel of numbers', () => {
    const values = Float32Array.from([1, Number.NaN, 5, 5, 3, 2, 5, 5]);
    const fitted = fitStandardiser(values, 4, [0, 1], 2);
    const root = Math.sqrt(2 / 3); // of 1, 3 and 2
    expect(fitted).toEqual({
      mean: Float64Array.from([2, 5]),
      std: Float64Array.from([root, 1]),
      missing: true,
    });
    expect(Array.from(applyStandardiser(values, fitted, values, 4))).toEqual(
      [-1 / root, 0, 0, 0, 1 / root, 0, 0, 0].map(Math.fround),
    );
  });

  test('gives the table what it gives each byte', () => {
    const fitted = fitStandardiser(bytes, size, first800, c);
    const all = Float32Array.from({ length: 3 * 256 }, (_, i) => i % 256);
    expect(byteTables(fitted)).toEqual(applyStandardiser(all, fitted, all, 3 * 256));
  });

  test('refuses rows and channels that do not fit', () => {
    expect(messageOf(() => fitStandardiser(bytes, size, [n], c))).toBe(
      `fitStandardiser: expected row indices from 0 to ${n - 1}, received ${n}`,
    );
    expect(messageOf(() => fitStandardiser(bytes, size, [0], 7))).toBe(
      `fitStandardiser: expected rows of 7 features, received ${size} values`,
    );
    expect(messageOf(() => fitStandardiser(memoryRows(bytes, size), size, []))).toBe(
      'fitStandardiser: expected at least one row, received none',
    );
  });
});
