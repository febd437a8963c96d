import { describe, expect, test } from 'vitest';
import type { AutoDecision } from '../../src/run/auto/index.ts';
import { wordsOf } from '../../src/run/auto/words.ts';

const decision: Omit<AutoDecision, 'words'> = {
  effort: 'normal',
  folds: 4,
  rows: 1200,
  noise: {
    rate: 0.183,
    low: 0.151,
    high: 0.214,
    isUniform: false,
    confusions: [{ from: 'cat', to: 'dog', share: 0.31 }],
  },
  losses: [
    {
      loss: 'ce',
      learningRate: 0.002,
      models: 1,
      accuracy: 0.77, // of easier rows than all
      behind: { mean: 0.021, standardError: 0.01 },
    },
    { loss: 'sgce:q=0.7', learningRate: 0.002, models: 4, accuracy: 0.76 },
    { loss: 'mae', learningRate: 0.002, models: 0, accuracy: 0, diverged: true },
  ],
  chosen: 1,
  reason: 'most accurate',
  members: 4,
};

const classes = ['cat', 'dog', 'fox'];
/** As many rows of each class as asked for. */
const labelled = (...counts: number[]) =>
  Int32Array.from(counts.flatMap((count, label) => new Array<number>(count).fill(label)));
const even = labelled(400, 400, 400);

test('what was found, and what was chosen', () => {
  const { found, chose } = wordsOf(decision, even, classes);
  expect(found).toBe(
    'about 18.3 % of the labels look wrong (95 % interval 15.1 % to 21.4 %), most of them cat → dog (31.0 % of cat); estimated by models on 1,200 rows that they were not trained on',
  );
  expect(chose).toBe(
    'sgce:q=0.7, the mean of 4 models: it is the most accurate, 76.0 % on labels as given (ce 2.1 points behind on 1 of 4 folds; mae diverged)',
  );
});

test.each([
  [-0.004, 'ce 0.4 points ahead on 1 of 4 folds'],
  [0.0001, 'ce level on 1 of 4 folds'],
])('a loss that was out early is compared on the rows of both: %s', (mean, words) => {
  const [ce, ...others] = decision.losses;
  const losses = [{ ...ce!, behind: { mean, standardError: 0.01 } }, ...others];
  expect(wordsOf({ ...decision, losses }, even, classes).chose).toContain(`(${words}; `);
});

test('a loss that is corrected for the noise', () => {
  const corrected = { loss: 'forward(ce)', learningRate: 0.002, models: 4, accuracy: 0.77 };
  const losses = [...decision.losses, corrected];
  const own = wordsOf({ ...decision, losses, chosen: 3, reason: 'more robust' }, even, classes);
  expect(own.chose).toMatch(
    /^forward\(ce\), cross-entropy corrected for this noise, the mean of 4 models: others are as accurate/,
  );
  expect(own.limits).toContain('counted among the rows that models are surest of');
  expect(own.limits).not.toContain('can favour a loss that repeats the mistakes');
});

describe('what cannot be known', () => {
  const limits = (labels: Int32Array, noise: Partial<AutoDecision['noise']> = {}) =>
    wordsOf({ ...decision, noise: { ...decision.noise, ...noise } }, labels, classes).limits;

  test.each([
    ['few rows', labelled(50, 50, 50), {}, '150 rows are too few to choose by'],
    ['a small class', labelled(400, 400, 3), {}, 'fewer than 10 rows are labelled fox'],
    ['noise that may be none', even, { low: 0.01 }, 'the labels may also be right'],
    ['a dominating class', labelled(900, 100, 100), {}, '81.8 % of the labels are cat'],
    ['noise near the limit', even, { high: 0.62 }, 'near 66.7 % of wrong labels nothing'],
    ['some classes more than others', even, {}, 'wrong for some classes more than for others'],
  ])('%s', (_, labels, noise, said) => {
    expect(limits(labels, noise)).toContain(said);
  });

  test('none of that where it does not hold', () => {
    expect(limits(even, { isUniform: true })).toBe(
      'rows that are hard to tell apart also look mislabelled, and mistakes that follow a rule in the features do not',
    );
  });
});
