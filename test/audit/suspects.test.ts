import { describe, expect, test } from 'vitest';
import {
  averagePrecision,
  detectionOf,
  labelPosterior,
  posteriorWithTraining,
  scoreNames,
  suspectsOf,
} from '../../src/audit/index.ts';
import { stream } from '../../src/core/index.ts';
import { messageOf } from '../messages.ts';
import { firstDifference, isClose, tolerances } from '../tolerances.ts';
import { fixtureName, readAuditCases } from './confident-reference.ts';

const close = (a: Iterable<number>, b: readonly number[]) =>
  firstDifference(Array.from(a), b, tolerances.float64);

describe('posteriorWithTraining', () => {
  const labels = Int32Array.of(0, 0, 0, 1);
  const held = Float64Array.of(...[0.9, 0.1], ...[0.5, 0.5], ...[0.2, 0.8], ...[0.4, 0.6]);

  test('orders rows by both kinds of models, with the values of those that had not seen them', () => {
    const trained = Float64Array.of(...[0.9, 0.1], ...[0.1, 0.9], ...[0.8, 0.2], ...[0.1, 0.9]);
    const found = posteriorWithTraining(labels, held, trained);
    // odds of wrong to right, the product of both: 1/81, 9, 1, 2/27; ranks 1, 4, 3, 2 of 0.1, 0.4, 0.5, 0.8
    expect(close(found.pWrong, [0.1, 0.8, 0.5, 0.4])).toBe(-1);
    expect(found.suggested).toEqual(Int32Array.of(1, 1, 1, 0));
    expect(close(found.pSuggested, [0.1, 0.8, 0.5, 0.4])).toBe(-1);
  });

  test('changes nothing where both say the same', () => {
    const found = posteriorWithTraining(labels, held, held);
    expect(close(found.pWrong, [0.1, 0.5, 0.8, 0.4])).toBe(-1);
  });

  test('gives rows that are equally suspect the same value, and keeps the number of wrong labels', () => {
    const trained = Float64Array.of(...[0.9, 0.1], ...[0.2, 0.8], ...[0.5, 0.5], ...[0.6, 0.4]);
    const { pWrong } = posteriorWithTraining(labels, held, trained);
    // odds 1/81, 4, 4 and 1: the two of odds 4 share 0.5 and 0.8
    expect(close(pWrong, [0.1, 0.65, 0.65, 0.4])).toBe(-1);
  });

  test('suggests the class that both find more probable, with its share of p(wrong)', () => {
    const three = Int32Array.of(0, 0);
    const own = Float64Array.of(...[0.2, 0.5, 0.3], ...[0.8, 0.1, 0.1]);
    const other = Float64Array.of(...[0.2, 0.1, 0.7], ...[0.8, 0.1, 0.1]);
    const { suggested, pWrong, pSuggested } = posteriorWithTraining(three, own, other);
    expect(suggested[0]).toBe(2);
    const [one, two] = [Math.sqrt(0.5 * 0.1), Math.sqrt(0.3 * 0.7)];
    expect(close(pWrong, [0.8, 0.2])).toBe(-1);
    expect(close(pSuggested.subarray(0, 1), [(0.8 * two) / (one + two)])).toBe(-1);
  });

  test('refuses posteriors of another size', () => {
    expect(messageOf(() => posteriorWithTraining(labels, held, held.subarray(2)))).toBe(
      'posteriorWithTraining trained: expected 8 probabilities, as of the models without the rows, received 6',
    );
  });
});

