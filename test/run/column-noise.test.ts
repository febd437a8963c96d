import { expect, test } from 'vitest';
import { columnNoise } from '../../src/run/column-noise.ts';

test('noise from a column reads the labels there, and takes those of the label column as true', () => {
  expect(columnNoise('column:worse', { label: 'kind' })).toEqual({
    label: 'worse',
    trueLabel: 'kind',
  });
  expect(columnNoise('symmetric:0.2', { label: 'kind' })).toBeUndefined();
});

test('the label column itself is no noise', () => {
  expect(() => columnNoise('column:kind', { label: 'kind' })).toThrow(
    'noise: expected another column than the label, received column:kind; the labels come from the column of the noise, the true ones from label',
  );
});
