import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ByteTexts } from '../../src/data/formats/shared/byte-texts.ts';

/** Numbers texts in the order in which they come, and notes which it was asked for. */
function numbering() {
  const known = new Map<string, number>();
  const asked: string[] = [];
  const texts = new ByteTexts((text) => {
    asked.push(text);
    const number = known.get(text) ?? known.size;
    known.set(text, number);
    return number;
  });
  const find = (text: string) => {
    const bytes = Buffer.from(`<${text}>`);
    return texts.find(bytes, 1, bytes.length - 1);
  };
  return { texts, find, asked, known };
}

it('finds the number of every text, as a map does, and makes each once', () => {
  const text = fc.oneof(
    fc.string({ unit: fc.constantFrom('a', 'b', '0', 'é', '😀', '\0'), maxLength: 12 }),
    fc.string({ minLength: 58, maxLength: 64 }),
    fc.nat(200).map((n) => `${'x'.repeat(n % 20)}${n}`),
  );
  const property = fc.property(fc.array(text, { maxLength: 300 }), (all) => {
    const { find, asked, known } = numbering();
    for (const one of [...all, ...all]) expect(find(one)).toBe(known.get(one));
    const short = asked.filter((one) => Buffer.byteLength(one) <= 64);
    expect(new Set(short).size).toBe(short.length);
    expect([...known.values()]).toEqual([...known.keys()].map((_, i) => i));
  });
  fc.assert(property, { numRuns: 300, seed: 3 });
});

it('tells apart texts that differ by zeros in front, by length, or in one byte', () => {
  const { find } = numbering();
  const texts = [
    '',
    '\0',
    '\0\0',
    'a',
    '\0a',
    'a\0',
    'abcd',
    'abcde',
    '\0\0\0\0abcd',
    'abcd\0\0\0\0',
  ];
  expect(texts.map(find)).toEqual([...texts.keys()]);
  const long = Array.from({ length: 500 }, (_, i) => `${'k'.repeat(30)}${i}${'z'.repeat(20)}`);
  const numbers = long.map(find);
  expect(new Set(numbers).size).toBe(500);
  expect(long.map(find)).toEqual(numbers);
});

it('does not remember long texts, and counts the bytes that it holds', () => {
  const { texts, find, asked } = numbering();
  const long = 'x'.repeat(65);
  expect([find(long), find(long)]).toEqual([0, 0]);
  expect(asked).toEqual([long, long]);
  expect(texts.findText('y')).toBe(1);
  const before = texts.bytes;
  for (let i = 0; i < 10_000; i++) find(`a longer text, number ${i}`);
  // 26 bytes of text, four words of an entry, the place of the text, and two slots at least
  expect(texts.bytes - before).toBeGreaterThan(10_000 * (24 + 16 + 4 + 8));
  expect(texts.bytes - before).toBeLessThan(4 * 10_000 * (24 + 16 + 4 + 8));
});

it('stays fast where the hashes of texts fall together', () => {
  // words of the key that cancel out in the hash: low ^ (high · 0x85ebca6b) is the same for all
  const colliding: Buffer[] = [];
  for (let i = 1; colliding.length < 20_000; i++) {
    const bytes = Buffer.alloc(8);
    bytes.writeInt32BE(Math.imul(i, 0x85ebca6b), 0);
    bytes.writeInt32BE(i, 4);
    colliding.push(bytes);
  }
  const known = new Map<string, number>();
  const texts = new ByteTexts((text) => {
    const number = known.get(text) ?? known.size;
    known.set(text, number);
    return number;
  });
  const numbers = colliding.map((bytes) => texts.find(bytes, 0, 8));
  expect(colliding.map((bytes) => texts.find(bytes, 0, 8))).toEqual(numbers);
  expect(numbers).toEqual(colliding.map((bytes) => known.get(bytes.toString('utf8'))));
}, 5_000);
