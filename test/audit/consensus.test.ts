import { describe, expect, test } from 'vitest';
import { confusionEstimate } from '../../src/audit/annotators/dawid-skene.ts';
import { oneRateEstimate } from '../../src/audit/annotators/one-rate.ts';
import { votesOf, withVote } from '../../src/audit/annotators/votes.ts';
import { consensus } from '../../src/audit/index.ts';
import { finish, stream } from '../../src/core/index.ts';
import { messageOf } from '../messages.ts';
import { firstDifference, tolerances } from '../tolerances.ts';
import { accuracy, drawCrowd, evenMatrix } from './crowd.ts';
import { slowDawidSkene } from './slow-dawid-skene.ts';
import { slowOneRate } from './slow-one-rate.ts';

const ending = { maxIterations: 1000, tolerance: 1e-7 };

/** Three classes; the second is often taken for the third by some, the first for the second by others. */
const varied = [
  [
    [0.9, 0.1, 0],
    [0.05, 0.5, 0.45],
    [0, 0.1, 0.9],
  ],
  [
    [0.55, 0.45, 0],
    [0, 0.95, 0.05],
    [0.1, 0.1, 0.8],
  ],
  evenMatrix(3, 0.7),
  evenMatrix(3, 1 / 3), // guesses
];

function rowsOf(values: ArrayLike<number>, size: number): number[][] {
  const list = Array.from(values);
  return Array.from({ length: list.length / size }, (_, row) =>
    list.slice(row * size, (row + 1) * size),
  );
}

describe('against the slow version', () => {
  const { labels } = drawCrowd(varied, 80, 3, stream(1, 'slow'));
  const rowPriors = Array.from({ length: 80 }, (_, row) =>
    [row % 3, (row + 1) % 5, 2].map((weight, _, all) => (weight + 1) / (all[0]! + all[1]! + 5)),
  );
  const steps = { maxIterations: 6, tolerance: -Infinity };
  const votes = votesOf('test', labels, 4, 3);

  test.each([
    ['a share of each class', undefined],
    ['probabilities of rows', rowPriors],
  ])('confusion matrices, with %s', (_, priors) => {
    const slow = slowDawidSkene(rowsOf(labels, 4), {
      k: 3,
      steps: 6,
      ...(priors && { rowPriors: priors }),
    });
    const probs = priors && Float64Array.from(priors.flat());
    const fast = finish(confusionEstimate(votes, probs, steps)).posterior;
    expect(firstDifference(fast, slow.flat(), tolerances.float64)).toBe(-1);
  });

  test.each([
    ['a share of each class', undefined],
    ['probabilities of rows', rowPriors],
  ])('one rate, with %s', (_, priors) => {
    const slow = slowOneRate(rowsOf(labels, 4), 3, 6, priors);
    const fast = finish(
      oneRateEstimate(votes, priors && Float64Array.from(priors.flat()), steps),
    ).posterior;
    expect(firstDifference(fast, slow.flat(), tolerances.float64)).toBe(-1);
  });
});

describe('the log posterior never falls', () => {
  test.each([1, 2, 3, 4])('seed %i', (seed) => {
    const { labels } = drawCrowd(varied, 60, 3, stream(seed, 'path'));
    const votes = votesOf('test', labels, 4, 3);
    for (const estimate of [confusionEstimate, oneRateEstimate]) {
      const { paths, converged } = finish(estimate(votes, undefined, ending));
      expect(converged).toBe(true);
      for (const path of paths) {
        for (let i = 1; i < path.length; i++) {
          const rise = (path[i] as number) - (path[i - 1] as number);
          expect(rise).toBeGreaterThan(-tolerances.float64 * Math.abs(path[i] as number));
        }
      }
    }
  });
});

