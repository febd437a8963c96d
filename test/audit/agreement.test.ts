import { describe, expect, test } from 'vitest';
import { consensus } from '../../src/audit/index.ts';
import { firstDifference, tolerances } from '../tolerances.ts';

describe('agreement', () => {
  test('α of three annotators of fifteen rows, many of them missing, is 0.691', () => {
    const text = [
      ...['*****34121133*3', '1*213343*******', '**21344*211 33*4'].map((line) => [
        ...line.replace(' ', ''),
      ]),
    ];
    const units = (text[0] as string[])
      .map((_, unit) => text.map((line) => (line[unit] === '*' ? -1 : Number(line[unit]) - 1)))
      .filter((unit) => unit.some((label) => label >= 0));
    const { agreement } = consensus(Int32Array.from(units.flat()), 3, 4);
    expect(agreement.alpha.toFixed(3)).toBe('0.691');
    expect(agreement.kappa).toBeUndefined();
  });

  test('κ of Fleiss (1971) for fourteen raters is 0.210', () => {
    const table = [
      [0, 0, 0, 0, 14],
      [0, 2, 6, 4, 2],
      [0, 0, 3, 5, 6],
      [0, 3, 9, 2, 0],
      [2, 2, 8, 1, 1],
      [7, 7, 0, 0, 0],
      [3, 2, 6, 3, 0],
      [2, 5, 3, 2, 2],
      [6, 5, 2, 1, 0],
      [0, 2, 2, 3, 7],
    ];
    const labels = table.flatMap((counts) =>
      counts.flatMap((count, c) => new Array<number>(count).fill(c)),
    );
    const { agreement } = consensus(Int32Array.from(labels), 14, 5, { method: 'majority' });
    expect(agreement.kappa?.toFixed(3)).toBe('0.210');
    expect(agreement.observed.toFixed(3)).toBe('0.378');
  });

  test('of pairs is over the rows that both labelled', () => {
    const found = consensus(Int32Array.of(0, 0, -1, 1, 0, 1, 1, 1, 1, 0, -1, 1), 3, 2);
    expect(
      firstDifference(
        found.pairwise(),
        [1, 2 / 3, 2 / 3, 2 / 3, 1, 1 / 2, 2 / 3, 1 / 2, 1],
        tolerances.float64,
      ),
    ).toBe(-1);
  });
});
