/** A matrix [k*k] as k lists of k numbers. */
export function matrixRows(values: Float64Array, k: number): number[][] {
  return Array.from({ length: k }, (_, i) => Array.from(values.subarray(i * k, (i + 1) * k)));
}