describe('annotators whose matrices are known', () => {
  const { labels, trueLabels } = drawCrowd(varied, 4000, 4, stream(1, 'known'));
  const found = consensus(labels, ['a', 'b', 'c', 'guesses'], 3);

  test('the matrices are recovered, as far as so many labels tell', () => {
    for (const [a, matrix] of varied.entries()) {
      for (const [cell, estimate] of found.confusion(a).entries()) {
        const p = matrix[Math.floor(cell / 3)]?.[cell % 3] as number;
        // 1,333 rows of a class, of which a third at least have a posterior that tells the class
        const deviation = Math.sqrt(Math.max(p * (1 - p), 0.01) / 444);
        expect(Math.abs(estimate - p)).toBeLessThan(tolerances.deviations * deviation);
      }
    }
  });

  test('labels are better than those of the majority and of each annotator', () => {
    const majority = consensus(labels, 4, 3, { method: 'majority' });
    const own = accuracy(found.labels, trueLabels);
    expect(own).toBeGreaterThan(accuracy(majority.labels, trueLabels) + 0.03);
    for (let a = 0; a < 4; a++) {
      expect(own).toBeGreaterThan(
        accuracy(
          labels.filter((_, i) => i % 4 === a),
          trueLabels,
        ),
      );
    }
  });

  test('the accuracy of annotators is what it is, and so is the confidence', () => {
    for (const [a, { name, labels: count, accuracy: estimate }] of found.annotators.entries()) {
      const own = labels.filter((_, i) => i % 4 === a);
      expect(name).toBe(['a', 'b', 'c', 'guesses'][a]);
      expect(count).toBe(4000);
      expect(Math.abs(estimate - accuracy(own, trueLabels))).toBeLessThan(
        tolerances.deviations * Math.sqrt(0.25 / 4000),
      );
    }
    const mean = found.confidence.reduce((x, y) => x + y, 0) / 4000;
    expect(Math.abs(mean - accuracy(found.labels, trueLabels))).toBeLessThan(
      tolerances.deviations * Math.sqrt(0.25 / 4000),
    );
  });
});

test('one who is always right is found among many who are not', () => {
  const crowd = [evenMatrix(4, 1), ...Array.from({ length: 5 }, () => evenMatrix(4, 0.5))];
  const { labels, trueLabels } = drawCrowd(crowd, 4000, 6, stream(3, 'perfect'));
  const found = consensus(labels, 6, 4);
  expect(accuracy(found.labels, trueLabels)).toBeGreaterThan(0.99);
  expect(found.annotators[0]?.accuracy).toBeGreaterThan(0.97);
  const majority = consensus(labels, 6, 4, { method: 'majority' });
  expect(accuracy(majority.labels, trueLabels)).toBeLessThan(0.9);
});

describe('identities', () => {
  const { labels } = drawCrowd(varied, 200, 3, stream(4, 'identities'));
  const found = consensus(labels, 4, 3);

  test('posteriors are probabilities, and labels their largest', () => {
    for (const [row, shares] of rowsOf(found.posterior, 3).entries()) {
      expect(Math.abs(shares.reduce((x, y) => x + y, 0) - 1)).toBeLessThan(tolerances.float64);
      expect(shares[found.labels[row] as number]).toBe(Math.max(...shares));
      expect(found.confidence[row]).toBe(Math.max(...shares));
    }
  });

  test('the order of annotators does not matter', () => {
    const order = [2, 0, 3, 1];
    const moved = Int32Array.from(
      labels,
      (_, i) => labels[i - (i % 4) + (order[i % 4] as number)] as number,
    );
    const other = consensus(moved, 4, 3);
    expect(firstDifference(other.posterior, found.posterior, tolerances.float64)).toBe(-1);
    expect(firstDifference(other.confusion(0), found.confusion(2), tolerances.float64)).toBe(-1);
  });

  test('the numbers of classes do not matter', () => {
    const renumbered = labels.map((label) => (label === -1 ? -1 : (label + 1) % 3));
    const other = consensus(renumbered, 4, 3);
    const back = rowsOf(other.posterior, 3).flatMap(([a, b, c]) => [b, c, a] as number[]);
    expect(firstDifference(back, found.posterior, tolerances.float64)).toBe(-1);
  });

  test('rows twice are as good as once with twice the prior: the order of rows does not matter', () => {
    const rows = rowsOf(labels, 4).reverse();
    const other = consensus(Int32Array.from(rows.flat()), 4, 3);
    const back = rowsOf(other.posterior, 3).reverse().flat();
    expect(firstDifference(back, found.posterior, tolerances.float64)).toBe(-1);
  });

  test('the same labels by all are the consensus', () => {
    const same = Int32Array.from([0, 0, 0, 1, 1, 1, 2, 2, 2, 1, 1, 1]);
    const { labels: own, agreement, annotators } = consensus(same, 3, 3);
    expect([...own]).toEqual([0, 1, 2, 1]);
    expect(agreement).toMatchObject({ rows: 4, observed: 1, alpha: 1, kappa: 1 });
    expect(annotators.map(({ agreement: share }) => share)).toEqual([1, 1, 1]);
  });
});

