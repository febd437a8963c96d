import { checkLabels } from '../core/index.ts';

/** What the labels of rows say that a classifier is sure of. */
export interface ConfidentRows {
  /** [k·k] `counts[i*k + j]`: how many rows of those that are most surely of class i are labelled j. */
  readonly counts: Float64Array;
  /** `transition[true*k + noisy]`, estimated from the counts; all entries > 0. */
  readonly transition: Float64Array;
  /** Share of these rows that have another label. */
  readonly wrong: number;
  /** Whether labels are wrong more often for some classes than for others, or go to some classes rather than to others. */
  readonly isUneven: boolean;
}

/** Share of the rows predicted as a class that are taken, and the fewest. */
const [share, fewest] = [0.3, 10];

/** A row of pseudo-counts for each class, of which so much keeps its label. */
const keptPrior = 0.9;

/** Of the normal distribution: exceeded with probability 0.001. */
const quantile = 3.0902;

/**
 * Estimates the transition matrix T from the rows of which a classifier is surest: of the rows predicted as class i the 30 % with the highest
 * probability of i, at least 10. They are taken for rows of class i, so the labels that they were given are a sample of T's row i:
 *
 *     T[i][j] = (rows labelled j + a_ij) / (rows + 1),   a_ii = 0.9, a_ij = 0.1/(k − 1)
 *
 * Anchor points: Liu and Tao, *Classification with noisy labels by importance reweighting*, TPAMI 38(3), 2016; Patrini et al., CVPR 2017, take
 * the probabilities that a model of the noisy labels has for one such row. Counting labels needs no probabilities that are right, only an order.
 *
 * Limits: the rows must be predicted out of sample, and the classifier be right about its surest ones. What it gets wrong there counts as noise.
 *
 * `isUneven` is the outcome of Pearson's χ² test of the counts against noise of one rate that goes evenly to all other classes, at a level of
 * 0.001, with the approximation of Wilson and Hilferty (1931) to the quantiles of χ² with k(k − 1) − 1 degrees of freedom.
 * @param scores [n·k], larger for a class that is more probable
 * @param labels as given [n]
 * @param k at least 2
 * @throws SymlossError for labels out of range
 */
export function confidentRows(
  scores: ArrayLike<number>,
  labels: Int32Array,
  k: number,
): ConfidentRows {
  checkLabels('confidentRows labels', labels, k);
  const predicted: { row: number; sure: number }[][] = Array.from({ length: k }, () => []);
  for (let row = 0; row < labels.length; row++) {
    const { top, sure } = surest(scores, row * k, k);
    predicted[top]?.push({ row, sure });
  }
  const counts = new Float64Array(k * k);
  for (const [i, rows] of predicted.entries()) {
    const taken = Math.max(fewest, Math.round(share * rows.length));
    for (const { row } of rows.sort((a, b) => b.sure - a.sure).slice(0, taken)) {
      const at = i * k + (labels[row] as number);
      counts[at] = (counts[at] as number) + 1;
    }
  }
  const { total, kept } = sums(counts, k);
  return {
    counts,
    transition: transitionOf(counts, k),
    wrong: total === 0 ? 0 : 1 - kept / total,
    isUneven: isUneven(counts, k),
  };
}

/** The class with the highest score, and its log probability. */
function surest(scores: ArrayLike<number>, start: number, k: number) {
  let top = 0;
  for (let c = 1; c < k; c++) {
    if ((scores[start + c] as number) > (scores[start + top] as number)) top = c;
  }
  const most = scores[start + top] as number;
  let sum = 0;
  for (let c = 0; c < k; c++) sum += Math.exp((scores[start + c] as number) - most);
  return { top, sure: -Math.log(sum) };
}

function transitionOf(counts: Float64Array, k: number): Float64Array {
  return counts.map((count, at) => {
    const [i, j] = [Math.floor(at / k), at % k];
    const total = counts.subarray(i * k, (i + 1) * k).reduce((sum, own) => sum + own, 0);
    const prior = i === j ? keptPrior : (1 - keptPrior) / (k - 1);
    return (count + prior) / (total + 1);
  });
}

/** Of counts: all of them, and those on the diagonal. */
function sums(counts: Float64Array, k: number): { total: number; kept: number } {
  const total = counts.reduce((sum, own) => sum + own, 0);
  let kept = 0;
  for (let i = 0; i < k; i++) kept += counts[i * k + i] as number;
  return { total, kept };
}

function isUneven(counts: Float64Array, k: number): boolean {
  const { total, kept } = sums(counts, k);
  const wrong = total - kept;
  if (wrong === 0 || kept === 0) return false;
  let statistic = 0;
  for (let i = 0; i < k; i++) {
    const own = counts.subarray(i * k, (i + 1) * k);
    const rows = own.reduce((sum, count) => sum + count, 0);
    if (rows === 0) continue;
    for (const [j, count] of own.entries()) {
      const expected = rows * (j === i ? kept / total : wrong / total / (k - 1));
      statistic += (count - expected) ** 2 / expected;
    }
  }
  const freedom = k * (k - 1) - 1;
  const spread = 2 / (9 * freedom);
  return statistic > freedom * (1 - spread + quantile * Math.sqrt(spread)) ** 3;
}
