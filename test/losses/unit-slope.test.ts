import { describe, expect, test } from 'vitest';
import { constant, mul } from '../../src/graph/index.ts';
import type { ClassLoss } from '../../src/losses/index.ts';
import {
  evaluate,
  lossDefinitions,
  mae,
  parseLoss,
  slopeAtEqualScores,
  unitSlope,
  withParameter,
} from '../../src/losses/index.ts';
import { messageOf } from '../messages.ts';
import { firstDifference, isClose, tolerances } from '../tolerances.ts';
import { randomScores } from './values.ts';

const classCounts = [2, 3, 10, 26];

test.each<[string, (k: number) => number]>([
  ['ce', () => 1],
  ['unhinged', () => 1],
  ['gce:q=0.7', (k) => k ** -0.7],
  ['sgce:q=0.7', (k) => k ** -0.7],
  ['sgce:q=0.1', (k) => k ** -0.1],
  ['mae', (k) => 1 / k],
  ['alpha-mae:alpha=0.3,form=scale', (k) => 1 / k],
  ['alpha-mae:alpha=0.3', (k) => 0.3 / k + 0.7],
  ['2*ce + 3*mae', (k) => 2 + 3 / k],
  ['anchored', () => 1],
  ['anchored:loss=alpha-mae,alpha=0.3,ce=0.2', () => 1],
])('the slope of %s at equal scores', (spec, slope) => {
  for (const k of classCounts) {
    const found = slopeAtEqualScores(parseLoss(spec).classLoss, k);
    expect(isClose(found, slope(k), tolerances.float64), `${k} classes: ${found}`).toBe(true);
  }
});

/** Losses whose slope at equal scores is no multiple of that of cross-entropy, or not everywhere where scores are equal. */
const irregular: Readonly<Record<string, string>> = {
  'eps-softmax': 'one class is taken to be on top',
  'eps-softmax-fl': 'one class is taken to be on top',
  'bootstrap-hard': 'one class is taken to be on top',
  'ldr-kl': 'depends on the scores that are equal',
  'ce+sr': 'the norm has a kink at 0',
  'aldr-kl': 'the sum of absolute scores has a kink at 0',
};

test('the losses that are irregular at equal scores are', () => {
  for (const name of Object.keys(irregular)) {
    const [own] = evaluate(`unit(${name})`, [[1.5, 1.5, 1.5]], [0]).gradients;
    const [expected] = evaluate('ce', [[1.5, 1.5, 1.5]], [0]).gradients;
    expect([name, firstDifference(own!, expected!, tolerances.plainDifference)]).not.toEqual([
      name,
      -1,
    ]);
  }
});

test('er is no loss by itself, so that it has no slope', () => {
  expect(messageOf(() => evaluate('unit(er)', [[0, 1]], [0]))).toContain('received a slope of 0');
  const unit = parseLoss('unit(ce + er:lambda=3)');
  expect(unit.batchTerms.map(({ weight }) => weight)).toEqual([3]);
});

const losses = [...lossDefinitions.keys()].filter((name) => name !== 'er');
describe.each(losses)('unit(%s)', (name) => {
  const unit = `unit(${name})`;

  test.skipIf(name in irregular)('has the gradient of cross-entropy at equal scores', () => {
    for (const k of classCounts) {
      const equal = new Array<number>(k).fill(1.5);
      for (const y of [0, k - 1]) {
        const own = evaluate(unit, [equal], [y]).gradients[0] as Float64Array;
        const expected = evaluate('ce', [equal], [y]).gradients[0] as Float64Array;
        expect(firstDifference(own, expected, tolerances.float64), `${k} classes`).toBe(-1);
      }
    }
  });

  test('is a multiple of the loss, and of itself', () => {
    const k = 4;
    const scores = randomScores('unit', 12, k);
    const labels = scores.map((_, row) => row % k);
    const slope = slopeAtEqualScores(parseLoss(name).classLoss, k);
    const values = evaluate(name, scores, labels).values.map((value) => value / slope);
    for (const spec of [unit, `unit(${unit})`]) {
      const own = evaluate(spec, scores, labels).values;
      expect(firstDifference(own, values, tolerances.float64), spec).toBe(-1);
    }
  });

  test('keeps what does not depend on scale', () => {
    const [plain, own] = [parseLoss(name), parseLoss(unit)];
    const { symmetric, isBounded, isBoundedBelow, defaultScores, params, penalties } = plain;
    expect(own).toMatchObject({
      ...{ symmetric, isBounded, isBoundedBelow, defaultScores, params, penalties },
    });
  });
});

test('a proved smoothness is divided by the slope', () => {
  const { smoothness } = parseLoss('unit(mae)');
  expect(isClose(smoothness(10) as number, 10 / (3 * Math.sqrt(3)), tolerances.float64)).toBe(true);
});

test('a parameter inside of unit(…) can be changed', () => {
  expect(withParameter('unit(sgce:q=0.7)', 'q', 0.4)).toBe('unit(sgce:q=0.4)');
});

test.each<[string, ClassLoss, string]>([
  ['is flat', (scores) => mul(scores, constant(0, scores.dtype)), '0'],
  ['rises with the score of its label', (scores) => mul(mae(scores), -3), '-1'],
])('a loss that %s at equal scores is refused', (_, loss, slope) => {
  expect(messageOf(() => evaluate(unitSlope(loss, 'mine'), [[0, 0, 0]], [0]))).toBe(
    'unit(mine), 3 classes: expected a loss that falls with the score of its label where all ' +
      `scores are equal, received a slope of ${slope}`,
  );
});