describe('few labels', () => {
  test('of one annotator are the consensus, for certain', () => {
    const found = consensus(Int32Array.of(2, 0, 1, 1), ['only'], 3);
    expect(found.method).toBe('majority');
    expect([...found.labels]).toEqual([2, 0, 1, 1]);
    expect([...found.confidence]).toEqual([1, 1, 1, 1]);
    expect(found.annotators).toEqual([{ name: 'only', labels: 4, accuracy: 1, agreement: 1 }]);
  });

  test('of annotators who share no row are too', () => {
    const found = consensus(Int32Array.of(1, -1, -1, 0, 1, -1), 2, 2);
    expect(found.method).toBe('majority');
    expect([...found.labels]).toEqual([1, 0, 1]);
    expect(found.agreement).toMatchObject({ rows: 0, observed: Number.NaN, kappa: undefined });
    expect(found.pairwise()).toEqual(Float64Array.of(1, Number.NaN, Number.NaN, 1));
  });

  test('an annotator with one label is taken for the average one', () => {
    const crowd = [evenMatrix(2, 0.9), evenMatrix(2, 0.9), evenMatrix(2, 0.9)];
    const { labels } = drawCrowd(crowd, 400, 3, stream(5, 'one'));
    const wide = Int32Array.from(rowsOf(labels, 3).flatMap((row, i) => [...row, i === 0 ? 1 : -1]));
    const found = consensus(wide, 4, 2);
    expect(found.annotators[3]?.labels).toBe(1);
    for (const right of [0, 3]) {
      expect(found.confusion(3)[right]).toBeGreaterThan(0.7);
      expect(found.confusion(3)[right]).toBeLessThan(0.95);
    }
  });

  test('none by an annotator leaves him what all have in common', () => {
    const { labels } = drawCrowd(varied.slice(0, 3), 300, 3, stream(6, 'none'));
    const wide = Int32Array.from(rowsOf(labels, 3).flatMap((row) => [...row, -1]));
    const found = consensus(wide, 4, 3);
    expect(found.annotators[3]).toEqual({
      ...{ name: '3', labels: 0 },
      ...{ accuracy: Number.NaN, agreement: Number.NaN },
    });
    expect(
      firstDifference(found.posterior, consensus(labels, 3, 3).posterior, tolerances.float64),
    ).toBe(-1);
  });

  test('a class that nobody uses has next to nothing', () => {
    const { labels } = drawCrowd(varied, 300, 3, stream(7, 'unused'));
    const found = consensus(labels, 4, 5);
    for (const shares of rowsOf(found.posterior, 5)) {
      expect((shares[3] as number) + (shares[4] as number)).toBeLessThan(0.01);
    }
    expect(found.confusion(0)[3 * 5 + 3]).toBeGreaterThan(0.5); // taken as labelled right
  });
});

describe('many classes', () => {
  const k = 1000;
  const crowd = [0.9, 0.8, 0.3, 0.6];

  test('are handled by one rate each', () => {
    const rng = stream(8, 'many');
    const trueLabels = Int32Array.from({ length: 3000 }, () => rng.integer(k));
    const labels = Int32Array.from({ length: 12_000 }, (_, i) =>
      rng.uniform() < (crowd[i % 4] as number) ? (trueLabels[i >> 2] as number) : rng.integer(k),
    );
    const found = consensus(labels, 4, k);
    const majority = consensus(labels, 4, k, { method: 'majority' });
    expect(accuracy(found.labels, trueLabels)).toBeGreaterThan(
      accuracy(majority.labels, trueLabels) + 0.01,
    );
    for (const [a, { accuracy: estimate }] of found.annotators.entries()) {
      expect(Math.abs(estimate - (crowd[a] as number))).toBeLessThan(
        tolerances.deviations * Math.sqrt(0.25 / 3000),
      );
    }
    const diagonal = found.confusion(2)[7 * k + 7] as number;
    expect(Math.abs(diagonal - 0.3)).toBeLessThan(tolerances.deviations * Math.sqrt(0.25 / 3000));
    const sum = found
      .confusion(2)
      .subarray(0, k)
      .reduce((x, y) => x + y, 0);
    expect(Math.abs(sum - 1)).toBeLessThan(tolerances.float64);
  });
});

describe('majority', () => {
  test('gives shares, and of equal ones the first class', () => {
    const labels = Int32Array.of(0, 1, 1, 2, 1, -1, 0, 1, 2);
    const found = consensus(labels, 3, 3, { method: 'majority' });
    const third = 1 / 3;
    expect(
      firstDifference(
        found.posterior,
        [third, 2 * third, 0, 0, 0.5, 0.5, third, third, third],
        tolerances.float64,
      ),
    ).toBe(-1);
    expect([...found.labels]).toEqual([1, 1, 0]);
    expect(found.iterations).toBe(0);
    expect(
      firstDifference(found.confusion(1), [0, 1, 0, 0, 1, 0, 0, 1, 0], tolerances.float64),
    ).toBe(-1);
  });
});

