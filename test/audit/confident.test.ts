import { describe, expect, test } from 'vitest';
import { lowest } from '../../src/audit/confident/lowest.ts';
import type { AuditInput, IssueFilter } from '../../src/audit/index.ts';
import { audit, highest, issueFilters, rank, scoreNames } from '../../src/audit/index.ts';
import { stream } from '../../src/core/index.ts';
import { messageOf } from '../messages.ts';
import { firstDifference, isClose, tolerances } from '../tolerances.ts';
import type { AuditCase } from './confident-reference.ts';
import { fixtureName, readAuditCases } from './confident-reference.ts';

const cases = readAuditCases().map((c) => [c.name, c] as const);
const resultOf = (c: AuditCase, converge = false) =>
  audit({ labels: c.labels, probs: c.pred_probs, converge });

/** The first index where two lists of numbers differ by more than the printed fixture explains, or −1. */
const difference = (a: Iterable<number>, b: readonly number[]) =>
  firstDifference(Array.from(a), b, tolerances.auditFixture);
const ascending = (rows: Iterable<number>) => Array.from(rows).sort((a, b) => a - b);

test('the fixture has its 16 cases, of 2 to 10 classes', () => {
  expect(cases.length).toBe(16);
  expect(new Set(cases.map(([, c]) => c.k))).toEqual(new Set([2, 3, 10]));
});

describe.each(cases)('%s, as the reference', (_, c) => {
  const found = resultOf(c);
  const { expect: wanted } = c;

  test('thresholds', () => {
    expect(difference(found.thresholds, wanted.confident_thresholds)).toBe(-1);
  });

  test('joints, exactly', () => {
    expect(found.confidentJoint).toEqual(wanted.confident_joint_uncalibrated);
    expect(found.calibratedJoint).toEqual(wanted.confident_joint);
    expect(difference(found.joint.flat(), wanted.joint.flat())).toBe(-1);
  });

  test.each([
    [false, wanted.latent],
    [true, wanted.latent_converged],
  ])('latent estimates, converged: %s', (converge, latent) => {
    const { py, noiseMatrix, inverseNoiseMatrix } = resultOf(c, converge);
    expect(difference(py, latent.py)).toBe(-1);
    expect(difference(noiseMatrix.flat(), latent.noise_matrix.flat())).toBe(-1);
    expect(difference(inverseNoiseMatrix.flat(), latent.inverse_noise_matrix.flat())).toBe(-1);
  });

  test.each(scoreNames)('%s', (name) => {
    const reference = wanted.label_quality_scores[fixtureName(name)]!;
    expect(difference(found.scores[name], reference)).toBe(-1);
  });

  test.each(issueFilters)('rows of %s, exactly, by ascending self-confidence', (name) => {
    expect(wanted.ties.set_differs_with_stable_sort).not.toContain(fixtureName(name));
    const rows = found.issues(name);
    const reference = wanted.label_issues[fixtureName(name)]!;
    expect(ascending(rows)).toEqual(ascending(reference));
    // of rows with equal scores the order is not fixed
    const scoresOf = (some: Iterable<number>) =>
      Array.from(some, (row) => wanted.label_quality_scores.self_confidence![row]!);
    expect(difference(scoresOf(rows), scoresOf(reference))).toBe(-1);
  });

  test('health', () => {
    const { overall_label_health_score: health } = wanted;
    expect(isClose(found.health, health, tolerances.auditFixture)).toBe(true);
  });

  test('the same from a typed array', () => {
    const typed = audit({ labels: c.labels, probs: Float64Array.from(c.pred_probs.flat()) });
    expect(typed.calibratedJoint).toEqual(found.calibratedJoint);
    expect(typed.scores).toEqual(found.scores);
    expect(typed.issues('both')).toEqual(found.issues('both'));
  });
});

/** Rows of two classes: the last is labelled 1 and looks like 0. */
const small = {
  labels: [0, 0, 1, 1],
  probs: [
    [0.9, 0.1],
    [0.8, 0.2],
    [0.1, 0.9],
    [0.9, 0.1],
  ],
};

