import { expect, test } from 'vitest';
import { differenceText, percent, spreadText } from '../../src/experiments/results/number-texts.ts';

test.each([
  [0.8912, '89.1'],
  [0.8635, '86.4'],
  [(0.8619 + 0.8634 + 0.8652) / 3, '86.4'], // 0.8635 but for the last bit
  [0.86349, '86.3'],
  [0, '0.0'],
  [1, '100.0'],
  [0.0005, '0.1'],
  [0.00049, '0.0'],
])('%f is %s %%', (share, text) => {
  expect(percent(share)).toBe(text);
});

test('spreads and differences', () => {
  expect(spreadText({ n: 3, mean: 0.8635, std: 0.01249 })).toBe('86.4 ± 1.2');
  expect(spreadText({ n: 1, mean: 0.5 })).toBe('50.0');
  expect(spreadText(undefined)).toBe('–');
  expect(differenceText({ n: 2, mean: -0.0635, interval: [-0.2, 0.0731] })).toBe(
    '−6.4 [−20.0, +7.3]',
  );
  expect(differenceText({ n: 1, mean: 0.0001 })).toBe('0.0');
});
