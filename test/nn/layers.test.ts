import { describe, expect, test } from 'vitest';
import { stream } from '../../src/core/index.ts';
import { constant, input, mul, sub } from '../../src/graph/index.ts';
import {
  batchNorm,
  dense,
  dropout,
  flatten,
  named,
  Scope,
  sequential,
} from '../../src/nn/index.ts';
import { messageOf } from '../messages.ts';
import { firstDifference, tolerances } from '../tolerances.ts';
import { apply, normalRows, normals, toRows } from './apply.ts';

/** What batch normalisation adds under its root. */
const normEpsilon = 1e-5;

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  const at = firstDifference(actual, expected, tolerances.float64);
  expect(at < 0 ? 'equal' : `[${at}] ${actual[at]} for ${expected[at]}`).toBe('equal');
}

describe('dense', () => {
  const rows = [
    [1, 2],
    [3, 4],
  ];
  const values = { weight: [1, -1, 0.5, 2, 0, 1], bias: [0.25, 0.5, -1] };

  test('x·W + b and its gradients, by hand', () => {
    const weights = [
      [1, 2, 3],
      [4, 5, 6],
    ];
    const { output, gradients } = apply(dense(3), rows, { values, weights });
    expect(output).toEqual([
      [5.25, -0.5, 1.5],
      [11.25, -2.5, 4.5],
    ]);
    expect(gradients).toEqual({
      x: [0.5, 5, 2, 14], // c·Wᵀ
      weight: [13, 17, 21, 18, 24, 30], // xᵀ·c
      bias: [5, 7, 9], // column sums of c
    });
  });

  test('takes matrices only', () => {
    const cube = input('x', [2, 3, 4]);
    expect(messageOf(() => dense(3)(cube, new Scope('train')))).toBe(
      'dense: expected an input [n, features], received [2,3,4]',
    );
  });

  test('flatten keeps the order of the features', () => {
    const scope = new Scope('infer');
    const image = flatten(input('x', [2, 2, 3]), scope);
    expect(image.shape).toEqual([2, 6]);
    expect(image.op).toBe('reshape');
    const matrix = input('x', [2, 6]);
    expect(flatten(matrix, scope)).toBe(matrix);
  });
});

describe('dropout', () => {
  const rows = [
    [1, 2, 3],
    [4, 5, 6],
  ];

  test('keeps an element where its uniform is at least the rate, and scales it', () => {
    const values = { uniform1: [0, 0.24, 0.25, 0.26, 0.9, 0.1] };
    const { output, gradients } = apply(dropout(0.25), rows, { values });
    expectClose(output.flat(), [0, 0, 4, 16 / 3, 20 / 3, 0]);
    expectClose([...gradients.x!], [0, 0, 4 / 3, 4 / 3, 4 / 3, 0]);
  });

  test.each([0.1, 0.5, 0.9])('at rate %f the mask has mean 1 and two values', (rate) => {
    const n = 20_000;
    const uniforms = new Float32Array(n);
    stream(5, 'mask').fillUniform(uniforms);
    const ones = toRows(new Array<number>(n).fill(1), 100);
    const values = { uniform1: Array.from(uniforms) };
    const mask = apply(dropout(rate), ones, { values }).output.flat();
    const kept = mask.filter((value) => value !== 0);
    expectClose(
      kept,
      kept.map(() => 1 / (1 - rate)),
    );
    // standard deviation of a kept share: √(rate(1 − rate)/n) ≤ 1/(2√n)
    const share = kept.length / n;
    expect(Math.abs(share - (1 - rate))).toBeLessThan(tolerances.deviations / (2 * Math.sqrt(n)));
  });

  test('is the identity when applied, and at rate 0', () => {
    const x = input('x', [2, 3]);
    const scope = new Scope('infer');
    expect(dropout(0.5)(x, scope)).toBe(x);
    expect(dropout(0)(x, new Scope('train'))).toBe(x);
    expect(scope.uniforms).toEqual([]);
  });

  test('two in one scope draw masks of their own', () => {
    const values = { uniform1: [0.9, 0, 0.9, 0, 0.9, 0], uniform2: [0.9, 0.9, 0, 0, 0.9, 0.9] };
    const { output } = apply(sequential(dropout(0.5), dropout(0.5)), rows, { values });
    expect(output).toEqual([
      [4, 0, 0],
      [0, 20, 0],
    ]);
  });

  test.each([
    [1, 'dropout rate: expected a number in [0, 1), received 1'],
    [-0.1, 'dropout rate: expected a number in [0, 1), received -0.1'],
    [Number.NaN, 'dropout rate: expected a number in [0, 1), received NaN'],
  ])('refuses a rate of %f', (rate, message) => {
    expect(messageOf(() => dropout(rate))).toBe(message);
  });
});

