import { describe, expect, test } from 'vitest';
import { stream, toNumbers } from '../../src/core/index.ts';
import {
  backwardCorrection,
  crossEntropy,
  evaluate,
  forwardCorrection,
  parseLoss,
} from '../../src/losses/index.ts';
import { identityTransition, symmetricTransition } from '../../src/noise/index.ts';
import { nodeRunner } from '../../src/runtime/index.ts';
import { messageOf } from '../messages.ts';
import { tolerances } from '../tolerances.ts';
import {
  difference,
  float32Feeds,
  float32Program,
  jacobian,
  lossMatrix,
  randomScores,
  total,
} from './values.ts';

const classes = [2, 3, 10] as const;

/** Mostly the true class; rows sum to 1. */
function randomTransition(k: number): Float64Array {
  const rng = stream(3, `transition ${k}`);
  return Float64Array.from(
    Array.from({ length: k }, (_, i) => {
      const row = Array.from({ length: k }, (_, j) => Math.abs(rng.normal()) + (i === j ? k : 0));
      return row.map((v) => v / total(row));
    }).flat(),
  );
}

/** Row i of the result is what a sample of true class y expects to pay: Σ_j T_yj L(z_i)_j. */
function expectation(transition: Float64Array, row: readonly number[]): number[] {
  const k = row.length;
  return row.map((_, y) => total(row.map((v, j) => transition[y * k + j]! * v)));
}

describe.each(classes)('k = %i', (k) => {
  const z = randomScores(`correction ${k}`, 20, k);
  const probs = lossMatrix(crossEntropy, z).map((row) => row.map((v) => Math.exp(-v)));

  test('forward: −ln of Tᵀp', () => {
    const transition = randomTransition(k);
    const expected = probs.map((p) =>
      p.map((_, y) => -Math.log(total(p.map((v, i) => v * transition[i * k + y]!)))),
    );
    const actual = lossMatrix(forwardCorrection(transition, k), z);
    expect(difference(actual.flat(), expected.flat(), tolerances.float64)).toBe('equal');
  });

  test('forward with no noise is cross-entropy, gradients as well, at scores of ±1e4 too', () => {
    const forward = forwardCorrection(identityTransition(k), k);
    const far = z[0]!.map((_, j) => (j === 0 ? 1e4 : -1e4));
    for (const row of [...z.slice(0, 3), far]) {
      const values = lossMatrix(forward, [row])[0]!;
      const ce = lossMatrix(crossEntropy, [row])[0]!;
      expect(difference(values, ce, tolerances.float64)).toBe('equal');
      const slopes = jacobian(forward, row).flat();
      const expected = jacobian(crossEntropy, row).flat();
      expect(difference(slopes, expected, tolerances.float64)).toBe('equal');
    }
  });

  test.each(['ce', 'mae', 'nce+agce', 'sgce:q=0.4'])(
    'backward of %s: the expectation under the noise is the clean loss',
    (spec) => {
      const { classLoss } = parseLoss(spec);
      for (const transition of [randomTransition(k), symmetricTransition(k, 0.4)]) {
        const corrected = lossMatrix(backwardCorrection(classLoss, transition, k), z);
        const expected = corrected.flatMap((row) => expectation(transition, row));
        const clean = lossMatrix(classLoss, z).flat();
        expect(difference(expected, clean, tolerances.float64)).toBe('equal');
      }
    },
  );

  test('backward of a symmetric loss under uniform noise: a multiple of it', () => {
    const { classLoss } = parseLoss('unhinged');
    const corrected = backwardCorrection(classLoss, symmetricTransition(k, 0.3), k);
    const factor = 1 / (1 - (0.3 * k) / (k - 1));
    const expected = lossMatrix(classLoss, z)
      .flat()
      .map((v) => factor * v);
    expect(difference(lossMatrix(corrected, z).flat(), expected, tolerances.float64)).toBe('equal');
  });

  test('float32 in onnxruntime-node', async () => {
    const rounded = z.map((row) => row.map(Math.fround));
    const labels = z.map((_, i) => i % k);
    const transition = randomTransition(k);
    for (const loss of [
      forwardCorrection(transition, k),
      forwardCorrection(identityTransition(k), k),
      backwardCorrection(crossEntropy, transition, k),
    ]) {
      const exact = evaluate(loss, rounded, labels);
      const executable = await nodeRunner().compile(float32Program(loss, z.length, k));
      const { values, gradient } = await executable.run(float32Feeds(rounded, labels));
      await executable.dispose();
      const slopes = exact.gradients.flatMap((row) => Array.from(row));
      expect(difference(toNumbers(values!), exact.values, tolerances.float32Loss)).toBe('equal');
      expect(difference(toNumbers(gradient!), slopes, tolerances.float32LossGradient)).toBe(
        'equal',
      );
    }
  });
});

describe('errors', () => {
  const backward = (...entries: number[]) =>
    backwardCorrection(crossEntropy, Float64Array.from(entries), 2);
  const forward = (...entries: number[]) => forwardCorrection(Float64Array.from(entries), 2);
  test.each([
    [
      () => backward(0.5, 0.5, 0.5, 0.5),
      'backwardCorrection: expected a transition with an inverse, received a singular one; with it some classes cannot be told apart by their noisy labels; use forwardCorrection',
    ],
    [
      () => backwardCorrection(crossEntropy, symmetricTransition(10, 0.9), 10),
      'backwardCorrection: expected a transition with an inverse, received a singular one; with it some classes cannot be told apart by their noisy labels; use forwardCorrection',
    ],
    [() => forward(1, 0, 0), 'forwardCorrection: expected 2 x 2 = 4 entries, received 3'],
    [
      () => forward(1, 0, 0.3, 0.3),
      'forwardCorrection, row 1: expected a sum of 1, received 0.6; rows are true classes, columns noisy classes; divide each row by its sum',
    ],
    [
      () => backward(2, -1, 0, 1),
      'backwardCorrection, row 0, column 0: expected a number in [0, 1], received 2',
    ],
    [
      () => forward(1, 0, 1, 0),
      'forwardCorrection, column 1: expected an entry above 0, received all 0: no row could have this label',
    ],
    [
      () => lossMatrix(forward(1, 0, 0, 1), [[1, 2, 3]]),
      'forwardCorrection: expected scores of 2 classes, as the transition, received 3',
    ],
  ])('%#', (act, message) => {
    expect(messageOf(act)).toBe(message);
  });
});
