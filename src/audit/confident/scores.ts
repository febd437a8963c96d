import type { Rows } from './rows.ts';

/** How well each row's label fits its probabilities, [n] each, from 0 to 1: the lower, the more suspect. */
export interface LabelScores {
  /** p_y, the probability of the given label. */
  readonly selfConfidence: Float64Array;
  /** (p_y − max_{c ≠ y} p_c + 1)/2. */
  readonly normalizedMargin: Float64Array;
  /**
   * ln(s + 1)/s with s = H(p)/(ln k · p_y), H the entropy in nats; p_y and s at least 1e-6. A row with a single probability
   * of 1 has 0, also where that is its label.
   */
  readonly confidenceWeightedEntropy: Float64Array;
  /** `selfConfidence` of the probabilities p_c − t_c + max t, divided by their sum: classes that the model is less sure of count for as much. */
  readonly selfConfidenceAdjusted: Float64Array;
  /** `normalizedMargin` of the same. */
  readonly normalizedMarginAdjusted: Float64Array;
}

/** In the order in which they are listed. */
export const scoreNames = [
  'selfConfidence',
  'normalizedMargin',
  'confidenceWeightedEntropy',
  'selfConfidenceAdjusted',
  'normalizedMarginAdjusted',
] as const satisfies readonly (keyof LabelScores)[];

export type LabelScore = (typeof scoreNames)[number];

/** What is divided by is at least this. */
const least = 1e-6;

/**
 * The scores of labels (Northcutt, Jiang, Chuang 2021, section 3.2; adjusted by the thresholds of the classes as in Kuan and
 * Mueller, *Model-agnostic label quality scoring to detect real-world label errors*, ICML DataPerf workshop, 2022).
 * @param thresholds [k]
 */
export function labelScores({ n, k, labels, probs }: Rows, thresholds: Float64Array): LabelScores {
  const scores = {
    selfConfidence: new Float64Array(n),
    normalizedMargin: new Float64Array(n),
    confidenceWeightedEntropy: new Float64Array(n),
    selfConfidenceAdjusted: new Float64Array(n),
    normalizedMarginAdjusted: new Float64Array(n),
  };
  const top = Math.max(...thresholds);
  const shifts = thresholds.map((threshold) => top - threshold);
  const logK = Math.log(k);
  for (let row = 0; row < n; row++) {
    const label = labels[row] as number;
    let entropy = 0;
    let sum = 0;
    let [other, otherAdjusted] = [0, 0];
    for (let c = 0; c < k; c++) {
      const p = probs[row * k + c] as number;
      const adjusted = p + (shifts[c] as number);
      if (p > 0) entropy -= p * Math.log(p);
      sum += adjusted;
      if (c === label) continue;
      if (p > other) other = p;
      if (adjusted > otherAdjusted) otherAdjusted = adjusted;
    }
    const own = probs[row * k + label] as number;
    const ownAdjusted = (own + (shifts[label] as number)) / sum;
    const weighted = entropy / logK / Math.max(own, least);
    scores.selfConfidence[row] = own;
    scores.normalizedMargin[row] = (own - other + 1) / 2;
    scores.confidenceWeightedEntropy[row] = Math.log(weighted + 1) / Math.max(weighted, least);
    scores.selfConfidenceAdjusted[row] = ownAdjusted;
    scores.normalizedMarginAdjusted[row] = (ownAdjusted - otherAdjusted / sum + 1) / 2;
  }
  return scores;
}
