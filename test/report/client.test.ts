import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { percentDomain, spaced, wholeTicks } from '../../src/report/client/line-chart.ts';
import { spreadLabels } from '../../src/report/client/spread-labels.ts';
import { colours, styleOf } from '../../src/report/client/styles.ts';
import {
  firstLevel,
  firstShown,
  kindsOf,
  levelName,
  levelsOf,
} from '../../src/report/client/view.ts';
import { summarise } from '../../src/report/summary.ts';
import { tolerances } from '../tolerances.ts';
import { configOf, doneRecord, manyRecords } from './records.ts';

describe('spreadLabels', () => {
  test.each([
    [[], []],
    [[50], [50]],
    [
      [10, 90],
      [10, 90],
    ],
    [
      [50, 50],
      [45, 55],
    ],
    [
      [52, 50, 10],
      [56, 46, 10],
    ],
    [
      [0, 1, 2],
      [0, 10, 20],
    ],
    [
      [100, 100],
      [90, 100],
    ],
  ])('%j becomes %j', (desired, expected) => {
    expect(spreadLabels(desired, 10, 0, 100)).toEqual(expected);
  });

  test('shrinks the gap where there is no room', () => {
    expect(spreadLabels([5, 5, 5], 10, 0, 10)).toEqual([0, 5, 10]);
  });

  test('keeps order, gap and borders', () => {
    const positions = fc.array(fc.double({ min: -50, max: 150, noNaN: true }), { maxLength: 10 });
    fc.assert(
      fc.property(positions, (desired) => {
        const placed = spreadLabels(desired, 10, 0, 100);
        const order = desired
          .map((_, i) => i)
          .sort((a, b) => (desired[a] ?? 0) - (desired[b] ?? 0));
        const rising = order.map((i) => placed[i] ?? Number.NaN);
        const gaps = rising.slice(1).map((at, i) => at - (rising[i] ?? 0));
        const slack = 100 * tolerances.float64;
        expect(Math.min(0, ...rising)).toBeGreaterThanOrEqual(-slack);
        expect(Math.max(0, ...rising)).toBeLessThanOrEqual(100 + slack);
        expect(Math.min(10, ...gaps)).toBeGreaterThanOrEqual(10 - slack);
      }),
      { seed: 1 },
    );
  });
});

describe('axes', () => {
  const line = (...ys: number[]) => ({
    name: '',
    style: styleOf(0),
    points: ys.map((y, x) => ({ x, y, std: 1, note: '' })),
  });

  test.each([
    [
      [95.5, 97],
      [94, 98],
    ],
    [
      [62, 97],
      [60, 100],
    ],
    [
      [21, 99.5],
      [20, 100],
    ],
    [
      [15, 99.5],
      [0, 100],
    ],
    [[0.5], [0, 2]],
    [[], [0, 100]],
  ])('%j with deviation 1 lie within %j', (ys, domain) => {
    expect(percentDomain([line(...ys)])).toEqual(domain);
  });

  test('ticks are round and few', () => {
    expect(wholeTicks([0, 100], 8)).toEqual([0, 20, 40, 60, 80, 100]);
    expect(wholeTicks([94, 98], 8)).toEqual([94, 95, 96, 97, 98]);
    expect(wholeTicks([70, 100], 6)).toEqual([70, 75, 80, 85, 90, 95, 100]);
    // epochs
    expect(wholeTicks([1, 3], 8)).toEqual([1, 2, 3]);
    expect(wholeTicks([1, 250], 6)).toEqual([50, 100, 150, 200, 250]);
    expect(wholeTicks([1, 1], 8)).toEqual([1]);
  });

  test('ticks without room are left out', () => {
    expect(spaced([0, 20, 40, 60, 80], false, 300)).toEqual([0, 20, 40, 60, 80]);
    expect(spaced([0, 10, 20, 30, 40], false, 100)).toEqual([0, 20, 40]);
    expect(spaced([0.001, 0.01, 0.1, 1], true, 100)).toEqual([0.001, 0.01, 0.1, 1]);
    expect(spaced([0.001, 0.01, 0.1, 1], false, 100)).toEqual([0.001, 1]);
    expect(spaced([5], false, 100)).toEqual([5]);
  });
});

describe('colours', () => {
  const css = readFileSync(new URL('../../src/report/client/report.css', import.meta.url), 'utf8');
  const [light = '', dark = ''] = css.split('@media screen and (prefers-color-scheme: dark)');

  const value = (text: string, name: string): string =>
    new RegExp(`--${name}: (#[0-9a-f]{6})`).exec(text)?.[1] ?? '';

  /** Relative luminance, and the contrast of two colours: WCAG 2.2, definitions. */
  const luminance = (colour: string): number => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
      const c = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a: string, b: string): number => {
    const [x, y] = [luminance(a), luminance(b)];
    return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
  };

  test.each([
    ['light', light],
    ['dark', dark],
  ])('%s: lines have a contrast of 3 and text one of 4.5 (WCAG 1.4.11, 1.4.3)', (_, text) => {
    const page = value(text, 'page');
    for (let i = 0; i < colours; i++) {
      expect(contrast(value(text, `series-${i}`), page)).toBeGreaterThanOrEqual(3);
    }
    for (const name of ['ink', 'quiet', 'accent']) {
      expect(contrast(value(text, name), page)).toBeGreaterThanOrEqual(4.5);
    }
    expect(contrast(value(text, 'ink'), value(text, 'panel'))).toBeGreaterThanOrEqual(4.5);
  });

  test('the first 28 series look different', () => {
    const looks = Array.from({ length: 28 }, (_, i) => JSON.stringify(styleOf(i)));
    expect(new Set(looks).size).toBe(28);
  });
});

describe('what is shown at first', () => {
  const page = summarise(manyRecords());

  test('kinds of noise, with none as rate 0 of each, and levels in order', () => {
    expect(kindsOf(page, 0)).toEqual(['symmetric']);
    expect(kindsOf(page, 1)).toEqual(['asymmetric', 'column']);
    const names = (task: number, kind: string) =>
      levelsOf(page, task, kind).map((level) => levelName(page, level));
    expect(names(0, 'symmetric')[0]).toBe('none');
    expect(names(1, 'column')).toEqual([
      'column:aggregated_label (9.0 % wrong)',
      'column:worse_label (40.2 % wrong)',
    ]);
  });

  test('cross-entropy and the best others, seven in all; the level nearest to half', () => {
    const levels = levelsOf(page, 0, 'symmetric');
    const shown = firstShown(page, 0, levels).map((series) => page.series[series]);
    expect(shown).toHaveLength(7);
    expect(shown[0]).toBe('ce');
    expect(shown).toContain('sgce:q=0.4');
    expect(levelName(page, firstLevel(page, 0, levels))).toBe('symmetric:0.4');
  });

  test('none alone is a kind of its own', () => {
    const clean = summarise([doneRecord(configOf('ce', 'none', 1))]);
    expect(kindsOf(clean, 0)).toEqual(['none']);
    expect(levelsOf(clean, 0, 'none')).toEqual([0]);
  });
});
