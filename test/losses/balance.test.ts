import { describe, expect, test } from 'vitest';
import { fromNumbers, toNumbers } from '../../src/core/index.ts';
import * as g from '../../src/graph/index.ts';
import { balanceTerm, batchValues, evaluate, parseLoss } from '../../src/losses/index.ts';
import { messageOf } from '../messages.ts';
import { tolerances } from '../tolerances.ts';
import { difference, randomScores, total } from './values.ts';

type Rows = readonly (readonly number[])[];

const k = 3;
const scores = randomScores('balance', 5, k, 2);
const labels = [0, 1, 2, 0, 1];
/** u and v, of which some are beyond 1. */
const memory = randomScores('u and v', 5, 1 + k, 0.7);

/** The balance of a batch by its definition, slowly: P and Q of every row, for its label, or their mean over a soft one. */
function slowly(targets: Rows, weights: readonly number[]): number {
  const q = scores.map((z, i) => {
    const exps = z.map(Math.exp);
    const [u, ...v] = memory[i]!.map((x) => Math.min(x * x, 1)) as [number, ...number[]];
    const ofLabel = (y: number) =>
      exps.map((e, j) => Math.max(e / total(exps) + (j === y ? u : -v[j]!), 1e-4));
    const mixed = z.map((_, j) => total(z.map((__, y) => targets[i]![y]! * ofLabel(y)[j]!)));
    return mixed.map((p) => Math.max(p / total(mixed), 1e-4));
  });
  const mean = scores[0]!.map(
    (_, j) => total(q.map((row, i) => weights[i]! * row[j]!)) / total(weights),
  );
  return -total(mean.map((m) => Math.log(Math.max(m, 1e-4)))) / k;
}

function term(targets: Rows, weights?: readonly number[]): number {
  const tensor = (rows: Rows) =>
    g.constant(fromNumbers('float64', [rows.length, rows[0]!.length], rows.flat()));
  const own = weights && { weights: g.constant(fromNumbers('float64', [5], weights)) };
  const inputs = { scores: tensor(scores), targets: tensor(targets), memory: tensor(memory) };
  const [value] = batchValues([balanceTerm(2)], { ...inputs, ...own });
  return toNumbers(g.interpret(g.program({ value: value! }), {}).value!)[0]!;
}

const hard = labels.map((y) => [0, 1, 2].map((j) => (j === y ? 1 : 0)));
const soft = labels.map((y) => [0, 1, 2].map((j) => (j === y ? 0.7 : 0.15)));
const [equal, unequal] = [
  [1, 1, 1, 1, 1],
  [1, 0.5, 2, 0, 0.25],
];

describe('the balance of a batch is that of its definition', () => {
  test.each([
    ['labels', hard, undefined],
    ['soft labels', soft, undefined],
    ['labels and weights', hard, unequal],
  ])('with %s', (_, targets, weights) => {
    const expected = 2 * slowly(targets, weights ?? equal);
    expect(difference([term(targets, weights)], [expected], tolerances.float64)).toBe('equal');
  });

  test('it is ln k for equal shares, and finite where all weights are 0', () => {
    const balanced = evaluate(
      'sop:balance=2',
      [
        [5, 1],
        [1, 5],
      ],
      [0, 1],
    );
    const own = total(Array.from(balanced.values)) / 2;
    const found = [balanced.batch.value - own, term(hard, [0, 0, 0, 0, 0])];
    const expected = [2 * Math.LN2, -2 * Math.log(1e-4)];
    expect(difference(found, expected, tolerances.float64)).toBe('equal');
  });

  test('it wants the memory of the rows', () => {
    const z = g.constant(fromNumbers('float64', [1, 2], [0, 0]));
    expect(messageOf(() => batchValues([balanceTerm(1)], { scores: z, targets: z }))).toBe(
      'balance: expected the memory of the rows, received none',
    );
  });
});

describe('of sums', () => {
  const secondView = randomScores('second view', 5, k, 2);
  const first = randomScores('of elr', 5, k, 0.1);
  const evaluated = (spec: string, rows: Rows) =>
    evaluate(spec, scores, labels, { memory: rows, secondView });

  test('each term sees its part of the memory, its labels and both views', () => {
    const spec = 'sop:consistency=0.9,balance=0.1';
    const own = evaluated(spec, memory).batch;
    const ce = evaluate('elr', scores, labels, { memory: first }).batch;
    const sum = evaluated(
      `elr + 3*${spec}`,
      first.map((row, i) => [...row, ...memory[i]!]),
    ).batch;
    const flat = (rows: readonly Float64Array[] | undefined) =>
      rows!.flatMap((row) => Array.from(row));
    const found = [sum.value, ...flat(sum.gradients), ...flat(sum.secondGradients)];
    const expected = [
      ce.value + 3 * own.value,
      ...flat(ce.gradients).map((v, i) => v + 3 * flat(own.gradients)[i]!),
      ...flat(own.secondGradients).map((v) => 3 * v),
    ];
    expect(difference(found, expected, tolerances.float64)).toBe('equal');
    const trained = flat(sum.memoryGradients?.map((row) => row.slice(k)));
    const slopes = flat(own.memoryGradients).map((v) => 3 * v);
    expect(difference(trained, slopes, tolerances.float64)).toBe('equal');
  });

  test('a second view is taken only where it has a weight', () => {
    expect(parseLoss('sop:balance=1').views).toBeUndefined();
    expect(parseLoss('sop:consistency=0.1').views).toBeDefined();
  });
});
