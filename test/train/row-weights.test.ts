import { describe, expect, test } from 'vitest';
import { rowWeights } from '../../src/train/row-weights.ts';
import { messageOf } from '../messages.ts';

const rows = Uint32Array.of(0, 2, 3, 5);
const labels = Int32Array.of(0, 0, 0, 1);
const of = (options: Parameters<typeof rowWeights>[0]) => rowWeights(options, 6, rows, labels, 3);

describe('row weights', () => {
  test('none where nothing is weighted', () => {
    expect(of({})).toBeUndefined();
  });

  test('sample weights are picked by row', () => {
    expect(of({ sampleWeights: [1, 9, 2, 3, 9, 0] })).toEqual(Float32Array.of(1, 2, 3, 0));
  });

  test('class weights go by the label as given, times the sample weight', () => {
    expect(of({ classWeights: [2, 0.5, 7] })).toEqual(Float32Array.of(2, 2, 2, 0.5));
    const sampleWeights = [1, 9, 2, 3, 9, 4];
    expect(of({ sampleWeights, classWeights: [2, 0.5, 7] })).toEqual(Float32Array.of(2, 4, 6, 2));
  });

  test('balanced: every class with rows has the same total, n/k', () => {
    const weights = of({ classWeights: 'balanced' })!;
    expect(Array.from(weights)).toEqual([4 / 9, 4 / 9, 4 / 9, 4 / 3].map(Math.fround));
  });

  test.each([
    [{ sampleWeights: [1] }, 'sampleWeights: expected 6 weights, one per row, received 1'],
    [{ classWeights: [1, 2] }, 'classWeights: expected 3 weights, one per class, received 2'],
    [
      { classWeights: [1, -2, 0] },
      'classWeights, class 1: expected a number in [0, ∞), received -2',
    ],
    [
      { classWeights: [0, 0, 1] },
      'classWeights: expected a training row of weight above 0, received only zeros',
    ],
  ])('%#', (options, message) => {
    expect(messageOf(() => of(options))).toBe(message);
  });
});
