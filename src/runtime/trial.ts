import { fromNumbers, sizeOf, toNumbers } from '../core/index.ts';
import type { Program, Tensors } from '../graph/index.ts';

/** Numbers below 1, or labels 0, 1, 2, for the inputs of a program that is tried out. */
export function trialFeeds({ inputs }: Program): Tensors {
  return Object.fromEntries(
    inputs.map(({ attrs: { name, shape, dtype } }, i) => {
      const number =
        dtype === 'int32' ? (j: number) => j % 3 : (j: number) => Math.sin(j * (i + 1) + i);
      const numbers = Float64Array.from({ length: sizeOf(shape) }, (_, j) => number(j));
      return [name, fromNumbers(dtype === 'int32' ? dtype : 'float32', shape, numbers)];
    }),
  );
}

/** The largest |a − b| / max(1, |b|) of an output; NaN where one is not a number, Infinity where it is not there. */
export function largestDifference(results: Tensors, expected: Tensors, name: string): number {
  const [actual, wanted] = [results[name], expected[name]];
  if (actual === undefined || wanted === undefined) return Number.POSITIVE_INFINITY;
  if (actual.data.length !== wanted.data.length) return Number.POSITIVE_INFINITY;
  const numbers = toNumbers(actual);
  const differences = Array.from(toNumbers(wanted), (b, i) => {
    const a = numbers[i] as number;
    return a === b ? 0 : Math.abs(a - b) / Math.max(1, Math.abs(b));
  });
  return differences.reduce((a, b) => Math.max(a, b), 0);
}