describe('batch normalisation', () => {
  // means 3 and 30; variances 14/3 and 1400/3 with divisor n, 7 and 700 with n − 1
  const rows = [
    [1, 10],
    [2, 20],
    [6, 60],
  ];
  const values = { scale: [2, 0.5], shift: [-1, 3], mean: [1, -4], variance: [4, 0.25] };

  test('normalises by the batch in training', () => {
    const expected = rows.map(([a, b]) => [
      (2 * (a! - 3)) / Math.sqrt(14 / 3 + normEpsilon) - 1,
      (0.5 * (b! - 30)) / Math.sqrt(1400 / 3 + normEpsilon) + 3,
    ]);
    const { output } = apply(batchNorm(), rows, { values });
    expectClose(output.flat(), expected.flat());
  });

  test('moves the running statistics a tenth of the way, the variance being the unbiased one', () => {
    const { updated } = apply(batchNorm(), rows, { values });
    expectClose([...updated.mean!], [0.9 * 1 + 0.1 * 3, 0.9 * -4 + 0.1 * 30]);
    expectClose([...updated.variance!], [0.9 * 4 + 0.1 * 7, 0.9 * 0.25 + 0.1 * 700]);
  });

  test('normalises by the running statistics when applied, and leaves them', () => {
    const expected = rows.map(([a, b]) => [
      (2 * (a! - 1)) / Math.sqrt(4 + normEpsilon) - 1,
      (0.5 * (b! + 4)) / Math.sqrt(0.25 + normEpsilon) + 3,
    ]);
    const { output, updated } = apply(batchNorm(), rows, { mode: 'infer', values });
    expectClose(output.flat(), expected.flat());
    expect(updated).toEqual({ mean: values.mean, variance: values.variance });
  });

  test('its gradient is (γ/σ)(g − mean g − x̂ · mean(g·x̂)), per column', () => {
    const x = normalRows('batch norm', 7, 2, 3);
    const weights = normalRows('batch norm weights', 7, 2);
    const { gradients } = apply(batchNorm(), x, { values, weights });
    const expected = x.map(() => [0, 0]);
    for (const j of [0, 1]) {
      const column = x.map((row) => row[j]!);
      const g = weights.map((row) => row[j]!);
      const sigma = Math.sqrt(meanOf(column.map((v) => (v - meanOf(column)) ** 2)) + normEpsilon);
      const normal = column.map((v) => (v - meanOf(column)) / sigma);
      const slope = meanOf(g.map((v, i) => v * normal[i]!));
      for (const i of x.keys()) {
        const within = g[i]! - meanOf(g) - normal[i]! * slope;
        expected[i]![j] = (values.scale[j]! / sigma) * within;
      }
      expectClose([gradients.scale![j]!], [slope * x.length]);
      expectClose([gradients.shift![j]!], [meanOf(g) * x.length]);
    }
    expectClose([...gradients.x!], expected.flat());
  });

  test('starts from mean 0, variance 1, scale 1 and shift 0', () => {
    const scope = new Scope('train');
    batchNorm()(input('x', [4, 2]), scope);
    const first = scope.variables.map(({ kind, name, initialise }) => {
      return [kind, name, Array.from(initialise([2], stream(1, name)))];
    });
    expect(first).toEqual([
      ['parameter', 'scale', [1, 1]],
      ['parameter', 'shift', [0, 0]],
      ['state', 'mean', [0, 0]],
      ['state', 'variance', [1, 1]],
    ]);
  });

  test('a batch of one row gives the shift, and no NaN', () => {
    const { output, updated } = apply(batchNorm(), [[5, 7]], { values });
    expect(output).toEqual([[-1, 3]]);
    expectClose([...updated.variance!], [0.9 * 4, 0.9 * 0.25]);
  });
});

describe('a scope', () => {
  test('names variables by path, in the order in which layers ask for them', () => {
    const { shapes } = apply(
      sequential(named('a', dense(3)), named('b', sequential(batchNorm(), named('c', dense(2))))),
      normalRows('names', 4, 5),
      {
        values: {
          'a/weight': normals('a', [15]),
          'a/bias': [0, 0, 0],
          'b/scale': [1, 1, 1],
          'b/shift': [0, 0, 0],
          'b/mean': [0, 0, 0],
          'b/variance': [1, 1, 1],
          'b/c/weight': normals('c', [6]),
          'b/c/bias': [0, 0],
        },
      },
    );
    expect(Object.entries(shapes)).toEqual([
      ['a/weight', [5, 3]],
      ['a/bias', [3]],
      ['b/scale', [3]],
      ['b/shift', [3]],
      ['b/mean', [3]],
      ['b/variance', [3]],
      ['b/c/weight', [3, 2]],
      ['b/c/bias', [2]],
    ]);
  });

  test('refuses two variables of one name', () => {
    const twice = sequential(dense(3), dense(3));
    expect(messageOf(() => twice(input('x', [2, 3]), new Scope('train')))).toBe(
      'network: expected layers of different names, received two called weight; name the parts with scope.within',
    );
    const nested = named('hidden', sequential(batchNorm(), batchNorm()));
    expect(messageOf(() => nested(input('x', [2, 3]), new Scope('infer')))).toBe(
      'network: expected layers of different names, received two called hidden/scale; name the parts with scope.within',
    );
  });

  test('a state keeps its value unless a layer updates it', () => {
    const scope = new Scope('train');
    const zeros = () => new Float32Array(1);
    const counter = scope.state('counter', [1], zeros);
    const idle = scope.within('part').state('idle', [1], zeros);
    scope.update('counter', mul(counter, 2));
    const updated = scope.variables.map((variable) => scope.updated(variable));
    expect(updated).toEqual([mul(counter, 2), idle]);
    expect(updated[0]).toBe(mul(counter, 2));
  });
});

test('a layer is any function of an input and a scope', () => {
  const shift = sequential(
    (x) => sub(x, constant(1)),
    (x) => mul(x, x),
  );
  expect(apply(shift, [[1, 3]]).output).toEqual([[0, 4]]);
});

function meanOf(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
