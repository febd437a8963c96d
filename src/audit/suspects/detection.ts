import { rank } from '../confident/rank.ts';

/** How well a ranking finds wrong labels, where the true ones are known. */
export interface Detection {
  /** Labels that are wrong. */
  readonly wrong: number;
  /** Share of the list that is wrong; NaN for an empty one. */
  readonly precision: number;
  /** Share of the wrong labels that are in the list; NaN where none is wrong. */
  readonly recall: number;
  /** Of the whole ranking; NaN where none is wrong. */
  readonly averagePrecision: number;
}

/**
 * Measures a list of suspects, and the ranking that it is cut from, against the true labels.
 * @param pWrong [n]
 * @param rows the list
 */
export function detectionOf(
  pWrong: Float64Array,
  rows: Uint32Array,
  labels: Int32Array,
  trueLabels: Int32Array,
): Detection {
  const isWrong = labels.map((label, row) => (label === trueLabels[row] ? 0 : 1));
  const wrong = isWrong.reduce((sum, one) => sum + one, 0);
  const found = rows.reduce((sum, row) => sum + (isWrong[row] as number), 0);
  return {
    wrong,
    precision: found / rows.length,
    recall: found / wrong,
    averagePrecision: averagePrecision(pWrong, isWrong),
  };
}

/**
 * Σ (recall_i − recall_{i−1})·precision_i over the distinct values of a score, from the highest on: rows of equal scores are
 * taken together. NaN where nothing is to be found.
 * @param scores [n], the higher, the more suspect
 * @param isWrong [n], 1 for what is to be found, else 0
 */
export function averagePrecision(scores: Float64Array, isWrong: Int32Array): number {
  const order = rank(scores.map((score) => -score));
  const total = isWrong.reduce((sum, one) => sum + one, 0);
  let [found, sum] = [0, 0];
  for (let i = 0; i < order.length; ) {
    const score = scores[order[i] as number];
    const before = found;
    for (; i < order.length && scores[order[i] as number] === score; i++) {
      found += isWrong[order[i] as number] as number;
    }
    sum += ((found - before) / total) * (found / i);
  }
  return total === 0 ? Number.NaN : sum;
}
