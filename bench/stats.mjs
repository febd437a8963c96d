/**
 * The q-quantile by linear interpolation between order statistics.
 * @param {readonly number[]} values at least one
 * @param {number} q in [0, 1]
 */
export function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  const position = q * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] ?? Number.NaN;
  return low + (position - below) * ((sorted[below + 1] ?? low) - low);
}

/** @param {readonly number[]} values */
export function median(values) {
  return quantile(values, 0.5);
}

/** @param {readonly number[]} values */
export function summary(values) {
  return {
    median: median(values),
    low: quantile(values, 0.25),
    high: quantile(values, 0.75),
    min: quantile(values, 0),
  };
}

/**
 * Mean seconds of one call.
 * @param {(i: number) => Promise<unknown>} work
 * @param {number} times
 */
export async function secondsOf(work, times) {
  const start = performance.now();
  for (let i = 0; i < times; i++) await work(i);
  return (performance.now() - start) / 1000 / times;
}

/**
 * The differences in units of max(1, |a|); infinite where one is not a number.
 * @param {readonly number[]} ours
 * @param {readonly number[]} theirs
 */
export function relativeDifferences(ours, theirs) {
  return ours.map((a, i) => {
    const difference = Math.abs(a - (theirs[i] ?? Number.NaN)) / Math.max(1, Math.abs(a));
    return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  });
}
