/**
 * The estimated share of each class among the true labels of some rows: (1 + Σᵢ p(j | xᵢ)) / (n + k), the mean of their
 * probabilities, with one row more of every class, so that a class that no row looks like keeps a share above 0.
 * @param probs [n*k], calibrated: of the true labels, not of those given
 * @returns [k], which sum to 1
 */
export function classShares(probs: ArrayLike<number>, k: number): number[] {
  const sums = new Array<number>(k).fill(1);
  for (let i = 0; i < probs.length; i++) {
    sums[i % k] = (sums[i % k] as number) + (probs[i] as number);
  }
  return sums.map((sum) => sum / (probs.length / k + k));
}
