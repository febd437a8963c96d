/** Mean and standard deviation (n − 1; 0 for one value) of some values; NaN for none. */
export function meanAndStd(values: readonly number[]): { mean: number; std: number } {
  const n = values.length;
  const mean = values.reduce((total, v) => total + v, 0) / n;
  const squares = values.reduce((total, v) => total + (v - mean) ** 2, 0);
  return { mean, std: n > 1 ? Math.sqrt(squares / (n - 1)) : 0 };
}
