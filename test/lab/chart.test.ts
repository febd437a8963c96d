import { describe, expect, test } from 'vitest';
import { formatNumber, formatPercent } from '../../web/parts/numbers.ts';
import { extentOf, layOut } from '../../web/plots/chart.ts';

const xs = [0, 0.25, 0.5, 0.75, 1];
const axes = { x: { label: 'p' }, y: { label: 'loss' } };
const series = (ys: readonly number[]) => ({ name: 'a', colour: 'black', ys });

describe('the layout of a chart', () => {
  test('puts a line between its edges', () => {
    const layout = layOut({ ...axes, xs, series: [series([0, 1, 2, 3, 4])] }, 400, 260);
    expect(layout.placeOf(0)).toBe(layout.left);
    expect(layout.placeOf(1)).toBe(layout.right);
    expect(layout.heightOf(0)).toBe(layout.bottom);
    expect(layout.paths[0]?.startsWith(`M${layout.left},${layout.bottom}L`)).toBe(true);
    expect(layout.yTicks.map(({ text }) => text)).toEqual(['0', '1', '2', '3', '4']);
    expect(layout.nearest(layout.placeOf(0.52))).toBe(2);
    expect(layout.nearest(-100)).toBe(0);
  });

  test('gives room where all is alike, and does not magnify rounding', () => {
    const flat = layOut({ ...axes, xs, series: [series([2, 2 + 1e-15, 2, 2, 2])] }, 400, 260);
    expect(new Set(flat.paths[0]?.match(/,[\d.]+/g)).size).toBe(1);
    const nothing = layOut({ ...axes, xs, series: [series([0, 0, 1e-17, 0, 0])] }, 400, 260);
    expect(nothing.yTicks.map(({ text }) => text)).toContain('0');
    expect(nothing.zero).toBeDefined();
  });

  test('leaves a gap where there is no number', () => {
    const ys = [1, Number.NaN, 2, Number.POSITIVE_INFINITY, 3];
    const { paths } = layOut({ ...axes, xs, series: [series(ys)] }, 400, 260);
    expect(paths[0]?.match(/M/g)).toHaveLength(3);
    expect(extentOf([ys])).toEqual([1, 3]);
    expect(extentOf([[]])).toEqual([0, 1]);
  });

  test('keeps the words of a mark inside', () => {
    const marks = [0, 0.5, 1].map((x) => ({ x, y: 2, colour: 'black', text: 'a long note' }));
    const layout = layOut({ ...axes, xs, series: [series([0, 1, 2, 3, 4])], marks }, 400, 260);
    expect(layout.marks.map(({ anchor }) => anchor)).toEqual(['start', 'middle', 'end']);
  });
});

describe('numbers', () => {
  test.each([
    [0, '0'],
    [-0.25, '−0.25'],
    [0.644394, '0.6444'],
    [12345.6, '12350'],
    [1e-7, '10⁻⁷'],
    [-3.25e-12, '−3.25 × 10⁻¹²'],
    [2.5e8, '2.5 × 10⁸'],
    [Number.POSITIVE_INFINITY, '∞'],
  ])('%d is %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  test('are shares in percent', () => {
    expect([0, 0.4, 0.05, 1].map(formatPercent)).toEqual(['0 %', '40 %', '5 %', '100 %']);
  });
});
