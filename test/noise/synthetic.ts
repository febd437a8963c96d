import type { Rng } from '../../src/core/index.ts';

/** Independent normal scores [n*k] with the given standard deviation. */
export function normalScores(n: number, k: number, deviation: number, rng: Rng): Float64Array {
  return Float64Array.from({ length: n * k }, () => deviation * rng.normal());
}

/** softmax(scores/τ) written out directly, as a second opinion on `applyTemperature`. */
export function softmax(scores: Float64Array, k: number, temperature: number): Float64Array {
  const probs = scores.map((z) => Math.exp(z / temperature));
  for (let start = 0; start < probs.length; start += k) {
    const row = probs.subarray(start, start + k);
    const sum = row.reduce((total, value) => total + value, 0);
    row.set(row.map((value) => value / sum));
  }
  return probs;
}

/** One draw from each row of a [rows*k] table of probabilities, for the rows asked for. */
export function drawClasses(
  table: Float64Array,
  k: number,
  rows: ArrayLike<number>,
  rng: Rng,
): Int32Array {
  return Int32Array.from(rows, (row) => {
    let left = rng.uniform();
    for (let i = 0; i < k - 1; i++) {
      left -= table[row * k + i] as number;
      if (left < 0) return i;
    }
    return k - 1;
  });
}

/** 0, 1, …, n − 1. */
export function range(n: number): Uint32Array {
  return Uint32Array.from({ length: n }, (_, i) => i);
}