describe('by hand', () => {
  test('thresholds, joints and the wrong label of four rows', () => {
    const { thresholds, confidentJoint, health, issues, scores } = audit(small);
    // means of 0.9, 0.8 and of 0.9, 0.1: row 1 is confident in neither class
    expect(difference(thresholds, [0.85, 0.5])).toBe(-1);
    expect(confidentJoint).toEqual([
      [1, 0],
      [1, 1],
    ]);
    expect(health).toBe(0.75);
    expect(issues('confidentLearning')).toEqual(Uint32Array.of(3));
    expect(difference(scores.normalizedMargin, [0.9, 0.8, 0.9, 0.1])).toBe(-1);
  });

  test('quality of classes, and pairs by how many rows they exchange', () => {
    // 3 rows of class 0 are labelled 1, one of class 2 is labelled 0; each as sure as can be
    const of = (c: number) => [0, 1, 2].map((j) => (j === c ? 0.9 : 0.05));
    const trueLabels = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2];
    const labels = trueLabels.map((label, row) => (row < 3 ? 1 : row === 12 ? 0 : label));
    const { calibratedJoint, classes, overlaps } = audit({ labels, probs: trueLabels.map(of) });
    expect(calibratedJoint).toEqual([
      [3, 0, 1],
      [3, 6, 0],
      [0, 0, 4],
    ]);
    expect(classes).toEqual([
      { class: 0, rows: 4, labelNoise: 0.25, inverseLabelNoise: 0.5 },
      { class: 1, rows: 9, labelNoise: 1 - 6 / 9, inverseLabelNoise: 0 },
      { class: 2, rows: 4, labelNoise: 0, inverseLabelNoise: 1 - 4 / 5 },
    ]);
    expect(overlaps).toEqual([
      { classes: [0, 1], rows: 3, share: 3 / 17 },
      { classes: [0, 2], rows: 1, share: 1 / 17 },
    ]);
  });

  test('rank: lowest score first, of equal ones the first row', () => {
    expect(rank([0.5, 0.1, 0.5, 0])).toEqual(Uint32Array.of(3, 1, 0, 2));
    expect(rank([0.5, 0.1, 0.5, 0], [2, 1, 0])).toEqual(Uint32Array.of(1, 0, 2));
  });

  test('a class that is nobody’s true class keeps estimates that can be divided by', () => {
    // rows labelled 1 look like 0, more so than those labelled 0
    const labels = [0, 0, 0, 1, 1];
    const probs = [0.8, 0.8, 0.8, 0.99, 0.99].map((p) => [p, 1 - p]);
    const { py, noiseMatrix, inverseNoiseMatrix } = audit({ labels, probs });
    for (const value of [...py, ...noiseMatrix.flat(), ...inverseNoiseMatrix.flat()]) {
      expect(value >= 0 && value <= 1).toBe(true);
    }
    expect(py[1]! > 0).toBe(true);
  });
});

test.each([1, 2, 3, 7, 60])(
  'rank, lowest and highest of %i values with many ties, as by sorting',
  (n) => {
    const rng = stream(n, 'lowest');
    for (let repeat = 0; repeat < 50; repeat++) {
      const values = Float64Array.from({ length: n }, () => Math.floor(rng.uniform() * 10) / 10);
      const count = Math.floor(rng.uniform() * (n + 1));
      const sorted = Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!); // stable
      expect(rank(values)).toEqual(Uint32Array.from(sorted));
      expect(lowest(values, count)).toEqual(Uint32Array.from(ascending(sorted.slice(0, count))));
      const descending = Array.from(values.keys()).sort((a, b) => values[b]! - values[a]!);
      expect(highest(values, count)).toEqual(Uint32Array.from(descending.slice(0, count)));
    }
  },
);

