import type { Tensor } from '../../src/core/index.ts';
import { fromNumbers, stream } from '../../src/core/index.ts';
import type { Program } from '../../src/graph/index.ts';
import { grad, input, mul, oneHot, program, sum } from '../../src/graph/index.ts';
import { lossRows as lossMatrix } from '../../src/losses/check/index.ts';
import type { ClassLoss } from '../../src/losses/index.ts';
import { evaluate, parseLoss } from '../../src/losses/index.ts';
import { firstDifference } from '../tolerances.ts';

export { lossMatrix };

/** The Jacobian of the loss at one score vector: row y is the gradient of the loss of label y. */
export function jacobian(loss: ClassLoss, scores: readonly number[]): number[][] {
  const labels = scores.map((_, y) => y);
  const { gradients } = evaluate(
    loss,
    labels.map(() => scores),
    labels,
  );
  return gradients.map((row) => Array.from(row));
}

/** Values [n] and gradients [n, k] of a labelled batch as a float32 program, for the runners. */
export function float32Program(loss: ClassLoss, n: number, k: number): Program {
  const z = input('scores', [n, k]);
  const values = sum(mul(oneHot(input('labels', [n], 'int32'), k), loss(z)), -1);
  return program({ values, gradient: grad(sum(values), [z])[0]! });
}

export function float32Feeds(
  scores: readonly (readonly number[])[],
  labels: readonly number[],
): Record<string, Tensor> {
  const [n, k] = [scores.length, scores[0]!.length];
  return {
    scores: fromNumbers('float32', [n, k], scores.flat()),
    labels: fromNumbers('int32', [n], labels),
  };
}

/**
 * What to divide float32 values by before they are compared. `symmetrize` takes the mean of a row
 * away, which leaves the roundings of its largest value: 1 up to values of 50, of which
 * `tolerances.float32Loss` is seven roundings, and in proportion beyond.
 */
export function cancellation(spec: string, scores: readonly (readonly number[])[]): number[] {
  const base = /^symmetrize\((.*)\)$/.exec(spec)?.[1];
  if (base === undefined) return scores.map(() => 1);
  const rows = lossMatrix(parseLoss(base).classLoss, scores);
  return rows.map((row) => Math.max(1, Math.max(...row.map(Math.abs)) / 50));
}

/** n rows of k normal scores of the given standard deviation; `name` seeds them. */
export function randomScores(name: string, n: number, k: number, deviation = 3): number[][] {
  const rng = stream(7, name);
  return Array.from({ length: n }, () => Array.from({ length: k }, () => deviation * rng.normal()));
}

export function total(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

/** `equal`, or where two lists differ first and by what: a failing `expect` shows it. */
export function difference(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
): string {
  const at = firstDifference(actual, expected, tolerance);
  return at < 0 ? 'equal' : `[${at}] ${actual[at]} for ${expected[at]}`;
}
