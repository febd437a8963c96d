/** A pivot below this times the number of rows counts as 0; entries are at most 1. */
const smallestPivot = 1e-14;

/**
 * The inverse of a k by k matrix with entries of at most 1, by Gauss-Jordan elimination with row
 * pivoting; `undefined` if it is singular to the precision of float64.
 */
export function inverse(matrix: Float64Array, k: number): Float64Array | undefined {
  const rows: Float64Array[] = Array.from({ length: k }, (_, i) => {
    const row = new Float64Array(2 * k);
    row.set(matrix.subarray(i * k, (i + 1) * k));
    row[k + i] = 1;
    return row;
  });
  for (let column = 0; column < k; column++) {
    const size = (i: number) => Math.abs(rows[i]?.[column] ?? 0);
    let best = column;
    for (let i = column + 1; i < k; i++) if (size(i) > size(best)) best = i;
    if (!(size(best) > smallestPivot * k)) return undefined;
    const pivot = rows[best] as Float64Array;
    rows[best] = rows[column] as Float64Array;
    const scale = pivot[column] as number;
    const unit = pivot.map((v) => v / scale);
    rows[column] = unit;
    for (const [i, row] of rows.entries()) {
      const factor = row[column] as number;
      if (i !== column && factor !== 0)
        rows[i] = row.map((v, j) => v - factor * (unit[j] as number));
    }
  }
  return Float64Array.from(
    { length: k * k },
    (_, at) => rows[Math.floor(at / k)]?.[k + (at % k)] ?? 0,
  );
}
