import { evaluate } from '../evaluate.ts';
import type { BuiltLoss } from './build.ts';

type Rows = readonly (readonly number[])[];

/** Values of a loss, in float64 from symloss itself, that its code is tested with. */
export interface Reference {
  readonly scores: Rows;
  readonly labels: readonly number[];
  readonly second?: Rows;
  readonly memory?: Rows;
  /** The losses of the rows; with a term of the batch, which is added to each. */
  readonly losses: readonly number[];
  /** The gradient of their mean with respect to the scores. */
  readonly gradient: Rows;
  /** The memory from then on, where it changes. */
  readonly nextMemory?: Rows;
}

// no equal scores in a row, and all of them exact in float32
const scores: Rows = [
  [2, -1, 0.5, 0.25],
  [-0.75, 1.5, 0.125, 3],
  [0.375, -2.5, -0.625, -1.25],
];
const second: Rows = [
  [1.5, -0.5, 0.75, 0.125],
  [-1.25, 2, 0.5, 1.75],
  [-0.375, -1.5, 0.25, -2],
];
const labels = [0, 1, 2];

export function referenceOf({ loss, unified }: BuiltLoss): Reference {
  const { spec, views, memory } = loss;
  const initial = memory?.initial(4) ?? [];
  const remembered = scores.map((_, i) =>
    initial.map((value, j) => value + (1 + ((3 * i + 5 * j) % 7)) / 16),
  );
  const found = evaluate(spec, scores, labels, {
    ...(views && { secondView: second }),
    ...(memory && { memory: remembered }),
  });
  const { values, batch } = found;
  const mean = values.reduce((a, b) => a + b) / values.length;
  const isChanged = unified.outputs.next_memory !== undefined;
  return {
    scores,
    labels,
    ...(views && { second }),
    ...(memory && { memory: remembered }),
    losses: Array.from(values, (value) => value + (batch.value - mean)),
    gradient: batch.gradients.map((row) => Array.from(row)),
    ...(isChanged && { nextMemory: found.memory?.map((row) => Array.from(row)) ?? [] }),
  };
}
