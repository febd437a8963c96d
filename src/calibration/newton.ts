/**
 * One step of Newton's method for the maximum over x ≥ 0: of what lies at 0 and would go below it nothing moves; what the step
 * takes below 0 stays there.
 * @param x [m], each at least 0
 * @param gradient [m]
 * @param curvature minus the matrix of second derivatives, [m·m], positive definite
 */
export function solvePositive(
  x: Float64Array,
  gradient: Float64Array,
  curvature: Float64Array,
): Float64Array {
  const m = x.length;
  const free: number[] = [];
  for (let i = 0; i < m; i++) {
    if ((x[i] as number) > 0 || (gradient[i] as number) > 0) free.push(i);
  }
  const matrix = free.map((i) => free.map((j) => curvature[i * m + j] as number));
  const step = solve(
    matrix,
    free.map((i) => gradient[i] as number),
  );
  const next = x.slice();
  for (const [at, i] of free.entries()) {
    next[i] = Math.max(0, (next[i] as number) + (step[at] as number));
  }
  return next;
}

/** Gauss's elimination of a positive definite system, which needs no pivots. */
function solve(matrix: readonly number[][], right: readonly number[]): number[] {
  const a = matrix.map((row, i) => [...row, right[i] as number]);
  const n = a.length;
  for (let i = 0; i < n; i++) {
    const pivot = a[i] as number[];
    for (let j = i + 1; j < n; j++) {
      const row = a[j] as number[];
      const factor = (row[i] as number) / (pivot[i] as number);
      for (let c = i; c <= n; c++) row[c] = (row[c] as number) - factor * (pivot[c] as number);
    }
  }
  const x = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    const row = a[i] as number[];
    let sum = row[n] as number;
    for (let c = i + 1; c < n; c++) sum -= (row[c] as number) * (x[c] as number);
    x[i] = sum / (row[i] as number);
  }
  return x;
}
