import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromNumbers, toNumbers } from '../../src/core/index.ts';
import * as g from '../../src/graph/index.ts';
import type { Penalty } from '../../src/losses/index.ts';
import { evaluate, mae, objective } from '../../src/losses/index.ts';
import { messageOf } from '../messages.ts';
import { isClose, tolerances } from '../tolerances.ts';
import { handScores } from './settings.ts';
import { difference } from './values.ts';

type Rows = readonly (readonly number[])[];

function tensorOf(name: string, rows: Rows) {
  const shape = [rows.length, rows[0]!.length];
  return { x: g.input(name, shape, 'float64'), feed: fromNumbers('float64', shape, rows.flat()) };
}

/** The objective of given losses, and its gradient with respect to them. */
function evaluateObjective(losses: Rows, targets: Rows, weights?: readonly number[]) {
  const l = tensorOf('losses', losses);
  const t = tensorOf('targets', targets);
  const options =
    weights === undefined
      ? {}
      : { weights: g.constant(fromNumbers('float64', [weights.length], weights)) };
  const value = objective(l.x, t.x, options);
  const program = g.program({ value, gradient: g.grad(value, [l.x])[0]! });
  const result = g.interpret(program, { losses: l.feed, targets: t.feed });
  return { value: toNumbers(result.value!)[0]!, gradient: toNumbers(result.gradient!) };
}

function expectEqual(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(difference(actual, expected, tolerances.float64)).toBe('equal');
}

const losses = [
  [1, 2, 4],
  [8, 16, 32],
];
const labels = [
  [0, 0, 1],
  [1, 0, 0],
];
const soft = [
  [0.5, 0.25, 0.25],
  [0, 0.75, 0.25],
];

describe('values by hand', () => {
  test.each([
    ['one-hot labels: the mean of 4 and 8', labels, undefined, 6, [0, 0, 0.5, 0.5, 0, 0]],
    [
      'soft labels: the mean of 2 and 20',
      soft,
      undefined,
      11,
      [0.25, 0.125, 0.125, 0, 0.375, 0.125],
    ],
    ['weights 3 and 1: (3·4 + 8)/4', labels, [3, 1], 5, [0, 0, 0.75, 0.25, 0, 0]],
    ['their scale does not count', labels, [30, 10], 5, [0, 0, 0.75, 0.25, 0, 0]],
    ['equal weights are none', labels, [7, 7], 6, [0, 0, 0.5, 0.5, 0, 0]],
    [
      'weights and soft labels: (2 + 3·20)/4',
      soft,
      [1, 3],
      15.5,
      [0.125, 0.0625, 0.0625, 0, 0.5625, 0.1875],
    ],
    ['a weight of zero leaves its row out', labels, [0, 2], 8, [0, 0, 0, 1, 0, 0]],
    ['weights all zero: nothing to learn', labels, [0, 0], 0, [0, 0, 0, 0, 0, 0]],
  ] as const)('%s', (_, targets, weights, value, gradient) => {
    const result = evaluateObjective(losses, targets, weights);
    expectEqual([result.value], [value]);
    expectEqual(result.gradient, gradient);
  });

  test('the loss of a soft label is the mixture over its labels, ⟨t, L(z)⟩', () => {
    const z = tensorOf('scores', [handScores]);
    const t = tensorOf('targets', [[0.5, 0, 0.5]]);
    const value = objective(mae(z.x), t.x);
    const feeds = { scores: z.feed, targets: t.feed };
    // half of 6/7 and half of 3/7
    expectEqual(toNumbers(g.interpret(g.program({ value }), feeds).value!), [9 / 14]);
    const [first, last] = evaluate('mae', [handScores, handScores], [0, 2]).values;
    expectEqual([(first! + last!) / 2], [9 / 14]);
  });
});

describe('penalties', () => {
  const w = tensorOf('w', [[1, -2, 0.5]]);
  const b = tensorOf('b', [[-3], [0]]);
  const l = tensorOf('losses', losses);
  const targets = g.constant(fromNumbers('float64', [2, 3], labels.flat()));
  const l1 = (weight: number): Penalty => ({ kind: 'l1', weight });

  test.each([
    ['none', [], [w.x, b.x], 6, [0, 0, 0], [0, 0]],
    ['no parameters', [l1(2)], [], 6, [0, 0, 0], [0, 0]],
    ['2·(1 + 2 + 0.5)', [l1(2)], [w.x], 13, [2, -2, 2], [0, 0]],
    ['2·(3.5 + 3), gradient 0 at 0', [l1(2)], [w.x, b.x], 19, [2, -2, 2], [-2, 0]],
    ['two add up', [l1(2), l1(1)], [b.x], 15, [0, 0, 0], [-3, 0]],
  ] as const)('%s', (_, penalties, parameters, value, slopesW, slopesB) => {
    const total = objective(l.x, targets, { penalties, parameters });
    const [dw, db] = g.grad(total, [w.x, b.x]);
    const program = g.program({ total, dw: dw!, db: db! });
    const result = g.interpret(program, { losses: l.feed, w: w.feed, b: b.feed });
    expectEqual(toNumbers(result.total!), [value]);
    expectEqual(toNumbers(result.dw!), slopesW);
    expectEqual(toNumbers(result.db!), slopesB);
  });

  test('are not divided by the sample weights', () => {
    const weights = g.constant(fromNumbers('float64', [2], [3, 1]));
    const options = { weights, penalties: [l1(2)], parameters: [w.x] };
    const total = objective(l.x, targets, options);
    const result = g.interpret(g.program({ total }), { losses: l.feed, w: w.feed });
    expectEqual(toNumbers(result.total!), [5 + 7]);
  });
});

test('weights of zero on some rows equal leaving these rows out', () => {
  const value = fc.double({ min: -50, max: 50, noNaN: true });
  const row = fc.record({
    loss: fc.array(value, { minLength: 3, maxLength: 3 }),
    target: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }),
    weight: fc.oneof(fc.constant(0), fc.double({ min: 0.1, max: 5, noNaN: true })),
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 6 }), (rows) => {
      const kept = rows.filter(({ weight }) => weight > 0);
      fc.pre(kept.length > 0);
      const [all, some] = [rows, kept].map((part) =>
        evaluateObjective(
          part.map(({ loss }) => loss),
          part.map(({ target }) => target),
          part.map(({ weight }) => weight),
        ),
      );
      expect(isClose(all!.value, some!.value, tolerances.float64)).toBe(true);
      const slopes = all!.gradient.filter((_, i) => rows[Math.floor(i / 3)]!.weight > 0);
      expectEqual(slopes, some!.gradient);
    }),
    { seed: 5, numRuns: 100 },
  );
});

describe('shape errors', () => {
  const x = g.input('losses', [2, 3]);
  test.each([
    [g.input('targets', [3, 2]), undefined, 'targets [2,3], received [3,2]'],
    [g.input('targets', [2]), undefined, 'targets [2,3], received [2]'],
    [g.input('targets', [1, 3]), undefined, 'targets [2,3], received [1,3]'],
    [g.input('targets', [2, 3]), [3], 'weights [2], received [3]'],
    [g.input('targets', [2, 3]), [2, 1], 'weights [2], received [2,1]'],
    [g.input('targets', [2, 3]), [], 'weights [2], received []'],
  ])('%#', (targets, weights, message) => {
    const options = weights === undefined ? {} : { weights: g.input('weights', weights) };
    expect(messageOf(() => objective(x, targets, options))).toBe(`objective: expected ${message}`);
  });
});
