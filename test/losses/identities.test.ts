import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromNumbers, toNumbers } from '../../src/core/index.ts';
import * as g from '../../src/graph/index.ts';
import type { ClassLoss } from '../../src/losses/index.ts';
import {
  crossEntropy,
  decompose,
  objective,
  parseLoss,
  symmetrize,
} from '../../src/losses/index.ts';
import { tolerances } from '../tolerances.ts';
import { settings, specs } from './settings.ts';
import { difference, jacobian, lossMatrix, total } from './values.ts';

const runs = { seed: 20260520, numRuns: 60 };
const bound = 20;
const score = fc.double({ min: -bound, max: bound, noNaN: true });
/** A few rows of 2 to 6 scores. */
const scores = fc
  .integer({ min: 2, max: 6 })
  .chain((k) =>
    fc.array(fc.array(score, { minLength: k, maxLength: k }), { minLength: 1, maxLength: 3 }),
  );
const spec = fc.constantFrom(...settings.map((setting) => setting.spec));
const lossOf = (name: string) => parseLoss(name).classLoss;

/** Scores with an order of the classes: place j takes what was at order[j]. */
const permuted = scores.chain((z) =>
  fc.tuple(
    fc.constant(z),
    fc.shuffledSubarray([...z[0]!.keys()], { minLength: z[0]!.length, maxLength: z[0]!.length }),
  ),
);

/** The columns of a loss mixed by a matrix, a constant of the graph. */
function mixed(loss: ClassLoss, matrix: readonly (readonly number[])[]): ClassLoss {
  const k = matrix.length;
  const weights = g.constant(fromNumbers('float64', [k, k], matrix.flat()));
  return (z) => g.matMul(loss(z), weights);
}

/** A loss that treats classes differently: confusing i with j costs its own factor. */
function costly(k: number): ClassLoss {
  const costs = Array.from({ length: k }, (_, i) =>
    Array.from({ length: k }, (_, j) => Math.cos(1 + i + k * j)),
  );
  return mixed(crossEntropy, costs);
}

function expectEqual(actual: readonly number[][], expected: readonly number[][]): void {
  expect(difference(actual.flat(), expected.flat(), tolerances.float64)).toBe('equal');
}

describe('symmetrize', () => {
  test('rows sum to 0', () => {
    fc.assert(
      fc.property(spec, scores, (name, z) => {
        const k = z[0]!.length;
        for (const loss of [lossOf(name), costly(k)]) {
          const sums = lossMatrix(symmetrize(loss), z).map(total);
          expect(difference(sums, new Array(z.length).fill(0), tolerances.float64)).toBe('equal');
        }
      }),
      runs,
    );
  });

  test('twice is once', () => {
    fc.assert(
      fc.property(spec, scores, (name, z) => {
        const once = symmetrize(lossOf(name));
        expectEqual(lossMatrix(symmetrize(once), z), lossMatrix(once, z));
      }),
      runs,
    );
  });

  test('is linear', () => {
    const factor = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(spec, spec, factor, factor, scores, (first, second, a, b, z) => {
        const [f, h] = [lossOf(first), lossOf(second)];
        const combination: ClassLoss = (x) => g.add(g.mul(f(x), a), g.mul(h(x), b));
        const left = lossMatrix(symmetrize(f), z);
        const right = lossMatrix(symmetrize(h), z);
        const expected = left.map((row, i) => row.map((v, j) => a * v + b * right[i]![j]!));
        expectEqual(lossMatrix(symmetrize(combination), z), expected);
      }),
      runs,
    );
  });

  test('commutes with permuting the classes of any loss', () => {
    fc.assert(
      fc.property(permuted, ([z, order]) => {
        const matrix = order.map((_, i) => order.map((from) => (from === i ? 1 : 0)));
        const loss = costly(order.length);
        const expected = lossMatrix(symmetrize(loss), z).map((row) => order.map((j) => row[j]!));
        expectEqual(lossMatrix(symmetrize(mixed(loss, matrix)), z), expected);
        expectEqual(lossMatrix(mixed(symmetrize(loss), matrix), z), expected);
      }),
      runs,
    );
  });

  test('losses treat all classes alike: permuted scores give permuted values', () => {
    fc.assert(
      fc.property(fc.constantFrom(...specs), permuted, (name, [z, order]) => {
        const reorder = (rows: readonly (readonly number[])[]) =>
          rows.map((row) => order.map((j) => row[j]!));
        const loss = lossOf(name);
        expectEqual(lossMatrix(loss, reorder(z)), reorder(lossMatrix(loss, z)));
      }),
      runs,
    );
  });
});

