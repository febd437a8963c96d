import type { Rows } from './rows.ts';

/** Probabilities this close below a threshold still reach it. */
export const slack = 1e-6;

/**
 * How sure a model is of each class on average, [k]: t_c = mean of p_c over the rows that are labelled c, at least 2e-6
 * (Northcutt, Jiang, Chuang 2021, eq. 2).
 */
export function classThresholds({ n, k, labels, probs, counts }: Rows): Float64Array {
  const sums = new Float64Array(k);
  for (let row = 0; row < n; row++) {
    const label = labels[row] as number;
    sums[label] = (sums[label] as number) + (probs[row * k + label] as number);
  }
  return sums.map((sum, c) => Math.max(sum / (counts[c] as number), 2 * slack));
}
