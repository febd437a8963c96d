import { describe, expect, test } from 'vitest';
import {
  ambiguousPairs,
  annotatorAgreement,
  classSizes,
  precisionCurve,
  tellingWords,
} from '../../src/audit/index.ts';
import { stream } from '../../src/core/index.ts';
import { messageOf } from '../messages.ts';
import { firstDifference, tolerances } from '../tolerances.ts';
import { drawCrowd, evenMatrix } from './crowd.ts';

const close = (a: readonly number[], b: readonly number[]) =>
  firstDifference([...a], b, tolerances.float64);

describe('classSizes', () => {
  test('counts, and names the first of the smallest and largest', () => {
    expect(classSizes([2, 0, 2, 1, 2, 2], 3)).toEqual({
      rows: [1, 1, 4],
      smallest: 0,
      largest: 2,
      imbalance: 4,
    });
    expect(classSizes([0, 0], 2).imbalance).toBe(Number.POSITIVE_INFINITY);
  });

  test('refuses a label out of range', () => {
    expect(messageOf(() => classSizes([0, 2], 2))).toContain('classSizes labels');
  });
});

describe('ambiguousPairs', () => {
  const overlap = (a: number, b: number) => ({ classes: [a, b], rows: 1, share: 0.1 }) as const;

  test('is the error of the better guess between the two', () => {
    const probs = Float64Array.of(0.6, 0.4, 0, 0.3, 0.7, 0, 0, 0.2, 0.8);
    const found = ambiguousPairs([overlap(1, 2), overlap(0, 1), overlap(0, 2)], probs, 3);
    expect(found.map(({ classes }) => classes)).toEqual([
      [0, 1],
      [1, 2],
      [0, 2],
    ]);
    // (0.4 + 0.3 + 0)/(1 + 1 + 0.2), (0 + 0 + 0.2)/(0.4 + 0.7 + 1), 0
    const confusions = found.map(({ confusion }) => confusion);
    expect(close(confusions, [0.7 / 2.2, 0.2 / 2.1, 0])).toBe(-1);
  });

  test('is a half where nothing tells them apart, and 0 where no row is of either', () => {
    const halves = Float64Array.of(0.5, 0.5, 0, 0.5, 0.5, 0);
    expect(ambiguousPairs([overlap(0, 1)], halves, 3)[0]?.confusion).toBe(0.5);
    expect(ambiguousPairs([overlap(0, 1)], Float64Array.of(0, 0, 1), 3)[0]?.confusion).toBe(0);
  });

  test('refuses a class out of range', () => {
    expect(messageOf(() => ambiguousPairs([overlap(0, 2)], Float64Array.of(0.5, 0.5), 2))).toBe(
      'ambiguousPairs: expected classes from 0 to 1, received 0 and 2',
    );
  });
});

describe('tellingWords', () => {
  const texts = [['good', 'good', 'tea'], ['good'], ['bad', 'tea'], ['tea'], ['__proto__']];
  const { score, share } = tellingWords(texts, [1, 1, 0, 0, 0], 2, [
    'good',
    'bad',
    'tea',
    '__proto__',
  ]);

  test('is the log odds ratio by its standard error', () => {
    // good: 2 of 2 against 0 of 3; a word counts once for a text
    const difference = Math.log(2.5 / 0.5) - Math.log(0.5 / 3.5);
    const error = Math.sqrt(1 / 2.5 + 1 / 0.5 + 1 / 0.5 + 1 / 3.5);
    expect(close([score('good', 1, 0)], [difference / error])).toBe(-1);
    expect(close([score('good', 0, 1)], [-difference / error])).toBe(-1);
    expect(score('bad', 1, 0)).toBeLessThan(0);
    expect(score('never', 1, 0)).toBe(0);
    expect(score('__proto__', 0, 1)).toBeGreaterThan(0);
    expect([share('tea', 0), share('tea', 1), share('never', 0)]).toEqual([2 / 3, 1 / 2, 0]);
  });

  test('is about normal for words that say nothing', () => {
    const rng = stream(1, 'words');
    const words = Array.from({ length: 400 }, (_, i) => `w${i}`);
    const labels = Array.from({ length: 600 }, () => rng.integer(2));
    const random = labels.map(() => words.filter(() => rng.uniform() < 0.1));
    const scores = tellingWords(random, labels, 2, words).score;
    const values = words.map((word) => scores(word, 0, 1));
    const mean = values.reduce((sum, z) => sum + z, 0) / values.length;
    // of 400 normal values: mean 0 ± 1/20, and 4.6 % beyond 2, 18 ± 4.2
    expect(Math.abs(mean) * 20).toBeLessThan(tolerances.deviations);
    const beyond = values.filter((z) => Math.abs(z) > 2).length;
    expect(Math.abs(beyond - 18.2) / 4.2).toBeLessThan(tolerances.deviations);
  });

  test('refuses another number of texts', () => {
    expect(messageOf(() => tellingWords([['a']], [0, 1], 2, []))).toBe(
      'tellingWords: expected 2 texts, as many as labels, received 1',
    );
    expect(messageOf(() => tellingWords([['a'], []], [0], 2, []))).toContain('received more');
  });
});