describe('what is wrong is refused', () => {
  const { labels, probs } = small;
  const changed = (row: number, own: readonly number[]) =>
    probs.map((given, i) => (i === row ? own : given));

  test.each<[string, AuditInput, string]>([
    [
      'NaN',
      { labels, probs: changed(2, [Number.NaN, 1]) },
      'audit probs, row 2: expected probabilities with a sum of 1, received a sum of NaN',
    ],
    [
      'a sum of 1.2',
      { labels, probs: changed(1, [0.5, 0.7]) },
      'audit probs, row 1: expected probabilities with a sum of 1, received a sum of 1.2',
    ],
    [
      'less than 0',
      { labels, probs: changed(1, [-0.5, 1.5]) },
      'audit probs, row 1: expected probabilities with a sum of 1, received an entry of -0.5',
    ],
    [
      'a label out of range',
      { labels: [0, 0, 1, 2], probs },
      'audit labels, row 3: expected a label from 0 to 1, received 2',
    ],
    [
      'a label that is not a whole number',
      { labels: [0, 0.5, 1, 1], probs },
      'audit labels, row 1: expected a label from 0 to 1, received 0.5',
    ],
    ['nothing', undefined as never, 'audit: expected an object, received undefined'],
    ['no labels', { probs } as never, 'audit labels: expected an array, received undefined'],
    [
      'labels of null',
      { labels: null, probs } as never,
      'audit labels: expected an array, received null',
    ],
    [
      'a row of nothing',
      { labels, probs: changed(2, null as never) },
      'audit probs, row 2: expected an array, received null',
    ],
    [
      'names that are no list',
      { labels, probs, classNames: 5 } as never,
      'audit classNames: expected an array, received 5',
    ],
    [
      'a field that it does not know',
      { labels, probs, clasNames: ['a', 'b'] } as never,
      'audit: expected fields among labels, probs, classCount, converge, areOutOfSample, classNames, loss, received "clasNames"; did you mean "classNames"?',
    ],
    [
      'another number of rows',
      { labels: [0, 0, 1], probs },
      'audit probs: expected 3 rows, as many as labels, received 4 rows',
    ],
    [
      'a row of another length',
      { labels, probs: changed(3, [0.2, 0.3, 0.5]) },
      'audit probs, row 3: expected 2 probabilities, received 3',
    ],
    [
      'a typed array that holds no whole rows',
      { labels: [0, 1, 0], probs: Float64Array.from(probs.flat()) },
      'audit probs: expected 3 rows, as many as labels, received 8 numbers; a typed array holds n·k numbers, one row after the other',
    ],
    [
      'a typed array of another number of rows',
      { labels, probs: new Float32Array(16).fill(0.5), classCount: 2 },
      'audit probs: expected 4 rows of 2 = 8 numbers, received 16',
    ],
    [
      'one class',
      { labels: [0, 0], probs: [[1], [1]] },
      'audit probs: expected probabilities of at least two classes, received 1; of two classes give both probabilities, p and 1 − p',
    ],
    [
      'a class without a row',
      { labels: [0, 0, 0, 0], probs },
      'audit labels: expected a row of each of 2 classes, received none of 1; leave classes that no row has out, and their probabilities, with rows that sum to 1 again',
    ],
    [
      'no rows',
      { labels: [], probs: [] },
      'audit labels: expected at least one row, received none',
    ],
    [
      'no list',
      { labels, probs: 'probs.csv' as unknown as number[][] },
      'audit probs: expected a list of rows, a Float32Array or a Float64Array, received "probs.csv"',
    ],
  ])('%s', (_, input, message) => {
    expect(messageOf(() => audit(input))).toBe(message);
  });

  test('an unknown filter', () => {
    const { issues } = audit(small);
    expect(messageOf(() => issues('prune' as IssueFilter))).toBe(
      'audit issues: expected one of pruneByClass, pruneByNoiseRate, both, confidentLearning, predictedNeqGiven, lowNormalizedMargin, lowSelfConfidence, received "prune"',
    );
  });
});

describe('notices', () => {
  const rows = (n: number, p: (row: number) => number, areOutOfSample?: boolean) =>
    audit({
      ...(areOutOfSample !== undefined && { areOutOfSample }),
      labels: Array.from({ length: n }, (_, row) => row % 2),
      probs: Array.from({ length: n }, (_, row) =>
        row % 2 === 0 ? [p(row), 1 - p(row)] : [1 - p(row), p(row)],
      ),
    }).notices;

  test('probabilities that repeat the labels may be of a training fit', () => {
    expect(rows(100, () => 0.9)).toEqual([
      'the most probable class is the given label in 100 of 100 rows: if a model gave these probabilities for rows that it was trained on, wrong labels do not show; use out-of-sample ones',
    ]);
    expect(rows(100, (row) => (row === 7 ? 0.2 : 0.9))).toEqual([]);
    expect(rows(40, () => 0.9)).toEqual([]);
    expect(rows(100, () => 0.9, true)).toEqual([]);
  });

  test('a class that is never the most probable one was not learnt', () => {
    const probs = Array.from({ length: 60 }, (_, row) => (row < 50 ? [0.9, 0.1] : [0.6, 0.4]));
    const labels = probs.map(([p = 0]) => (p === 0.9 ? 0 : 1));
    const start = 'is never the most probable one: its labels look wrong because the model has not';
    expect(audit({ labels, probs }).notices).toEqual([
      `class 1 ${start} learnt it; take another loss, such as ce or auto, or another model`,
    ]);
    const classNames = ['many', 'single'];
    expect(audit({ labels, probs, classNames, loss: 'ce' }).notices).toEqual([
      `class "single" ${start} learnt it; take another model`,
    ]);
    expect(audit({ labels: labels.slice(0, 53), probs: probs.slice(0, 53) }).notices).toEqual([
      `class 1 ${start} learnt it; more rows of it may help`,
      'class 1 has fewer than 5 rows: what is estimated of so few is not reliable',
    ]);
  });

  test('classes of few rows', () => {
    expect(audit(small).notices).toEqual([
      '2 classes (0, 1) have fewer than 5 rows: what is estimated of so few is not reliable',
    ]);
    const k = 7;
    const labels = Array.from({ length: 2 * k }, (_, row) => row % k);
    const probs = labels.map((label) => Array.from({ length: k }, (_, c) => (c === label ? 1 : 0)));
    const classNames = ['a "b"', 'c', 'd', 'e', 'f', 'g', 'h'];
    expect(audit({ labels, probs, classNames }).notices).toEqual([
      '7 classes ("a \\"b\\"", "c", "d", "e", "f" and 2 more) have fewer than 5 rows: what is estimated of so few is not reliable',
    ]);
    expect(messageOf(() => audit({ labels, probs, classNames: ['a'] }))).toBe(
      'audit classNames: expected 7 names, one per class, received 1',
    );
  });
});
