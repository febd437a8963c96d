import { expect, test } from 'vitest';
import { earlyLearning, evaluate, parseLoss } from '../../src/losses/index.ts';
import { firstDifference, tolerances } from '../tolerances.ts';

const said = (spec: string, numbers: readonly number[], label = 0, k = 3) =>
  parseLoss(spec).memory?.classProbs?.(numbers, label, k);
const close = (found: readonly number[] | undefined, expected: readonly number[]) =>
  expect(firstDifference(found ?? [], expected, tolerances.float64)).toBe(-1);

test('elr says its moving average, as a distribution; equal probabilities of a row that was in no step', () => {
  close(said('elr', [0.3, 0.12, 0.18]), [0.5, 0.2, 0.3]);
  expect(said('elr', [0, 0, 0])).toEqual([1 / 3, 1 / 3, 1 / 3]);
  // after one step the average is what the network predicted, whatever beta is
  const { memory } = evaluate('elr:beta=0.9', [[1, 2, 4]], [0]);
  const sum = Math.exp(1) + Math.exp(2) + Math.exp(4);
  close(
    said('elr:beta=0.9', Array.from(memory![0]!)),
    [1, 2, 4].map((z) => Math.exp(z) / sum),
  );
  expect(earlyLearning(0.7, 3).classProbs?.([0, 1], 0, 2)).toEqual([0, 1]);
});

test('sop says the label without the noise that u and v take up', () => {
  // before the first step: the label as given
  expect(said('sop', [0, 0, 0, 0], 1)).toEqual([0, 1, 0]);
  // U = 0.36 is taken from the label, V = 0.25 and 0.01 of the others added, and the sum is 0.9; v of the label itself means nothing
  const numbers = [0.6, 7, -0.5, 0.1];
  close(
    said('sop', numbers, 0),
    [0.64, 0.25, 0.01].map((p) => p / 0.9),
  );
  // U and V end at 1, and all noise of a row that is labelled 2 and of class 1 gives that class
  expect(said('sop', [-3, 0, 2, 0], 2)).toEqual([0, 1, 0]);
  // the noise took the label, and named no other class
  expect(said('sop', [1, 0, 0, 0], 0)).toEqual([1 / 3, 1 / 3, 1 / 3]);
});

test('a memory inside of other losses says the same, and a sum the mean of those that are about classes', () => {
  const elr = [0.3, 0.12, 0.18];
  for (const spec of ['symmetrize(elr)', 'unit(elr)', 'logit-clip(elr):temp=2', '2*elr + ce']) {
    close(said(spec, elr), [0.5, 0.2, 0.3]);
  }
  close(said('ce + aldr-kl + elr', [7, ...elr]), [0.5, 0.2, 0.3]);
  close(said('sop + aldr-kl + elr', [1, 0, 1, 0, 7, ...elr]), [0.25, 0.6, 0.15]);
});

test('a memory that is not about classes says nothing', () => {
  for (const spec of ['aldr-kl', 'ce + aldr-kl', 'symmetrize(aldr-kl)']) {
    expect(parseLoss(spec).memory).toBeDefined();
    expect(parseLoss(spec).memory?.classProbs).toBeUndefined();
  }
  expect(parseLoss('ce').memory).toBeUndefined();
});
