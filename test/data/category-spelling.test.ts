import { describe, expect, test } from 'vitest';
import { categoryFinder, plainCategory, spellingOf } from '../../src/data/category-spelling.ts';

describe('the plain form of a category', () => {
  test.each([
    ['TRUE', 'true'],
    ['False', 'false'],
    ['1.0', '1'],
    ['-2.', '-2'],
    ['+3.000', '+3'],
    // as they are: another number, a code with zeros in front, other words
    ['1.50', '1.50'],
    ['1.0.0', '1.0.0'],
    ['007', '007'],
    ['True story', 'True story'],
    ['', ''],
  ])('%j is %j', (text, plain) => {
    expect(plainCategory(text)).toBe(plain);
  });
});

describe('how the categories of a column are written', () => {
  test.each([
    [
      ['TRUE', 'False'],
      ['true', 'false'],
    ],
    [
      ['1.0', '2'],
      ['1', '2'],
    ],
    [
      ['TRUE', 'unknown'],
      ['TRUE', 'unknown'],
    ],
    [
      ['1.0', 'X'],
      ['1.0', 'X'],
    ],
    [
      ['007', '1.0'],
      ['007', '1.0'],
    ],
  ])('%j as %j', (texts, written) => {
    expect(texts.map(spellingOf(texts))).toEqual(written);
  });
});

describe('categoryFinder', () => {
  test('finds a category as it is written, else by its plain form, the first of these', () => {
    const find = categoryFinder(['unknown', 'TRUE', 'true', '1.0', '2', '']);
    expect(['TRUE', 'true', 'True', '1', '1.0', '2.0', '', 'unknown'].map(find)).toEqual([
      1, 2, 1, 3, 3, 4, 5, 0,
    ]);
    expect(['UNKNOWN', '10', 'constructor'].map(find)).toEqual([undefined, undefined, undefined]);
  });

  test('numbers and their texts are the same, and so are null and an empty text', () => {
    const numbers = categoryFinder([1, 2.5, null]);
    expect(['1.0', 1, '2.5', '', null].map(numbers)).toEqual([0, 0, 1, 2, 2]);
    const texts = categoryFinder(['1.0', 'X', '']);
    expect([1, null].map(texts)).toEqual([0, 2]);
  });
});
