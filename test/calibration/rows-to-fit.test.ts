import { describe, expect, test } from 'vitest';
import { pickRows, rowsToFit } from '../../src/calibration/rows-to-fit.ts';

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
    const all = { scores: [scores], labels };
    expect(rowsToFit(all, 2)).toBe(all);
  });

  test('on 50,000 evenly spaced ones of more, each with its label, of all models', () => {
    const { scores, labels } = rows(125_000, 3);
    const doubled = scores.map((z) => 2 * z);
    const fitted = rowsToFit({ scores: [scores, doubled], labels }, 3);
    const [own, other] = fitted.scores as [Float64Array, Float64Array];
    expect([fitted.labels.length, own.length, other.length]).toEqual([50_000, 150_000, 150_000]);
    expect([0, 1, 2, 3, 49_999].map((i) => own[3 * i])).toEqual([0, 2, 5, 7, 124_997]);
    expect(Array.from(own.subarray(3, 6))).toEqual([2, 2.1, 2.2]);
    expect(fitted.labels.every((label, i) => label === (own[3 * i] as number) % 3)).toBe(true);
    expect(own.every((z, at) => other[at] === 2 * z)).toBe(true);
  });

  test('on fewer of a thousand classes', () => {
    const { scores, labels } = rows(6_000, 1000);
    expect(rowsToFit({ scores: [scores], labels }, 1000).labels.length).toBe(5_000);
  });

  test('never on rows that no label belongs to', () => {
    const { scores, labels } = rows(60_000, 2);
    expect(() => rowsToFit({ scores: [scores.subarray(2)], labels }, 2)).toThrow(
      'calibrate scores: expected 60000 rows of 2, as many as labels, received 59999 rows',
    );
    scores[3] = Number.NaN;
    expect(() => rowsToFit({ scores: [scores], labels }, 2)).toThrow('calibrate scores');
  });
});

test('picked rows are in the order asked for', () => {
  const { scores, labels } = rows(5, 2);
  const picked = pickRows({ scores: [scores], labels }, 2, [3, 0]);
  expect(picked).toEqual({
    labels: Int32Array.of(1, 0),
    scores: [Float64Array.of(3, 3.1, 0, 0.1)],
  });
});
