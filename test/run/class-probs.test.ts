import { expect, test } from 'vitest';
import { probsOfClasses } from '../../src/run/class-probs.ts';

test('probabilities of some classes sum to 1, and one that is not there gets none', () => {
  const rows = [
    [0.5, 0.25, 0.25],
    [1, 0, 0],
  ];
  const found = probsOfClasses(2, (row) => rows[row] as number[], [2, -1, 1]);
  expect(found).toEqual(Float64Array.of(0.5, 0, 0.5, ...[1 / 3, 1 / 3, 1 / 3]));
});