describe('a classifier', () => {
  const crowd = [evenMatrix(3, 0.7), evenMatrix(3, 0.7), evenMatrix(3, 0.7)];
  const { labels, trueLabels } = drawCrowd(crowd, 1000, 3, stream(9, 'classifier'));
  const rng = stream(9, 'guess');
  const guess = trueLabels.map((label) =>
    rng.uniform() < 0.8 ? label : (label + 1 + rng.integer(2)) % 3,
  );
  const probs = Float32Array.from({ length: 3000 }, (_, i) =>
    guess[Math.floor(i / 3)] === i % 3 ? 0.8 : 0.1,
  );

  test('makes labels better than it is, and than they are', () => {
    const alone = accuracy(consensus(labels, 3, 3).labels, trueLabels);
    const found = accuracy(consensus(labels, 3, 3, { probs }).labels, trueLabels);
    expect(found).toBeGreaterThan(alone + 0.05);
    expect(found).toBeGreaterThan(accuracy(guess, trueLabels) + 0.05);
  });

  test('counts as it is, if its probabilities are right, and for nothing if it is of no use', () => {
    expect(consensus(labels, 3, 3, { probs }).classifierPower).toBe(1);
    const guesses = stream(9, 'useless');
    const sure = new Float32Array(3000);
    for (let row = 0; row < 1000; row++) sure[row * 3 + guesses.integer(3)] = 1;
    const found = consensus(labels, 3, 3, { probs: sure });
    expect(found.classifierPower).toBe(0);
    const alone = accuracy(consensus(labels, 3, 3).labels, trueLabels);
    expect(accuracy(found.labels, trueLabels)).toBeGreaterThan(alone - 0.02);
    const one = sure.map((_, i) => (i % 3 === 0 ? 1 : 0));
    expect(accuracy(consensus(labels, 3, 3, { probs: one }).labels, trueLabels)).toBeGreaterThan(
      alone - 0.02,
    );
  });

  test('that exchanges two classes counts for nothing', () => {
    const swapped = Float32Array.from(probs, (_, i) => probs[i - (i % 3) + [1, 0, 2][i % 3]!]!);
    const found = consensus(labels, 3, 3, { probs: swapped });
    expect(found.classifierPower).toBe(0);
    const alone = accuracy(consensus(labels, 3, 3).labels, trueLabels);
    expect(accuracy(found.labels, trueLabels)).toBeGreaterThan(alone - 0.02);
  });

  test('does not hold one class for impossible', () => {
    const certain = Float32Array.from(probs, (p) => (p > 0.5 ? 1 : 0));
    const { posterior } = consensus(labels, 3, 3, { probs: certain });
    expect(posterior.every((p) => p > 0)).toBe(true);
  });

  test('is refused where rows are no probabilities, or for the majority', () => {
    const bad = probs.slice();
    bad[4] = 0.4;
    expect(messageOf(() => consensus(labels, 3, 3, { probs: bad }))).toMatch(
      /^consensus probs, row 1: expected probabilities with a sum of 1, received a sum of (0|1)\./,
    );
    expect(messageOf(() => consensus(labels, 3, 3, { probs, method: 'majority' }))).toBe(
      'consensus probs: expected nothing beside the method majority, received probabilities',
    );
    expect(messageOf(() => consensus(labels, 3, 3, { probs: probs.subarray(3) }))).toBe(
      'consensus probs: expected 1000 rows of 3 = 3000 numbers, received 2997',
    );
  });
});

describe('what is refused', () => {
  test.each([
    [
      [0, -1, -1, -1],
      2,
      'consensus, row 1: expected a label by some annotator, received none; leave the row out',
    ],
    [
      [0, 1, 3, 0],
      2,
      'consensus, row 1, annotator 0: expected a label from 0 to 2, or -1, received 3',
    ],
    [[0, -2], 2, 'consensus, row 0, annotator 1: expected a label from 0 to 2, or -1, received -2'],
    [
      [0, 1, 1],
      2,
      'consensus labels: expected rows of 2 labels, one by each annotator, received 3 labels',
    ],
    [
      [],
      2,
      'consensus labels: expected rows of 2 labels, one by each annotator, received 0 labels',
    ],
    [[0], 0, 'consensus annotators: expected an integer of at least 1, received 0'],
  ])('%j of %i annotators', (labels, annotators, message) => {
    expect(messageOf(() => consensus(Int32Array.from(labels), annotators, 3))).toBe(message);
  });
});

test('a vote more in every row keeps the others', () => {
  const votes = withVote(votesOf('test', Int32Array.of(0, -1, 1, 1), 2, 2), Int32Array.of(1, 0));
  expect(votes).toMatchObject({ n: 2, m: 3, k: 2 });
  expect([...votes.starts]).toEqual([0, 2, 5]);
  expect([...votes.labels]).toEqual([0, 1, 1, 1, 0]);
  expect([...votes.annotators]).toEqual([0, 2, 0, 1, 2]);
});