describe('annotatorAgreement', () => {
  test('by hand', () => {
    // rows of ann, bob, cy; the last row has one label only
    const labels = Int32Array.of(0, 0, 1, 1, 1, 0, 1, 1, 1, 0, -1, 0, 1, -1, -1);
    const [ann, bob, cy] = annotatorAgreement(labels, ['ann', 'bob', 'cy'], 2);
    expect([ann?.rows, bob?.rows, cy?.rows]).toEqual([4, 3, 4]);
    // shares of the others' labels that are the same: ann ½ ½ 1 1, bob ½ ½ 1, cy 0 0 1 1
    expect(close([ann!.agreement, bob!.agreement, cy!.agreement], [0.75, 2 / 3, 0.5])).toBe(-1);
    // ann: 0 1 1 0 against 0 1 1 0 1 1 0
    expect(close([ann!.chance], [0.5 * (3 / 7) + 0.5 * (4 / 7)])).toBe(-1);
    expect(close([cy!.standardError], [Math.sqrt(1 / 3 / 4)])).toBe(-1);
    // bob and cy on the rows of ann that both labelled; of ann's last row there is one other only
    expect(close([ann!.amongOthers, cy!.amongOthers], [1 / 3, 1])).toBe(-1);
    expect([ann!, bob!, cy!].some(({ isOutlier }) => isOutlier)).toBe(false); // too few rows to say
  });

  test('finds those who make their labels up, or turn them round, and no other', () => {
    const rights = [0.9, 0.8, 1 / 3, 0.7, 0.05, 0.6];
    const matrices = rights.map((right) => evenMatrix(3, right));
    const { labels } = drawCrowd(matrices, 600, 4, stream(1, 'crowd'));
    const names = rights.map(String);
    const found = annotatorAgreement(labels, names, 3).filter(({ isOutlier }) => isOutlier);
    expect(found.map(({ name }) => name)).toEqual([String(1 / 3), '0.05']);
  });

  test('finds those who gave one class to rows of several, though most rows are of it', () => {
    // of 60 rows 36 are of class 0; c always says so, d too but on 12 rows of it, e on 6 rows of any
    const truth = Array.from({ length: 60 }, (_, i) => (i % 5 < 3 ? 0 : 1));
    const labels = Int32Array.from(
      truth.flatMap((right, i) => {
        const wrong = i % 7 === 0 ? 1 - right : right;
        return [wrong, right, 0, right === 0 && i < 20 ? 0 : -1, i < 6 ? 0 : -1];
      }),
    );
    const found = annotatorAgreement(labels, ['a', 'b', 'c', 'd', 'e'], 2);
    expect(found.map(({ onlyClass }) => onlyClass)).toEqual([
      ...[undefined, undefined, 0, undefined, undefined],
    ]);
  });

  test('says nothing of two annotators, nor where no row has two labels', () => {
    const two = annotatorAgreement(Int32Array.of(0, 1, 1, 0, 0, 1, 1, 0), ['a', 'b'], 2);
    expect(two.map(({ isOutlier }) => isOutlier)).toEqual([false, false]);
    const one = annotatorAgreement(Int32Array.of(0, -1, -1, 1), ['a', 'b'], 2);
    expect(one.map(({ rows, agreement }) => [rows, agreement])).toEqual([
      [0, Number.NaN],
      [0, Number.NaN],
    ]);
  });
});

describe('precisionCurve', () => {
  const pWrong = Float64Array.of(0.1, 0.9, 0.5, 0.7);

  test('by hand', () => {
    const curve = precisionCurve(pWrong, { isWrong: [0, 1, 1, 0], most: 3 });
    const expected = [0.9, 1.6 / 2, 2.1 / 3];
    expect(curve.map(({ length }) => length)).toEqual([1, 2, 3]);
    expect(
      close(
        curve.map((point) => point.expectedPrecision),
        expected,
      ),
    ).toBe(-1);
    const recalls = [0.9 / 2.2, 1.6 / 2.2, 2.1 / 2.2];
    expect(
      close(
        curve.map((point) => point.expectedRecall),
        recalls,
      ),
    ).toBe(-1);
    expect(curve.map(({ precision, recall }) => [precision, recall])).toEqual([
      [1, 0.5],
      [0.5, 0.5],
      [2 / 3, 1],
    ]);
  });

  test('has no more points than asked for, the longest list with them, and nothing measured', () => {
    const curve = precisionCurve(new Float64Array(1000).fill(0.5), { points: 7 });
    expect(curve.map(({ length }) => length)).toEqual([143, 286, 429, 572, 715, 858, 1000]);
    expect(Object.keys(curve[0]!)).toEqual(['length', 'expectedPrecision', 'expectedRecall']);
  });

  test('refuses a longer list than there are rows', () => {
    expect(messageOf(() => precisionCurve(pWrong, { most: 5 }))).toBe(
      'precisionCurve most: expected an integer from 1 to 4, received 5',
    );
  });
});
