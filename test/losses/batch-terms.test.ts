import { describe, expect, test } from 'vitest';
import { fromNumbers, toNumbers } from '../../src/core/index.ts';
import * as g from '../../src/graph/index.ts';
import { batchValues, entropyTerm, evaluate, parseLoss } from '../../src/losses/index.ts';
import { tolerances } from '../tolerances.ts';
import { difference, randomScores } from './values.ts';

const scores = randomScores('batch', 6, 3, 1);
const labels = [0, 1, 2, 0, 1, 2];
const hot = [100, 0, 0];

function term(rows: readonly (readonly number[])[], weights?: readonly number[]): number {
  const [n, k] = [rows.length, rows[0]!.length];
  const z = g.constant(fromNumbers('float64', [n, k], rows.flat()));
  const own = weights && { weights: g.constant(fromNumbers('float64', [n], weights)) };
  const [value] = batchValues([entropyTerm(2)], { scores: z, targets: z, ...own });
  return toNumbers(g.interpret(g.program({ value: value! }), {}).value!)[0]!;
}

describe('the entropy of the mean prediction', () => {
  test('by hand: two rows with softmax (1, 3)/4 and (3, 1)/4 or (1, 1)/2', () => {
    const [left, right, middle] = [
      [0, Math.log(3)],
      [Math.log(3), 0],
      [1, 1],
    ];
    const q = 3 / 8;
    const found = [term([left, right]), term([left, middle]), term([left, right], [1, 1 / 3])];
    const entropy = 2 * (Math.LN2 + q * Math.log(q) + (1 - q) * Math.log(1 - q));
    expect(difference(found, [0, entropy, entropy], tolerances.float64)).toBe('equal');
  });

  test('is nearly lambda ln k for one class: p is clamped to 1e-7 and 1 − 1e-7, and divided by its sum', () => {
    const [top, low] = [(1 - 1e-7) / (1 + 1e-7), 1e-7 / (1 + 1e-7)];
    // low is below 1e-7, and raised
    const entropy = 2 * (Math.log(3) + top * Math.log(top) + 2 * 1e-7 * Math.log(1e-7));
    expect(low).toBeLessThan(1e-7);
    expect(difference([term([hot, hot])], [entropy], tolerances.float64)).toBe('equal');
  });

  test('rows of weight 0 are not in it', () => {
    const found = term([...scores, hot], [1, 1, 1, 1, 1, 1, 0]);
    expect(difference([found], [term(scores)], tolerances.float64)).toBe('equal');
  });
});

describe('of specs', () => {
  const value = (spec: string) => evaluate(spec, scores, labels).batch.value;
  const own = term(scores) / 2;
  const mean = (spec: string) =>
    evaluate(spec, scores, labels).values.reduce((a, b) => a + b, 0) / scores.length;

  test.each([
    ['ce', mean('ce')],
    ['er:lambda=3', 3 * own],
    ['ce + er:lambda=0.5', mean('ce') + 0.5 * own],
    ['2*gce + 4*er:lambda=0.5', 2 * mean('gce') + 2 * own],
    ['anl-ce+er:lambda=0.1', mean('anl-ce') + 0.1 * own],
    // what symmetrize and unit change is the loss of rows
    ['symmetrize(ce + er)', mean('symmetrize(ce)') + 2 * own],
    ['unit(mae + er)', 3 * mean('mae') + 2 * own],
  ])('%s', (spec, expected) => {
    expect(difference([value(spec)], [expected], tolerances.float64)).toBe('equal');
  });

  test('a term of clipped scores sees them clipped', () => {
    const clipped = scores.map((row) => {
      const norm = Math.hypot(...row);
      return row.map((v) => (norm > 0.5 ? v * (2 / norm) : v));
    });
    const found = value('logit-clip(er):temp=0.5,eps=0');
    expect(difference([found], [term(clipped)], tolerances.float64)).toBe('equal');
  });

  test.each(['anl-ce+er:lambda=0', 'sop'])('%s has no term', (spec) => {
    expect(parseLoss(spec).batchTerms).toEqual([]);
  });
});
