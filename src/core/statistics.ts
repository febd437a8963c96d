/** Mean and standard deviation (n − 1; 0 for one value) of some values; NaN for none. */
export function meanAndStd(values: readonly number[]): { mean: number; std: number } {
  const n = values.length;
  const mean = values.reduce((total, v) => total + v, 0) / n;
  const squares = values.reduce((total, v) => total + (v - mean) ** 2, 0);
  return { mean, std: n > 1 ? Math.sqrt(squares / (n - 1)) : 0 };
}

/** The 97.5 % quantile of the normal distribution. */
const z95 = 1.959963984540054;

/**
 * The 95 % interval of a share of which `hits` of `n` were seen, by Wilson's score (1927, Probable inference, the law of
 * succession, and statistical inference, JASA 22).
 * @param n from 1 on
 * @returns in [0, 1]; never empty, also where all or none are hits
 */
export function wilsonInterval(hits: number, n: number): readonly [low: number, high: number] {
  const share = hits / n;
  const square = (z95 * z95) / n;
  const centre = (share + square / 2) / (1 + square);
  const half = (z95 * Math.sqrt((share * (1 - share)) / n + square / n / 4)) / (1 + square);
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

/** The quantile of ascending values, interpolated linearly (as NumPy does by default); NaN for none. @param share in [0, 1] */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  const a = sorted[low] ?? Number.NaN;
  const b = sorted[Math.min(low + 1, sorted.length - 1)] ?? Number.NaN;
  return a + (b - a) * (place - low);
}
