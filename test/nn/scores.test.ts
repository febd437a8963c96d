import { describe, expect, test } from 'vitest';
import { input } from '../../src/graph/index.ts';
import { normaliseScores, Scope } from '../../src/nn/index.ts';
import { messageOf } from '../messages.ts';
import { firstDifference, tolerances } from '../tolerances.ts';
import { apply, normalRows } from './apply.ts';

/** What the l2 normalisation adds under its root, and so 1/√ε the largest gradient. */
const l2Epsilon = 1e-6;
const normEpsilon = 1e-5;

const z = [...normalRows('scores', 5, 4, 3), [0, 0, 0, 0]];
const weights = normalRows('score weights', 6, 4);

describe('l2', () => {
  const { output, gradients } = apply(normaliseScores('l2'), z, { weights });

  test('puts rows on the unit sphere in their own direction', () => {
    for (const [i, row] of z.slice(0, 5).entries()) {
      const norm = Math.hypot(...row);
      expect(Math.abs(Math.hypot(...output[i]!) - 1)).toBeLessThan(tolerances.l2Norm);
      const expected = row.map((v) => v / Math.sqrt(norm * norm + l2Epsilon));
      expect(firstDifference(output[i]!, expected, tolerances.float64)).toBe(-1);
    }
  });

  test('leaves 0 at 0, with the gradient c/√ε', () => {
    expect(output[5]!.map((v) => v + 0)).toEqual([0, 0, 0, 0]);
    const expected = weights[5]!.map((c) => c / Math.sqrt(l2Epsilon));
    const actual = gradients.x!.slice(20);
    expect(firstDifference(actual, expected, tolerances.float64)).toBe(-1);
  });

  test('has no gradient along the row: scaling scores changes nothing', () => {
    for (const [i, row] of z.slice(0, 5).entries()) {
      const gradient = gradients.x!.slice(i * 4, i * 4 + 4);
      const along = gradient.reduce((total, g, j) => total + g * row[j]!, 0);
      expect(Math.abs(along)).toBeLessThan(tolerances.l2Norm);
    }
  });

  test('has no variables and is the same in training and applied', () => {
    const x = input('scores', [6, 4]);
    const [training, applied] = [new Scope('train'), new Scope('infer')];
    expect(normaliseScores('l2')(x, training)).toBe(normaliseScores('l2')(x, applied));
    expect(training.variables).toEqual([]);
  });
});

describe('batch', () => {
  const values = {
    'scores/mean': [0.5, -1, 2, 0],
    'scores/variance': [4, 1, 0.25, 9],
  };

  test('gives every column mean 0 and variance 1 (less ε) in training', () => {
    const { output, shapes } = apply(normaliseScores('batch'), z, { values });
    expect(Object.keys(shapes)).toEqual(['scores/mean', 'scores/variance']);
    for (const j of [0, 1, 2, 3]) {
      const before = varianceOf(z.map((row) => row[j]!));
      const column = output.map((row) => row[j]!);
      const [mean, variance] = [meanOf(column), varianceOf(column)];
      const expected = [0, before / (before + normEpsilon)];
      expect(firstDifference([mean, variance], expected, tolerances.float64)).toBe(-1);
    }
  });

  test('uses the running statistics when applied', () => {
    const { output } = apply(normaliseScores('batch'), z, { mode: 'infer', values });
    const [means, variances] = Object.values(values);
    const expected = z.map((row) =>
      row.map((v, j) => (v - means![j]!) / Math.sqrt(variances![j]! + normEpsilon)),
    );
    expect(firstDifference(output.flat(), expected.flat(), tolerances.float64)).toBe(-1);
  });
});

test('none returns the scores', () => {
  const x = input('scores', [6, 4]);
  expect(normaliseScores('none')(x, new Scope('train'))).toBe(x);
});

test.each(['none', 'l2', 'batch'] as const)('a scale multiplies %s scores', (kind) => {
  const values = { 'scores/mean': [0, 0, 0, 0], 'scores/variance': [1, 1, 1, 1] };
  const own = apply(normaliseScores(kind), z, { weights, values });
  const scaled = apply(normaliseScores(kind, 4), z, { weights, values });
  const times4 = (values: readonly number[]) => values.map((v) => 4 * v);
  expect(scaled.output.flat()).toEqual(times4(own.output.flat())); // a power of 2 rounds nothing
  expect(scaled.gradients.x).toEqual(times4(own.gradients.x!));
});

test.each([0, -1, Number.NaN])('a scale of %d is refused', (scale) => {
  expect(messageOf(() => normaliseScores('l2', scale))).toMatch(
    /^score scale: expected a number in \(0, ∞\), received /,
  );
});

test('another name is refused', () => {
  expect(messageOf(() => normaliseScores('l1' as 'l2'))).toBe(
    'score normalisation: expected one of none, l2, batch, received "l1"',
  );
});

function meanOf(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

function varianceOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return meanOf(values.map((v) => (v - mean) ** 2));
}
