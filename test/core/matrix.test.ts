import { expect, test } from 'vitest';
import { normaliseRows } from '../../src/core/index.ts';

test('rows are divided by their sums, so that no entry is above 1', () => {
  const above = 1 + 2 ** -52;
  expect([...normaliseRows(Float64Array.of(above, 0, 1, 3), 2)]).toEqual([1, 0, 0.25, 0.75]);
});
