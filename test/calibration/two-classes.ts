import { stream } from '../../src/core/index.ts';

/** Scores of two classes that are τ times the log-odds, and labels drawn by them, a share of them wrong. */
export function twoClasses(
  n: number,
  { temperature = 1, deviation = 1, rate = 0, seed = 1 } = {},
): { scores: Float64Array; labels: Int32Array; odds: Float64Array } {
  const rng = stream(seed, 'averaged');
  const odds = Float64Array.from({ length: n }, () => deviation * rng.normal());
  const scores = new Float64Array(2 * n);
  const labels = Int32Array.from(odds, (x, row) => {
    scores[2 * row + 1] = temperature * x;
    const isOne = rng.uniform() < 1 / (1 + Math.exp(-x));
    return Number(isOne !== rng.uniform() < rate);
  });
  return { scores, labels, odds };
}
