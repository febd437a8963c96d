/**
 * The 0.999 quantiles of χ² by degrees of freedom: a sound sampler fails 1 in 1000 seeds. With the
 * classes' sizes given, a row of a matrix with m possible labels has m − 1 degrees.
 */
export const chiSquare999: Readonly<Record<number, number>> = {
  5: 20.515,
  6: 22.458,
  10: 29.588,
  90: 137.208,
  100: 149.449,
};

/** n labels 0, 1, …, k − 1 in turn. */
export function cycle(n: number, k: number): Int32Array {
  return Int32Array.from({ length: n }, (_, row) => row % k);
}

/** How often each (true, noisy) occurs, [k*k]. */
export function countCells(labels: Int32Array, noisy: Int32Array, k: number): Float64Array {
  const seen = new Float64Array(k * k);
  for (const [row, label] of labels.entries()) {
    const cell = label * k + (noisy[row] as number);
    seen[cell] = (seen[cell] as number) + 1;
  }
  return seen;
}

/** Σ (seen − expected)²/expected; infinite where the impossible was seen. */
export function chiSquare(seen: Float64Array, expected: Float64Array): number {
  return seen.reduce((sum, count, cell) => {
    const e = expected[cell] as number;
    return count === e ? sum : sum + (count - e) ** 2 / e;
  }, 0);
}