test('decompose: the symmetric and the class-insensitive part add up to the loss', () => {
  fc.assert(
    fc.property(spec, scores, (name, z) => {
      const loss = lossOf(name);
      const values = lossMatrix(loss, z);
      const { symmetric, insensitive } = decompose(loss);
      const rest = lossMatrix(insensitive, z);
      const means = values.map((row) => [total(row) / row.length]);
      expectEqual(rest, means);
      const sums = lossMatrix(symmetric, z).map((row, i) => row.map((v) => v + rest[i]![0]!));
      expectEqual(sums, values);
    }),
    runs,
  );
});

describe('linearised at equal scores, losses are multiples of unhinged plus a constant', () => {
  const slopes: readonly [string, (k: number) => number][] = [
    ['ce', () => 1],
    ['symmetrize(ce)', () => 1],
    ['unhinged', () => 1],
    ['mae', (k) => 1 / k],
    ['sgce:q=0.5', (k) => k ** -0.5],
    ['sgce:q=1', (k) => 1 / k],
    ['symmetrize(gce:q=0.25)', (k) => k ** -0.25],
    ['alpha-mae:alpha=0.5,form=scale', (k) => 1 / k],
    ['alpha-mae:alpha=1', (k) => 1 / k],
    ['alpha-mae:alpha=0.25', (k) => 0.25 / k + 0.75],
    ['rce', (k) => (4 * Math.LN10) / k],
    ['focal:gamma=2', (k) => (1 - 1 / k) ** 2 + (2 * (1 - 1 / k) * Math.log(k)) / k],
    ['nce', (k) => 1 / (k * Math.log(k))],
    ['nnce', (k) => 1 / (k * Math.log(1e7 / k))],
    ['agce:a=1,q=2', (k) => (1 + 1 / k) / k],
    ['aul:a=1.5,q=2', (k) => (1.5 - 1 / k) / k],
    ['ael:a=0.5', (k) => (2 / k) * Math.exp(-2 / k)],
  ];

  test.each(slopes)('%s', (name, slope) => {
    for (const k of [2, 3, 10]) {
      for (const c of [0, -3, 100]) {
        const at = new Array<number>(k).fill(c);
        const unhinged = at.map((_, y) => at.map((_, j) => 1 / k - (j === y ? 1 : 0)));
        const expected = unhinged.map((row) => row.map((v) => slope(k) * v));
        expectEqual(jacobian(lossOf(name), at), expected);
      }
    }
  });
});

describe('expected loss under uniform label noise η', () => {
  /** The objective and its gradient where row i is labelled j with probability targets[i][j]. */
  function expected(loss: ClassLoss, z: readonly number[][], targets: readonly number[][]) {
    const shape = [z.length, z[0]!.length];
    const x = g.input('scores', shape, 'float64');
    const t = g.constant(fromNumbers('float64', shape, targets.flat()));
    const value = objective(loss(x), t);
    const program = g.program({ value, gradient: g.grad(value, [x])[0]! });
    const result = g.interpret(program, { scores: fromNumbers('float64', shape, z.flat()) });
    return { value: toNumbers(result.value!)[0]!, gradient: [...toNumbers(result.gradient!)] };
  }

  test('is (1 − ηk/(k−1)) times the clean one, plus η/(k−1) times the sum over classes', () => {
    const rate = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(spec, rate, scores, fc.nat(), (name, noise, z, label) => {
        const k = z[0]!.length;
        const flip = noise / (k - 1);
        const labels = z.map((_, i) => (label + i) % k);
        const clean = labels.map((y) => z[0]!.map((_, j) => (j === y ? 1 : 0)));
        const noisy = labels.map((y) => z[0]!.map((_, j) => (j === y ? 1 - noise : flip)));
        const factor = 1 - noise - flip;

        const symmetric = symmetrize(lossOf(name));
        const before = expected(symmetric, z, clean);
        const after = expected(symmetric, z, noisy);
        expectEqual([[after.value]], [[factor * before.value]]);
        expectEqual([after.gradient], [before.gradient.map((d) => factor * d)]);

        const loss = lossOf(name);
        const sums = total(lossMatrix(loss, z).flat()) / z.length;
        const plain = factor * expected(loss, z, clean).value + flip * sums;
        expectEqual([[expected(loss, z, noisy).value]], [[plain]]);
      }),
      runs,
    );
  });
});
