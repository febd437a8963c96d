/** A matrix [k*k] as k lists of k numbers. */
export function matrixRows(values: Float64Array, k: number): number[][] {
  return Array.from({ length: k }, (_, i) => Array.from(values.subarray(i * k, (i + 1) * k)));
}

/** Each row of a matrix [n*k] divided by its sum, which is not 0: then no entry that is not negative is above 1. */
export function normaliseRows(values: Float64Array, k: number): Float64Array {
  const out = new Float64Array(values.length);
  for (let start = 0; start < values.length; start += k) {
    const row = values.subarray(start, start + k);
    const sum = row.reduce((total, entry) => total + entry, 0);
    for (let j = 0; j < k; j++) out[start + j] = (row[j] as number) / sum;
  }
  return out;
}
