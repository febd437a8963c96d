import type { RowMemory } from '../losses/index.ts';

/**
 * What a loss remembers of rows, as probabilities of their classes [n, k]; `undefined` for a memory that is not about classes.
 * @param values [n, m]
 * @param labels [n], as given
 */
export function memoryProbs(
  memory: RowMemory | undefined,
  values: Float32Array,
  labels: Int32Array,
  k: number,
): Float32Array | undefined {
  if (memory?.classProbs === undefined) return undefined;
  const width = values.length / labels.length;
  const probs = new Float32Array(labels.length * k);
  for (const [row, label] of labels.entries()) {
    const numbers = Array.from(values.subarray(row * width, (row + 1) * width));
    probs.set(memory.classProbs(numbers, label, k), row * k);
  }
  return probs;
}
