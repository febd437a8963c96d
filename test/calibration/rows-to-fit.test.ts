import { describe, expect, test } from 'vitest';
import { rowsToFit } from '../../src/calibration/rows-to-fit.ts';

/** Scores of row i are i + c/10, its label i modulo k. */
function rows(n: number, k: number) {
  const scores = Float64Array.from(
    { length: n * k },
    (_, at) => Math.floor(at / k) + (at % k) / 10,
  );
  return { scores, labels: Int32Array.from({ length: n }, (_, i) => i % k) };
}

describe('a calibration is fitted', () => {
  test('on all rows, up to 50,000', () => {
    const { scores, labels } = rows(50_000, 2);
    const fitted = rowsToFit(scores, labels, 2);
    expect(fitted.scores).toBe(scores);
    expect(fitted.labels).toBe(labels);
  });

  test('on 50,000 evenly spaced ones of more, each with its label', () => {
    const { scores, labels } = rows(125_000, 3);
    const fitted = rowsToFit(scores, labels, 3);
    expect([fitted.labels.length, fitted.scores.length]).toEqual([50_000, 150_000]);
    const own = [0, 1, 2, 3, 49_999].map((i) => fitted.scores[3 * i] as number);
    expect(own).toEqual([0, 2, 5, 7, 124_997]);
    expect(Array.from(fitted.scores.subarray(3, 6))).toEqual([2, 2.1, 2.2]);
    expect(fitted.labels.every((label, i) => label === (fitted.scores[3 * i] as number) % 3)).toBe(
      true,
    );
  });

  test('on fewer of a thousand classes', () => {
    const { scores, labels } = rows(6_000, 1000);
    expect(rowsToFit(scores, labels, 1000).labels.length).toBe(5_000);
  });

  test('never on rows that no label belongs to', () => {
    const { scores, labels } = rows(60_000, 2);
    expect(() => rowsToFit(scores.subarray(2), labels, 2)).toThrow(
      'calibrate scores: expected 60000 rows of 2, as many as labels, received 59999 rows',
    );
    scores[3] = Number.NaN;
    expect(() => rowsToFit(scores, labels, 2)).toThrow('calibrate scores');
  });
});