describe('labelPosterior', () => {
  test('is Bayes’ rule', () => {
    // class 0 is labelled 1 in a quarter of its rows, class 1 never otherwise
    const transition = Float64Array.of(0.75, 0.25, 0, 1);
    const probs = Float64Array.of(0.8, 0.2, 0.8, 0.2);
    const found = labelPosterior(Int32Array.of(0, 1), probs, transition);
    // label 0 is always right; of label 1: 0.8·0.25 of class 0 and 0.2 of class 1
    expect(close(found.pWrong, [0, 0.5])).toBe(-1);
    expect(found.suggested).toEqual(Int32Array.of(1, 0));
    expect(close(found.pSuggested, [0, 0.5])).toBe(-1);
  });

  test('is calibrated where its inputs are right', () => {
    const rng = stream(1, 'posterior');
    const [n, k] = [40_000, 3];
    const transition = Float64Array.of(0.8, 0.2, 0, 0.1, 0.8, 0.1, 0, 0.3, 0.7);
    const drawn = (weights: ArrayLike<number>) => {
      let rest = rng.uniform();
      let c = 0;
      for (; c < k - 1 && rest >= weights[c]!; c++) rest -= weights[c]!;
      return c;
    };
    const probs = new Float64Array(n * k);
    const truth = new Int32Array(n);
    const labels = new Int32Array(n);
    for (let row = 0; row < n; row++) {
      const weights = Array.from({ length: k }, () => Math.exp(2 * rng.normal()));
      const sum = weights.reduce((a, b) => a + b);
      probs.set(
        weights.map((w) => w / sum),
        row * k,
      );
      const own = drawn(probs.subarray(row * k, (row + 1) * k));
      truth[row] = own;
      labels[row] = drawn(transition.subarray(own * k, (own + 1) * k));
    }
    const { pWrong, suggested, pSuggested } = labelPosterior(labels, probs, transition);
    for (const [low, high] of [
      [0, 0.1],
      [0.1, 0.5],
      [0.5, 0.9],
      [0.9, 1],
    ] as const) {
      const rows = [...pWrong.keys()].filter((row) => pWrong[row]! >= low && pWrong[row]! < high);
      const difference = (p: Float64Array, is: (row: number) => boolean) => {
        const expected = rows.reduce((sum, row) => sum + p[row]!, 0);
        const variance = rows.reduce((sum, row) => sum + p[row]! * (1 - p[row]!), 0);
        const happened = rows.filter(is).length;
        return Math.abs(happened - expected) / Math.sqrt(variance);
      };
      const wrong = difference(pWrong, (row) => labels[row] !== truth[row]);
      expect(wrong).toBeLessThan(tolerances.deviations);
      const same = difference(pSuggested, (row) => suggested[row] === truth[row]);
      expect(same).toBeLessThan(tolerances.deviations);
    }
  });

  test('takes the probabilities where no class can have the label', () => {
    const transition = Float64Array.of(1, 0, 1, 0);
    const { pWrong } = labelPosterior(Int32Array.of(1), Float64Array.of(0.3, 0.7), transition);
    expect(close(pWrong, [0.3])).toBe(-1);
  });

  test('keeps tiny probabilities', () => {
    const transition = Float64Array.of(0.9, 0.1, 0.1, 0.9);
    const probs = Float64Array.of(1, 1e-30);
    const { pWrong } = labelPosterior(Int32Array.of(0), probs, transition);
    expect(close([pWrong[0]! * 1e30], [1 / 9])).toBe(-1);
  });

  test('refuses what is no transition', () => {
    const labels = Int32Array.of(0);
    const probs = Float64Array.of(0.5, 0.5);
    expect(messageOf(() => labelPosterior(labels, probs, Float64Array.of(0.5, 0.6, 0, 1)))).toBe(
      'labelPosterior transition, row 0: expected a sum of 1, received 1.1; rows are true classes, columns noisy classes; divide each row by its sum',
    );
  });
});

describe('suspectsOf', () => {
  const pWrong = Float64Array.of(0.1, 0.9, 0.6, 0.95, 0.4, 0.6);

  test('is as long as its expected precision allows', () => {
    const { rows, expectedPrecision } = suspectsOf(pWrong, 0.8);
    // means: 0.95, 0.925, 0.817, 0.7625
    expect(rows).toEqual(Uint32Array.of(3, 1, 2));
    expect(close([expectedPrecision], [(0.95 + 0.9 + 0.6) / 3])).toBe(-1);
  });

  test('never has rows that are more probably right than wrong', () => {
    expect(suspectsOf(pWrong, 0).rows).toEqual(Uint32Array.of(3, 1, 2, 5));
    const { rows, expectedPrecision } = suspectsOf(pWrong, 0.99);
    expect([rows.length, expectedPrecision]).toEqual([0, Number.NaN]);
  });

  test('refuses a row without a probability, which would be in no order', () => {
    expect(messageOf(() => suspectsOf(Float64Array.of(0.9, Number.NaN, 0.8), 0.5))).toBe(
      'suspectsOf, row 1: expected a probability, received NaN',
    );
  });

  test('refuses a precision out of range', () => {
    expect(messageOf(() => suspectsOf(pWrong, 80))).toBe(
      'suspectsOf precision: expected a number in [0, 1], received 80',
    );
  });
});

test('precision, recall and average precision against true labels', () => {
  const pWrong = Float64Array.of(0.9, 0.5, 0.5, 0.1);
  const labels = Int32Array.of(1, 1, 0, 0);
  const trueLabels = Int32Array.of(0, 1, 1, 1);
  // wrong: rows 0, 2, 3; taken together at 1, 3 and 4 rows
  expect(detectionOf(pWrong, Uint32Array.of(0, 1), labels, trueLabels)).toEqual({
    wrong: 3,
    precision: 1 / 2,
    recall: 1 / 3,
    averagePrecision: 1 / 3 + (1 / 3) * (2 / 3) + (1 / 3) * (3 / 4),
  });
  expect(detectionOf(pWrong, Uint32Array.of(0), labels, labels).averagePrecision).toBe(Number.NaN);
});

test.each(readAuditCases().map((c) => [c.name, c] as const))(
  '%s: average precision of each score as the reference',
  (_, c) => {
    // its own scores: ours differ by roundings, which breaks ties
    const { label_quality_scores: scores } = c.expect;
    const isWrong = Int32Array.from(c.labels, (label, row) =>
      label === c.true_labels[row] ? 0 : 1,
    );
    for (const name of scoreNames) {
      const found = averagePrecision(
        Float64Array.from(scores[fixtureName(name)]!, (score) => -score),
        isWrong,
      );
      const wanted = c.expect.detection_quality.average_precision[fixtureName(name)]!;
      expect(isClose(found, wanted, tolerances.auditFixture)).toBe(true);
    }
  },
);
